"""The tag that says of a picture that it was edited by a generative method.

It is the IPTC's term for a photo with parts made by a trained algorithm, in the XMP block, which PNG,
JPEG, WebP and TIFF files carry and which other programs show.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .._version import __version__
from ..types import Photo

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's "Composite with trained algorithmic media"."""

_DESCRIPTION = (
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
    "<Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>"
    "<xmp:CreatorTool>MaskFaceGAN Editor {version}</xmp:CreatorTool></rdf:Description>"
)
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '{description}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
_END = re.compile(rb"</rdf:RDF\s*>")


def mark_edited(photo: Photo) -> Photo:
    """The photo with the tag in its XMP; what was there is kept. A photo that has it is returned as it is."""
    before = photo.info.get("xmp") or b""
    before = before.encode() if isinstance(before, str) else bytes(before)
    if SOURCE_TYPE.encode() in before:
        return photo
    description = _DESCRIPTION.format(source=SOURCE_TYPE, version=__version__)
    end = _END.search(before)
    if end is None:
        after = _PACKET.format(description=description).encode()
    else:
        after = before[: end.start()] + description.encode() + before[end.start() :]
    return replace(photo, info={**photo.info, "xmp": after})
