"""Photos: reading, writing, and their colours. The public names of the three modules behind it."""

from __future__ import annotations

from .colour import from_srgb, to_srgb, to_srgb_float
from .formats import PHOTO_FORMATS, PhotoFormat
from .reading import MAX_PIXELS, MIN_SIDE, open_photo, photo_size, remarks
from .thumbnails import thumbnail
from .writing import conversions, format_of, save_formats, save_mask, save_photo

__all__ = [
    "MAX_PIXELS",
    "MIN_SIDE",
    "PHOTO_FORMATS",
    "PhotoFormat",
    "conversions",
    "format_of",
    "from_srgb",
    "open_photo",
    "photo_size",
    "remarks",
    "save_formats",
    "save_mask",
    "save_photo",
    "thumbnail",
    "to_srgb",
    "to_srgb_float",
]
