"""HEIC for Pillow: read by pi-heif, which has no encoder, so that all of it is under the LGPL.

Pictures are written as HEIC only where a person has installed pillow-heif, whose builds hold x265 under the
GPL; it is no part of this program.
"""

from __future__ import annotations

import functools

from PIL import Image


@functools.cache
def register() -> None:
    """Make HEIC known to Pillow, as far as a library for it is there."""
    try:
        import pillow_heif as library  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        try:
            import pi_heif as library  # type: ignore[no-redef, import-untyped, unused-ignore]
        except ImportError:
            return
    library.register_heif_opener()


def can_write() -> bool:
    """Whether an encoder is there."""
    register()
    return "HEIF" in Image.SAVE
