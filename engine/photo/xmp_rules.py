"""What strict readers of XMP refuse is mended, or taken out of the packet.

Adobe's toolkit, with which Exiv2 and Exempi read, gives up a whole packet for one property that breaks a rule
of its RDF (ISO 16684-1, 7; XMP specification part 1, annex C): a name without a namespace, a property that
stands twice, a text among elements, arrays with numbered items. What this program writes would be lost to
them with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.dom import Node

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMLNS = "http://www.w3.org/2000/xmlns/"
XML = "http://www.w3.org/XML/1998/namespace"

_ARRAYS = ("Bag", "Seq", "Alt")
_NODE, _PROPERTY, _ARRAY = range(3)
_OF_NODES = ("about", "ID", "nodeID", "type")
_ALWAYS = ("ID",)
_OF_TEXTS = (*_ALWAYS, "datatype")
_OF_EMPTY = (*_ALWAYS, "nodeID", "resource", "value")
_LANGUAGE = "lang"
_TEXTS = (Node.TEXT_NODE, Node.CDATA_SECTION_NODE)

Names = dict[tuple[str | None, str], str | None]
"""The properties of one thing, each with its first text."""


def mend(rdf: Any) -> tuple[bool, bool]:
    """Bring the element rdf:RDF under the rules. Whether anything was changed, and whether anything that was
    said there is lost by it."""
    work = _Mending()
    work.attributes(rdf, (), False, False)
    work.texts(rdf)
    nodes = list(_elements(rdf))
    work.waiting = [(_NODE, node) for node in reversed(nodes)]
    work.names = {id(node): work.top for node in nodes}
    # Without recursion, as files of strangers nest deeply.
    while work.waiting:
        kind, element = work.waiting.pop()
        (work.node, work.property, work.array)[kind](element)
    return work.changed, work.lost


class _Mending:
    """The walk over one packet. `waiting` are elements by what they have to be; `names` are the properties
    that each node has so far, those of the outermost nodes being one set."""

    def __init__(self) -> None:
        self.changed = self.lost = False
        self.waiting: list[tuple[int, Any]] = []
        self.top: Names = {}
        self.names: dict[int, Names] = {}

    def node(self, element: Any) -> None:
        """What is said of one thing: its properties, as attributes and as elements."""
        known = self.names.pop(id(element), {})
        if element.namespaceURI != RDF and known is not self.top:
            known[RDF, "type"] = None  # which the element's own name stands for
        self.attributes(element, _OF_NODES, True, True, about=known is self.top)
        for attribute in list(element.attributes.values()):
            property = attribute.namespaceURI not in (RDF, XML, XMLNS, None)
            if property or (attribute.namespaceURI, attribute.localName) == (RDF, "type"):
                self._known(known, element, attribute, attribute.value)
        self._properties(element, known)

    def property(self, element: Any) -> None:
        """A property with its value: a text, another node, an array, or nothing but attributes."""
        inner, text = list(_elements(element)), _text(element)
        if element.getAttributeNS(RDF, "parseType"):
            self.attributes(element, (*_ALWAYS, "parseType"), False, True)
            self._properties(element, {})
        elif len(inner) > 1:  # what a list of elements means, nothing says
            self._out(element)
        elif inner:
            self.attributes(element, _ALWAYS, False, True)
            self.texts(element)
            self._value(inner[0])
        elif text.strip():
            self.attributes(element, _OF_TEXTS, False, True)
        else:
            self.attributes(element, _OF_EMPTY, True, True)
            if any(a.namespaceURI not in (XML, XMLNS) for a in element.attributes.values()):
                self.texts(element, blank=True)

    def array(self, element: Any) -> None:
        """rdf:Bag, rdf:Seq or rdf:Alt with its items; those that are numbered become plain ones."""
        for attribute in list(element.attributes.values()):
            if attribute.namespaceURI == RDF and _is_number(attribute.localName):
                item = element.ownerDocument.createElementNS(RDF, "rdf:li")
                item.appendChild(element.ownerDocument.createTextNode(attribute.value))
                element.removeAttributeNode(attribute)
                element.appendChild(item)
                self.changed = True
        self.attributes(element, ("ID",), False, False)
        self.texts(element)
        for item in list(_elements(element)):
            if item.namespaceURI == RDF and _is_number(item.localName):
                item.ownerDocument.renameNode(item, RDF, "rdf:li")
                self.changed = True
            if (item.namespaceURI, item.localName) != (RDF, "li") or not _can_be_read(item):
                self._out(item)
            else:
                self.waiting.append((_PROPERTY, item))

    def attributes(
        self, element: Any, rdf: tuple[str, ...], others: bool, language: bool, about: bool = False
    ) -> None:
        """Leave an element those attributes of RDF; with `others` those of other namespaces, with `about`
        that one without a prefix, which the outermost nodes get anew when they are written."""
        for attribute in list(element.attributes.values()):
            space, name = attribute.namespaceURI, attribute.localName or attribute.nodeName
            kept = space == XMLNS or (space == RDF and name in rdf)
            kept = kept or (others and space not in (RDF, XML, None))
            if space == XML and name == _LANGUAGE:
                kept = language
            if not kept and not (about and attribute.nodeName == "about"):
                element.removeAttributeNode(attribute)
                self.changed = True
                self.lost = self.lost or (space not in (RDF, XML) and name not in _OF_NODES)

    def texts(self, element: Any, blank: bool = False) -> None:
        """Take out the texts beside an element's elements, with `blank` spaces, too."""
        for child in list(element.childNodes):
            if child.nodeType in _TEXTS and (blank or child.data.strip()):
                element.removeChild(child)
                self.changed, self.lost = True, self.lost or bool(child.data.strip())

    def _properties(self, element: Any, known: Names) -> None:
        self.texts(element)
        for child in list(_elements(element)):
            # A value of its own only a node within a property has.
            of_rdf = ("type",) if known is self.top else ("type", "value")
            allowed = child.namespaceURI != RDF or child.localName in of_rdf
            if not child.namespaceURI or not allowed or not _can_be_read(child):
                self._out(child)
            elif self._known(known, element, child, None if any(_elements(child)) else _text(child)):
                self.waiting.append((_PROPERTY, child))

    def _known(self, known: Names, owner: Any, found: Any, value: str | None) -> bool:
        """Whether a property is the first of its name; a further one is taken out. `value` is None for one
        of elements."""
        name = found.namespaceURI, found.localName
        if name not in known:
            known[name] = value
            return True
        self.changed, self.lost = True, self.lost or value is None or known[name] != value
        if found.nodeType == Node.ATTRIBUTE_NODE:
            owner.removeAttributeNode(found)
        else:
            owner.removeChild(found)
        return False

    def _value(self, element: Any) -> None:
        rdf = element.namespaceURI == RDF
        if rdf and element.localName in _ARRAYS:
            self.waiting.append((_ARRAY, element))
        elif element.namespaceURI and (not rdf or element.localName == "Description"):
            self.waiting.append((_NODE, element))
        else:
            self._out(element)

    def _out(self, element: Any) -> None:
        element.parentNode.removeChild(element)
        self.changed = self.lost = True


def _can_be_read(element: Any) -> bool:
    """Whether a property's value is of a kind that XMP has: RDF's literals and collections are not."""
    return element.getAttributeNS(RDF, "parseType") in ("", "Resource")


def _is_number(name: str) -> bool:
    return name[:1] == "_" and name[1:].isdecimal()


def _elements(node: Any) -> Iterator[Any]:
    return (child for child in node.childNodes if child.nodeType == Node.ELEMENT_NODE)


def _text(node: Any) -> str:
    return "".join(child.data for child in node.childNodes if child.nodeType in _TEXTS)
