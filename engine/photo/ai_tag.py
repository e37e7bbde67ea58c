"""The tag that says of a picture that it was edited by a generative method.

It is the IPTC's term for a photo with parts made by a trained algorithm, in the XMP block, which PNG, JPEG,
WebP, TIFF and AVIF files carry and which other programs show. It replaces what the camera or another program
said there: a property that stands twice is one that strict readers refuse, and the whole block with it.
"""

from __future__ import annotations

from dataclasses import replace

from .._version import __version__
from ..types import Photo
from .xmp import BrokenXmpError, Packet

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's "Composite with trained algorithmic media"."""

_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_XAP = "http://ns.adobe.com/xap/1.0/"
_KIND, _TOOL = (_IPTC, "DigitalSourceType"), (_XAP, "CreatorTool")
TAG = frozenset({_KIND, _TOOL})
"""The properties that the tag writes."""

_OWN_TOOL = f"MaskFaceGAN Editor {__version__}"
_PREFIXES = {_IPTC: "Iptc4xmpExt", _XAP: "xmp"}


def mark_edited(photo: Photo) -> Photo:
    """The photo with the tag in its XMP; what else was there is kept. A photo that has it is returned as it
    is; a block that is no XMP is replaced."""
    packet = _packet(photo.info.get("xmp"))
    if packet.values(_KIND) == [SOURCE_TYPE] and packet.values(_TOOL) == [_OWN_TOOL]:
        return photo
    packet.put({_KIND: SOURCE_TYPE, _TOOL: _OWN_TOOL}, _PREFIXES)
    return replace(photo, info={**photo.info, "xmp": packet.to_bytes()})


def _packet(xmp: bytes | str | None) -> Packet:
    try:
        return Packet(xmp or b"")
    except BrokenXmpError:
        return Packet.empty()
