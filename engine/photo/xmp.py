"""XMP packets (ISO 16684-1), read as XML, changed property by property, and written again.

Properties are told by namespace and name, whatever their prefix, and in each form that RDF has for them: as
an element, as an attribute of an rdf:Description, in any of several descriptions. The documents are those of
the standard library's minidom, which keeps the packet's wrapper. They are written here, as it does not escape
line feeds in attributes, which Adobe's programs write there, and as each namespace has to have one prefix
throughout: strict readers refuse a packet that gives it another one in another place. Comments are not
written.

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
from xml.parsers import expat
from xml.parsers.expat import ExpatError

from .xmp_rules import RDF, XML, XMLNS, mend

XMP_NOTE = "http://ns.adobe.com/xmp/note/"

_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{RDF}"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
_WRAPPER = "xpacket"
_ROOT = re.compile(r"<((?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF))[\s>]")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SLIPS = re.compile(
    r"""(\bxmlns(?::[\w.-]+)?\s*=\s*["'])"""
    r"(http://(?:ns\.adobe\.com/(?:(?:xap|tiff|exif|photoshop|camera-raw-settings)/1\.0|xap/1\.0/mm)"
    r"|purl\.org/dc/elements/1\.1|iptc\.org/std/Iptc4xmp(?:Ext/2008-02-[12]9|Core/1\.0/xmlns)))/?(?=[\"'])"
)
"""Usual namespaces, of which some programs forget the slash at the end. Strict readers take them for the same
all the same, and a property that stands once under each for one that stands twice."""
_IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_USUAL = {"http://iptc.org/std/Iptc4xmpExt/2008-02-19": _IPTC_EXTENSION}
"""What IPTC's own documents called its extension by mistake."""
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
        text, encoded = _text_of(raw)
        documents, whole = _parsed(text)
        self._document = documents[0]
        self._rdf, further = _roots(documents)
        for other in further:
            for child in list(other.childNodes):
                self._rdf.appendChild(child)
            other.parentNode.removeChild(other)
        mended, self.lost = mend(self._rdf)
        """Whether something in it was of no form that XMP has, and is not kept."""
        self.changed = encoded or not whole or bool(further) or mended
        """Whether the packet has to be written anew: also one that no file may hold as it came."""

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
                if space and space not in (XMLNS, RDF, XML):
                    yield Property((space, attribute.localName), (attribute.value,), owner, attribute)
            for child in list(owner.childNodes):
                if child.nodeType == Node.ELEMENT_NODE:
                    yield Property((child.namespaceURI, child.localName), tuple(_texts(child)), owner, child)

    def values(self, name: Name) -> list[str]:
        """The texts of all properties of a name."""
        return ["".join(found.texts).strip() for found in self.properties() if found.name == name]

    def remove(self, unwanted: Callable[[Property], bool]) -> None:
        """Take properties out."""
        for found in [found for found in self.properties() if unwanted(found)]:
            found.remove()
            self.changed = True

    def put(self, values: Mapping[Name, str], prefixes: Mapping[str, str]) -> None:
        """Set simple properties, each in the place of all that have its name. `prefixes` are for
        namespaces that have none here yet."""
        self.remove(lambda found: found.name in values)
        node = self._document.createElementNS(RDF, "rdf:Description")
        node.setAttributeNS(RDF, "rdf:about", self.about)
        for (space, local), value in values.items():
            child = self._document.createElementNS(space, f"{prefixes[space]}:{local}")
            child.appendChild(self._document.createTextNode(value))
            node.appendChild(child)
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
        self._same_about()
        prefixes = _prefixes(self._document.documentElement)
        return "".join(_written(child, prefixes) for child in self._document.childNodes).encode()

    def split(self, longest: int, kept: frozenset[Name]) -> tuple[bytes, bytes | None]:
        """The packet as one of at most `longest` bytes, and the rest as extended XMP (XMP specification part
        3, 1.1.3.1): the largest properties move there, those of `kept` stay."""
        self.remove(lambda found: found.name[0] == XMP_NOTE)
        if len(self.to_bytes()) <= longest:
            return self.to_bytes(), None
        more = Packet(_EMPTY)
        room = longest - 256  # for the note that names the rest
        sizes = [
            (len("".join((*found.texts, found.name[1]))), place, found)
            for place, found in enumerate(list(self.properties()))
        ]
        about, excess = self.about, len(self.to_bytes()) - room
        for size, _, found in sorted(sizes, key=lambda row: (-row[0], row[1])):
            if excess <= 0 and (excess := len(self.to_bytes()) - room) <= 0:
                break
            if found.name not in kept:
                more._adopt(found, about)
                excess -= size  # at least: counted anew when this seems to be enough
        extended = more.to_bytes()
        extended = extended[extended.index(b"?>") + 2 : extended.rindex(b"<?")]  # without the wrapper
        note = {(XMP_NOTE, "HasExtendedXMP"): extended_name(extended)}
        self.put(note, {XMP_NOTE: "xmpNote"})
        return self.to_bytes(), extended

    def _descriptions(self) -> list[Any]:
        return [child for child in self._rdf.childNodes if child.nodeType == Node.ELEMENT_NODE]

    def _same_about(self) -> None:
        """Strict readers refuse descriptions of different things in one packet, `about` without prefix or
        beside another name, and nodes of a type."""
        about = self.about
        for node in self._descriptions():
            if (node.namespaceURI, node.localName) != (RDF, "Description"):
                self._document.renameNode(node, RDF, "rdf:Description")
            for attribute in list(node.attributes.values()):
                named = attribute.namespaceURI == RDF and attribute.localName in ("ID", "nodeID")
                if named or attribute.nodeName == "about":
                    node.removeAttributeNode(attribute)
            node.setAttributeNS(RDF, "rdf:about", about)

    def _adopt(self, found: Property, about: str | None = None) -> None:
        """Move a property of another packet to here."""
        node = self._document.createElementNS(RDF, "rdf:Description")
        node.setAttributeNS(RDF, "rdf:about", self.about if about is None else about)
        if found.is_attribute:
            node.setAttributeNS(found.name[0], found.node.nodeName, found.node.value)
            found.remove()
        else:
            node.appendChild(found.node)
        self._rdf.appendChild(node)


def extended_name(extended: bytes) -> str:
    """The digest that names an extended block."""
    return hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()


def _text_of(raw: bytes | str) -> tuple[str, bool]:
    """A block as text with the usual names of namespaces, and whether a file may not hold its bytes as they
    are."""
    code = "utf-8"
    if isinstance(raw, bytes):
        code = next((code for start, code in _BOMS if raw.startswith(start)), code)
        # Some programs write Windows' letters among UTF-8, and strict readers take them for such, too.
        letters = raw.decode(code, _WINDOWS if code == "utf-8" else "replace")
        code = code if letters.encode(code, "replace") == raw else "mixed"
        raw = letters
    text = _NO_XML.sub("", raw.strip("\ufeff\0 \t\r\n"))
    named = _SLIPS.sub(lambda found: found[1] + _USUAL.get(found[2], found[2] + "/"), text)
    return named, code != "utf-8" or named != text


def _windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as letters of Windows-1252, those that it has not as letters of Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    part = error.object[error.start : error.end]
    letters = (bytes((byte,)).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in part)
    return "".join(letters), error.end


_WINDOWS = "maskfacegan.windows"
codecs.register_error(_WINDOWS, _windows)


def _parsed(text: str) -> tuple[list[minidom.Document], bool]:
    """The documents, mostly one, and whether that is all of the text: the wrapper is optional, the root is
    not, and what is before, behind or around it is left out."""
    try:
        document = _document(text)
        if _roots_below(document):
            return [document], True
    except BrokenXmpError:
        raise
    except (ExpatError, ValueError, UnicodeError):
        pass
    try:
        documents = [_document(part) for part in _parts(text)]
    except (ExpatError, ValueError, UnicodeError) as error:
        raise BrokenXmpError(str(error)) from error
    if not documents:
        raise BrokenXmpError("no XMP")
    return documents, False


def _parts(text: str) -> Iterator[str]:
    """The roots in a text, each with all in it; some programs put a further packet behind the first."""
    place = 0
    while start := _ROOT.search(text, place):
        end = re.compile(f"</{re.escape(start[1])}\\s*>").search(text, start.end())
        if end is None:
            return
        yield text[start.start() : end.end()]
        place = end.end()


def _document(text: str) -> minidom.Document:
    if "<!DOCTYPE" in text:  # the words may stand in a text or a comment, too
        reader = expat.ParserCreate()
        reader.StartDoctypeDeclHandler = _refuse
        reader.Parse(text, True)
    return minidom.parseString(text)


def _refuse(*_: object) -> None:
    """XMP has no document type; entities of one may unfold without end."""
    raise BrokenXmpError("a document type in it")


def _roots_below(document: minidom.Document) -> list[Any]:
    """The elements rdf:RDF: the outermost one, or those within the one around them."""
    outer: Any = document.documentElement
    nodes = (node for node in (outer, *outer.childNodes) if node.nodeType == Node.ELEMENT_NODE)
    return [node for node in nodes if (node.namespaceURI, node.localName) == (RDF, "RDF")]


def _roots(documents: list[minidom.Document]) -> tuple[Any, list[Any]]:
    """The element rdf:RDF, and further ones, of which some programs write another."""
    found = [root for document in documents for root in _roots_below(document)]
    if not found:
        raise BrokenXmpError("no RDF in it")
    return found[0], found[1:]


def _texts(node: Any) -> Iterator[str]:
    """All texts and attributes within an element."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here.nodeType in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
            yield here.data
        elif here.nodeType == Node.ELEMENT_NODE:
            for attribute in here.attributes.values():
                if attribute.namespaceURI not in (XMLNS, RDF, XML) or attribute.localName == "resource":
                    yield attribute.value
            waiting.extend(reversed(here.childNodes))


def _elements(node: Any) -> Iterator[Any]:
    """All elements from one on, in their order; without recursion, as files of strangers nest deeply."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here.nodeType == Node.ELEMENT_NODE:
            yield here
            waiting.extend(reversed(here.childNodes))


def _named(element: Any) -> Iterator[Any]:
    """An element and those of its attributes that are in a namespace to be declared."""
    for node in (element, *element.attributes.values()):
        if node.namespaceURI and node.namespaceURI not in (XMLNS, XML):
            yield node


def _prefixes(root: Any) -> dict[str, str]:
    """One prefix for each namespace: the first that it has, and the usual one for RDF, as some readers know
    no other."""
    found = {RDF: "rdf"}
    for element in _elements(root):
        for node in _named(element):
            if node.namespaceURI not in found:
                wished, number = node.prefix or "ns", 1
                prefix = wished
                while prefix in found.values():
                    number += 1
                    prefix = f"{wished}{number}"
                found[node.namespaceURI] = prefix
    return found


def _written(node: Any, prefixes: Mapping[str, str]) -> str:
    """A node as XML, without recursion."""
    parts: list[str] = []
    waiting: list[Any] = [(node, frozenset[str]())]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            parts.append(here)
            continue
        node, declared = here
        if node.nodeType == Node.ELEMENT_NODE:
            new = [space for space in _declarations(node) if space not in declared]
            names = "".join(f' xmlns:{prefixes[space]}="{_escaped(space, True)}"' for space in new)
            for a in node.attributes.values():
                if a.namespaceURI != XMLNS:
                    names += f' {_name(a, prefixes)}="{_escaped(a.value, True)}"'
            closed = not node.childNodes
            parts.append(f"<{_name(node, prefixes)}{names}{'/' if closed else ''}>")
            if not closed:
                inside = declared.union(new)
                waiting.append(f"</{_name(node, prefixes)}>")
                waiting.extend((child, inside) for child in reversed(node.childNodes))
        elif node.nodeType in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
            parts.append(_escaped(node.data))
        elif node.nodeType == Node.PROCESSING_INSTRUCTION_NODE and node.target == _WRAPPER:
            parts.append(f"<?{node.target} {node.data}?>")
    return "".join(parts)


def _declarations(element: Any) -> dict[str, None]:
    """The namespaces that are declared at an element: its own, and at a description all within it."""
    parent = element.parentNode
    described = parent.namespaceURI == RDF and parent.localName == "RDF"
    inner = _elements(element) if described else (element,)
    return dict.fromkeys(node.namespaceURI for each in inner for node in _named(each))


def _name(node: Any, prefixes: Mapping[str, str]) -> str:
    prefix = prefixes.get(node.namespaceURI)
    return f"{prefix}:{node.localName}" if prefix else str(node.nodeName)


def _escaped(text: str, attribute: bool = False) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    if attribute:
        text = text.replace('"', "&quot;").replace("\n", "&#xA;").replace("\t", "&#x9;")
    return text
