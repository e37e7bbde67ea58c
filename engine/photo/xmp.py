"""XMP packets (ISO 16684-1), read as XML, changed property by property, and written again.

Properties are told by namespace and name, whatever their prefix, and in each form that RDF has for them: as
an element, as an attribute of an rdf:Description, in any of several descriptions. The documents are those of
the standard library's minidom, which keeps prefixes, comments and the packet's wrapper; written are they
here, as it does not escape line feeds in attributes, which Adobe's programs write there.

Of libraries none fits: python-xmp-toolkit needs Exempi, which has no build for Windows; pyexiv2 is under the
GPL; rdflib reads RDF, but what it writes strict readers of XMP refuse (containers become numbered
properties).
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.dom import Node, minidom
from xml.parsers.expat import ExpatError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP_NOTE = "http://ns.adobe.com/xmp/note/"
_XMLNS = "http://www.w3.org/2000/xmlns/"
_XML = "http://www.w3.org/XML/1998/namespace"

_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{RDF}"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
_ROOT = re.compile(r"<((?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF))[\s>]")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)

Name = tuple[str, str]
"""A namespace's address and a property's name in it."""


class BrokenXmpError(ValueError):
    """A block that is no XMP, or no XML."""


@dataclass(frozen=True)
class Property:
    """One top-level property: its name, all texts within it, and where it stands."""

    name: Name
    texts: tuple[str, ...]
    owner: Any
    node: Any

    @property
    def is_attribute(self) -> bool:
        return bool(self.node.nodeType == Node.ATTRIBUTE_NODE)

    def remove(self) -> None:
        if self.is_attribute:
            self.owner.removeAttributeNode(self.node)
        else:
            self.owner.removeChild(self.node)


class Packet:
    """One block of XMP. Raises `BrokenXmpError` for what is none."""

    def __init__(self, raw: bytes | str) -> None:
        self._document = _parsed(_text_of(raw))
        self._rdf = _root(self._document)
        self.changed = False

    @classmethod
    def empty(cls) -> Packet:
        return cls(_EMPTY)

    @property
    def about(self) -> str:
        """What the descriptions are of: mostly nothing, or a uuid."""
        for node in self._descriptions():
            for attribute in (node.getAttributeNS(RDF, "about"), node.getAttribute("about")):
                if attribute:
                    return str(attribute)
        return ""

    def properties(self) -> Iterator[Property]:
        """All top-level properties in their order."""
        for owner in self._descriptions():
            for attribute in list(owner.attributes.values()):
                space = attribute.namespaceURI
                if space and space not in (_XMLNS, RDF, _XML):
                    yield Property((space, attribute.localName), (attribute.value,), owner, attribute)
            for child in list(owner.childNodes):
                if child.nodeType == Node.ELEMENT_NODE:
                    yield Property((child.namespaceURI, child.localName), tuple(_texts(child)), owner, child)

    def values(self, name: Name) -> list[str]:
        """The texts of all properties of a name."""
        return ["".join(found.texts).strip() for found in self.properties() if found.name == name]

    def remove(self, unwanted: Callable[[Property], bool]) -> None:
        """Take properties out, and the namespaces that nothing is in any more."""
        gone = [found for found in self.properties() if unwanted(found)]
        for found in gone:
            found.remove()
        if not gone:
            return
        self.changed = True
        used = _spaces(self._document.documentElement)
        for node in (*self._descriptions(), self._rdf, self._document.documentElement):
            for attribute in list(node.attributes.values()):
                if attribute.namespaceURI == _XMLNS and attribute.value not in used:
                    node.removeAttributeNode(attribute)

    def put(self, values: Mapping[Name, str], prefixes: Mapping[str, str]) -> None:
        """Set simple properties, each in the place of all that have its name. `prefixes` are for
        namespaces."""
        self.remove(lambda found: found.name in values)
        node = self._document.createElementNS(RDF, "rdf:Description")
        node.setAttributeNS(RDF, "rdf:about", self.about)
        for space in dict.fromkeys(space for space, _ in values):
            node.setAttributeNS(_XMLNS, f"xmlns:{prefixes[space]}", space)
        for (space, local), value in values.items():
            child = self._document.createElementNS(space, f"{prefixes[space]}:{local}")
            child.appendChild(self._document.createTextNode(value))
            node.appendChild(child)
        self._same_about()
        self._rdf.appendChild(node)
        self.changed = True

    def correct(self, values: Mapping[Name, str]) -> None:
        """Overwrite those simple properties that are there."""
        for found in list(self.properties()):
            new = values.get(found.name)
            if new is None or "".join(found.texts).strip() == new:
                continue
            if found.is_attribute:
                found.owner.setAttributeNS(found.name[0], found.node.nodeName, new)
            else:
                while found.node.firstChild is not None:
                    found.node.removeChild(found.node.firstChild)
                found.node.appendChild(self._document.createTextNode(new))
            self.changed = True

    def take_in(self, other: Packet) -> None:
        """Add the properties of another packet that this one has not."""
        known = {found.name for found in self.properties()}
        for found in other.properties():
            if found.name not in known:
                self._adopt(found)
                self.changed = True

    def to_bytes(self) -> bytes:
        """UTF-8, without padding."""
        self._rdf.setAttributeNS(_XMLNS, "xmlns:rdf", RDF)
        return "".join(_written(child) for child in self._document.childNodes).encode()

    def split(self, longest: int, kept: frozenset[Name]) -> tuple[bytes, bytes | None]:
        """The packet as one of at most `longest` bytes, and the rest as extended XMP (XMP specification part
        3, 1.1.3.1): the largest properties move there, those of `kept` stay."""
        self.remove(lambda found: found.name[0] == XMP_NOTE)
        if len(self.to_bytes()) <= longest:
            return self.to_bytes(), None
        more = Packet(_EMPTY)
        room = longest - 256  # for the note that names the rest
        sizes = [
            (len("".join(found.texts)), place, found) for place, found in enumerate(list(self.properties()))
        ]
        for _, _, found in sorted(sizes, key=lambda row: (-row[0], row[1])):
            if len(self.to_bytes()) <= room:
                break
            if found.name not in kept:
                more._adopt(found, self.about)
        extended = more.to_bytes()
        extended = extended[extended.index(b"?>") + 2 : extended.rindex(b"<?")]  # without the wrapper
        note = {(XMP_NOTE, "HasExtendedXMP"): extended_name(extended)}
        self.put(note, {XMP_NOTE: "xmpNote"})
        return self.to_bytes(), extended

    def _descriptions(self) -> list[Any]:
        return [child for child in self._rdf.childNodes if child.nodeType == Node.ELEMENT_NODE]

    def _same_about(self) -> None:
        """Strict readers refuse descriptions of different things in one packet, and `about` without
        prefix."""
        about = self.about
        for node in self._descriptions():
            if node.hasAttribute("about"):
                node.removeAttribute("about")
            node.setAttributeNS(RDF, "rdf:about", about)

    def _adopt(self, found: Property, about: str | None = None) -> None:
        """Move a property of another packet to here, with the prefixes that it needs."""
        node = self._document.createElementNS(RDF, "rdf:Description")
        bound = _bound(found.owner)
        for prefix, space in bound.items():
            if prefix and space != RDF:
                node.setAttributeNS(_XMLNS, f"xmlns:{prefix}", space)
        node.setAttributeNS(RDF, "rdf:about", self.about if about is None else about)
        if found.is_attribute:
            node.setAttributeNS(found.name[0], found.node.nodeName, found.node.value)
            found.remove()
        else:
            if "" in bound and not found.node.hasAttribute("xmlns"):
                found.node.setAttributeNS(_XMLNS, "xmlns", bound[""])
            node.appendChild(found.node)
        self._rdf.appendChild(node)


def extended_name(extended: bytes) -> str:
    """The digest that names an extended block."""
    return hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()


def _text_of(raw: bytes | str) -> str:
    if isinstance(raw, bytes):
        code = next((code for start, code in _BOMS if raw.startswith(start)), "utf-8")
        raw = raw.decode(code, "replace")
    return _NO_XML.sub("", raw.strip("\ufeff\0 \t\r\n"))


def _parsed(text: str) -> minidom.Document:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # XMP has none; entities may unfold without end
        raise BrokenXmpError("a document type in it")
    try:
        return minidom.parseString(text)
    except (ExpatError, ValueError, UnicodeError):
        pass
    # Something before or behind it: the wrapper is optional, the root is not.
    start = _ROOT.search(text)
    end = text.rfind(f"</{start[1]}") if start else -1
    close = text.find(">", end)
    if start is None or end < 0 or close < 0:
        raise BrokenXmpError("no XMP")
    try:
        return minidom.parseString(text[start.start() : close + 1])
    except (ExpatError, ValueError, UnicodeError) as error:
        raise BrokenXmpError(str(error)) from error


def _root(document: minidom.Document) -> Any:
    """The element rdf:RDF: the outermost one, or within the one around it."""
    outer: Any = document.documentElement
    for node in (outer, *outer.childNodes):
        if node.nodeType == Node.ELEMENT_NODE and (node.namespaceURI, node.localName) == (RDF, "RDF"):
            return node
    raise BrokenXmpError("no RDF in it")


def _texts(node: Any) -> Iterator[str]:
    """All texts and attributes within an element."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here.nodeType in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
            yield here.data
        elif here.nodeType == Node.ELEMENT_NODE:
            for attribute in here.attributes.values():
                if attribute.namespaceURI not in (_XMLNS, RDF, _XML):
                    yield attribute.value
            waiting.extend(reversed(here.childNodes))


def _spaces(node: Any) -> set[str]:
    """The namespaces of all elements and attributes from a node on."""
    found, waiting = set(), [node]
    while waiting:
        here = waiting.pop()
        if here.nodeType == Node.ELEMENT_NODE:
            found.add(here.namespaceURI)
            found.update(attribute.namespaceURI for attribute in here.attributes.values())
            waiting.extend(here.childNodes)
    return found


def _bound(node: Any) -> dict[str, str]:
    """The prefixes in force at an element."""
    found: dict[str, str] = {}
    while node is not None and node.nodeType == Node.ELEMENT_NODE:
        for attribute in node.attributes.values():
            if attribute.namespaceURI == _XMLNS:
                prefix = "" if attribute.nodeName == "xmlns" else attribute.localName
                found.setdefault(prefix, attribute.value)
        node = node.parentNode
    return found


def _written(node: Any) -> str:
    """A node as XML, without recursion: files of strangers nest deeply. RDF gets its usual prefix, as some
    readers know no other."""
    parts: list[str] = []
    waiting: list[Any] = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            parts.append(here)
        elif here.nodeType == Node.ELEMENT_NODE:
            names = "".join(f' {_name(a)}="{_escaped(a.value, True)}"' for a in here.attributes.values())
            closed = not here.childNodes
            parts.append(f"<{_name(here)}{names}{'/' if closed else ''}>")
            if not closed:
                waiting.append(f"</{_name(here)}>")
                waiting.extend(reversed(here.childNodes))
        elif here.nodeType in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
            parts.append(_escaped(here.data))
        elif here.nodeType == Node.PROCESSING_INSTRUCTION_NODE:
            parts.append(f"<?{here.target} {here.data}?>")
        elif here.nodeType == Node.COMMENT_NODE:
            parts.append(f"<!--{here.data}-->")
    return "".join(parts)


def _name(node: Any) -> str:
    return f"rdf:{node.localName}" if node.namespaceURI == RDF else str(node.nodeName)


def _escaped(text: str, attribute: bool = False) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    if attribute:
        text = text.replace('"', "&quot;").replace("\n", "&#xA;").replace("\t", "&#x9;")
    return text
