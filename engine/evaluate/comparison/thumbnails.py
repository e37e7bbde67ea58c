"""Small pictures as a part of a page, and the addresses of the files beside it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from PIL import Image

_LARGE, _SMALL, _FEW = 256, 192, 600
"""The longer side in px for up to so many pictures, and beyond: 2,000 take some 15 MB, which a browser opens
at once."""
_QUALITY, _EFFORT = 78, 2  # of WebP
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


@dataclass(frozen=True)
class Thumbnail:
    """`source` is the picture itself as a data address; `width` and `height` are in px."""

    source: str
    width: int
    height: int


def side_for(count: int) -> int:
    """How large the pictures of a page of `count` are made, in px."""
    return _LARGE if count <= _FEW else _SMALL


def thumbnail(folder: Path, name: str | None, side: int) -> Thumbnail | None:
    """A picture of the folder, at most `side` px wide and high; None where there is none that can be read."""
    if name is None or address(name) is None:
        return None
    try:
        with Image.open(folder / name) as file:
            file.draft("RGB", (side, side))  # a JPEG is decoded no larger than it has to be
            picture = file.convert("RGB")
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        packed = io.BytesIO()
        picture.save(packed, "WEBP", quality=_QUALITY, method=_EFFORT)
    except _UNREADABLE:
        return None
    source = "data:image/webp;base64," + base64.b64encode(packed.getvalue()).decode("ascii")
    return Thumbnail(source, *picture.size)


def address(name: str) -> str | None:
    """A path from the report's folder as an address; None for one that leads out of it."""
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\\" in name:
        return None
    return quote(name, errors="replace")
