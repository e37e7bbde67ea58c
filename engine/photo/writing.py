"""Writing photos: the format by the suffix, profile and metadata kept, the file complete or not there."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image, PngImagePlugin, features

from ..atomic_file import atomic_write, save_error
from ..errors import SaveError
from ..types import AnyImage, ByteArray, Photo
from .colour import to_srgb
from .deep_writers import CMYK_TIFF, DEFLATE_LEVEL, tiff_folder, write_deep_png, write_tiff
from .exif_xmp import EXIF_PREFIX, tiff_tags

SUFFIXES = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
}
"""The suffixes that can be saved, and the format of each."""

_NEEDED = {"PNG": "zlib", "JPEG": "jpg", "WEBP": "webp"}
"""Parts of Pillow without which a format cannot be written; TIFF and BMP need none."""
_WITHOUT_LOSS = ("PNG", "TIFF", "BMP")
_TIFF_XMP = 700
_LONGEST_SIDE = {"JPEG": 65535, "WEBP": 16383}
_LONGEST_EXIF = {"JPEG": 65533}
_LONGEST_XMP = {"JPEG": 65000}
_CHANNELS = {
    "PNG": ("L", "LA", "RGB", "RGBA", "I;16", "RGB;16", "RGBA;16"),
    "TIFF": ("L", "LA", "RGB", "RGBA", "CMYK", "I;16", "RGB;16", "RGBA;16"),
    "JPEG": ("L", "RGB", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "BMP": ("L", "RGB"),
}


def save_photo(photo: Photo, path: Path | str, quality: int = 95) -> Path:
    """Write a photo; the format follows from the suffix: PNG, JPEG, WebP, TIFF or BMP.

    PNG and TIFF keep every value (TIFF also CMYK). What a format cannot hold is converted: 16 bits to
    8, alpha shown on white, CMYK to sRGB, grey to RGB for WebP, any profile to sRGB for BMP. `quality`
    (1..100) is for JPEG and WebP; at 100 a WebP is lossless. ICC profile, EXIF, XMP and resolution are
    kept where the format has a place for them. The file is written beside its place first and then
    moved there, so an older one stays whole when anything fails. Returns the path; raises `SaveError`.
    """
    path = Path(path)
    kind = format_of(path)
    limit = _LONGEST_SIDE.get(kind)
    if limit and max(photo.width, photo.height) > limit:
        raise SaveError(
            f"{photo.width} x {photo.height} px are too many for this format ({limit} px a side).",
            "Save it as .png or .tiff.",
            path=path,
        )
    fitting = _fit(photo, _CHANNELS[kind])
    if kind == "BMP" and fitting.icc_profile:
        fitting = Photo(to_srgb(fitting.pixels, fitting), "RGB", info=fitting.info)
    try:
        with atomic_write(path) as file:
            _encode(fitting, file, kind, int(np.clip(quality, 1, 100)))
    except SaveError:
        raise
    except Exception as error:
        # Encoders fail in many ways; whatever they raise, nothing was saved and nothing is lost.
        raise save_error(path, error) from error
    return path


def save_formats(without_loss: bool = False) -> dict[str, tuple[str, ...]]:
    """The formats that can be written on this computer, with the suffixes of each, the usual one first.

    `without_loss`: only those that keep every pixel, which `save_mask` needs. WebP and JPEG are missing where
    Pillow was built without them.
    """
    found: dict[str, tuple[str, ...]] = {}
    for suffix, kind in SUFFIXES.items():
        known = kind not in _NEEDED or features.check(_NEEDED[kind])
        if known and (kind in _WITHOUT_LOSS or not without_loss):
            found[kind] = (*found.get(kind, ()), suffix)
    return found


def conversions(photo: Photo, path: Path | str) -> tuple[str, ...]:
    """What the format of a path cannot hold of a photo: a sentence for each thing that is converted."""
    kind = format_of(Path(path))
    allowed, mode = _CHANNELS[kind], photo.mode.removesuffix(";16")
    found = []
    if photo.pixels.dtype == np.uint16 and not any(held.endswith(";16") for held in allowed):
        found.append(f"{kind} holds 8 bits in each colour; the photo's 16 were rounded.")
    if mode == "CMYK" and mode not in allowed:
        found.append(f"{kind} holds no inks; the photo's CMYK colours were turned into sRGB.")
    if mode in ("LA", "RGBA") and "RGBA" not in allowed:
        found.append(f"{kind} holds no transparency; what was transparent is on white.")
    if kind == "BMP" and (photo.exif or "xmp" in photo.info):
        found.append(f"{kind} holds no metadata; the photo's EXIF and XMP were left out.")
    return tuple(found)


def format_of(path: Path) -> str:
    """The format that a path's suffix stands for; `SaveError` where it is none that can be written."""
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        named = f"the suffix {path.suffix}" if path.suffix else "no suffix"
        raise SaveError(
            f"{path.name} has {named}, so its format is not known.",
            "Save it as .png, .jpg, .webp, .tiff or .bmp.",
            path=path,
        )
    return kind


def save_mask(path: Path | str, mask: ByteArray) -> Path:
    """Write a (H, W) uint8 mask as a grey picture without loss (.png, .tiff or .bmp)."""
    path = Path(path)
    if SUFFIXES.get(path.suffix.lower()) not in _WITHOUT_LOSS:
        raise SaveError(
            f"A mask cannot be saved as {path.name}, which would change its values.",
            "Save it as .png.",
            path=path,
        )
    return save_photo(Photo(np.ascontiguousarray(mask, np.uint8), "L"), path)


def _fit(photo: Photo, allowed: tuple[str, ...]) -> Photo:
    """The photo in a mode that the format can hold."""
    if photo.mode in allowed:
        return photo
    pixels, mode, icc = photo.pixels, photo.mode, photo.icc_profile
    if mode.endswith(";16"):
        pixels = np.rint(pixels.astype(np.float32) / 257).astype(np.uint8)
        mode = {"I;16": "L"}.get(mode, mode.removesuffix(";16"))
    if mode == "CMYK" and mode not in allowed:
        pixels, mode, icc = to_srgb(pixels, photo), "RGB", None
    if mode in ("LA", "RGBA") and mode not in allowed and mode + "A" not in allowed:
        if "RGBA" in allowed:
            pixels, mode, icc = _as_colour(pixels, photo, mode, icc)
        else:
            pixels, mode = _on_white(pixels), mode.removesuffix("A")
    if mode == "L" and mode not in allowed:
        pixels, mode, icc = _as_colour(pixels, photo, mode, icc)
    return Photo(pixels, mode, photo.path, photo.format, icc, photo.exif, photo.info)


def _as_colour(
    pixels: AnyImage, photo: Photo, mode: str, icc: bytes | None
) -> tuple[AnyImage, str, bytes | None]:
    """Grey pixels as sRGB; a grey profile would not fit them."""
    grey = Photo(pixels, mode, icc_profile=icc)
    colour = to_srgb(pixels, grey)
    if mode == "L":
        return colour, "RGB", None
    return np.dstack([colour, pixels[..., -1].astype(np.uint8)]), "RGBA", None


def _on_white(pixels: AnyImage) -> AnyImage:
    """Transparent parts as they look on a white page."""
    values = pixels.astype(np.float32)
    alpha = values[..., -1:] / 255
    flat: ByteArray = np.rint(values[..., :-1] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return flat[..., 0] if flat.shape[-1] == 1 else flat


def _encode(photo: Photo, file: IO[bytes], kind: str, quality: int) -> None:
    exif = photo.exif if len(photo.exif or b"") <= _LONGEST_EXIF.get(kind, 1 << 30) else None
    if kind == "TIFF":
        write_tiff(file, photo.pixels, _tiff_tags(photo, exif))
        return
    if photo.mode in ("RGB;16", "RGBA;16"):
        write_deep_png(file, photo.pixels, _png_chunks(photo, exif))
        return
    options: dict[str, Any] = {"icc_profile": photo.icc_profile}
    if "dpi" in photo.info and kind != "WEBP":
        options["dpi"] = photo.info["dpi"]
    if exif and kind != "BMP":
        options["exif"] = exif
    xmp = photo.info.get("xmp")
    if xmp and kind in ("JPEG", "WEBP") and len(xmp) < _LONGEST_XMP.get(kind, 1 << 30):
        options["xmp"] = xmp
    if kind == "JPEG":
        options |= {"quality": quality, "subsampling": 0, "optimize": True}
        if "comment" in photo.info:
            options["comment"] = photo.info["comment"]
    elif kind == "WEBP":
        options |= {"quality": quality, "lossless": quality == 100, "exact": True}
    elif kind == "PNG" and xmp:
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
        options["pnginfo"] = text
    if kind == "PNG":
        options["compress_level"] = DEFLATE_LEVEL
    try:
        _as_image(photo).save(file, kind, **options)
    except OSError as error:
        # Pillow reserves too little for an optimised JPEG of a very noisy picture, and says only that much.
        if error.errno is not None or not options.pop("optimize", False):
            raise
        file.seek(0)
        file.truncate()
        _as_image(photo).save(file, kind, **options)


def _as_image(photo: Photo) -> Image.Image:
    if photo.mode == "CMYK":
        return Image.frombytes("CMYK", (photo.width, photo.height), photo.pixels.tobytes())
    return Image.fromarray(photo.pixels)


def _tiff_tags(photo: Photo, exif: bytes | None) -> dict[int, Any]:
    tags = tiff_folder(tiff_tags(exif or b""), photo.icc_profile, photo.info.get("dpi"))
    if "xmp" in photo.info:
        tags[_TIFF_XMP] = photo.info["xmp"]
    return tags | CMYK_TIFF if photo.mode == "CMYK" else tags


def _png_chunks(photo: Photo, exif: bytes | None) -> dict[bytes, bytes]:
    dpi = photo.info.get("dpi")
    chunks: dict[bytes, bytes] = {}
    if photo.icc_profile:
        chunks[b"iCCP"] = b"ICC Profile\0\0" + zlib.compress(photo.icc_profile)
    if dpi:
        metres = [round(d / 0.0254).to_bytes(4, "big") for d in dpi]
        chunks[b"pHYs"] = metres[0] + metres[1] + b"\x01"
    if "xmp" in photo.info:
        chunks[b"iTXt"] = b"XML:com.adobe.xmp\0\0\0\0\0" + photo.info["xmp"]
    if exif:
        chunks[b"eXIf"] = exif.removeprefix(EXIF_PREFIX)
    return chunks
