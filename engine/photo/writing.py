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
from .colour import to_srgb, to_srgb_float
from .deep_writers import CMYK_TIFF, tiff_folder, write_deep_png, write_tiff
from .exif_xmp import EXIF_PREFIX, tiff_tags
from .formats import DEFAULT_QUALITY, PHOTO_FORMATS, SAVED, SAVED_BY_SUFFIX, PhotoFormat

_TIFF_XMP = 700


def save_photo(
    photo: Photo, path: Path | str, quality: int = DEFAULT_QUALITY, format: str | None = None
) -> Path:
    """Write a photo; the format follows from the suffix (`save_formats`): PNG, JPEG, WebP, TIFF or BMP,
    unless `format` names it: png, jpg, webp, tiff or bmp.

    PNG and TIFF keep every value (TIFF also CMYK). What a format cannot hold is converted: 16 bits to
    8, alpha shown on white, CMYK to sRGB, grey to RGB for WebP, any profile to sRGB for BMP. `quality`
    (1..100) is for JPEG and WebP; at 100 a WebP is lossless. ICC profile, EXIF, XMP and resolution are
    kept where the format has a place for them. The file is written beside its place first and then
    moved there, so an older one stays whole when anything fails. Returns the path; raises `SaveError`.
    """
    path = Path(path)
    row = _row_of(path) if format is None else SAVED[format]
    if row.longest_side and max(photo.width, photo.height) > row.longest_side:
        raise SaveError(
            f"{photo.width} x {photo.height} px are too many for this format ({row.longest_side} px a side).",
            "Save it as .png or .tiff.",
            path=path,
        )
    fitting = _fit(photo, row.modes)
    if fitting.icc_profile and not row.icc:
        fitting = _fit(_in_srgb(fitting), row.modes)
    try:
        with atomic_write(path) as file:
            _encode(fitting, file, row, int(np.clip(quality, 1, 100)))
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
    return {
        row.name: row.suffixes
        for row in PHOTO_FORMATS
        if row.modes and (row.lossless or not without_loss) and (not row.needs or features.check(row.needs))
    }


def conversions(photo: Photo, path: Path | str) -> tuple[str, ...]:
    """What the format of a path cannot hold of a photo: a sentence for each thing that is converted."""
    row = _row_of(Path(path))
    mode = photo.mode.removesuffix(";16")
    found = []
    if photo.pixels.dtype == np.uint16 and photo.mode not in row.modes:
        found.append(f"{row.title} holds 8 bits in each colour; the photo's 16 were rounded.")
    if mode == "CMYK" and mode not in row.modes:
        found.append(f"{row.title} holds no inks; the photo's CMYK colours were turned into sRGB.")
    if mode in ("LA", "RGBA") and "RGBA" not in row.modes:
        found.append(f"{row.title} holds no transparency; what was transparent is on white.")
    if (photo.exif and not row.exif) or ("xmp" in photo.info and not row.xmp):
        found.append(f"{row.title} holds no metadata; the photo's EXIF and XMP were left out.")
    return tuple(found)


def format_of(path: Path) -> str:
    """The format that a path's suffix stands for; `SaveError` where it is none that can be written."""
    return _row_of(path).name


def _row_of(path: Path) -> PhotoFormat:
    row = SAVED_BY_SUFFIX.get(path.suffix.lower())
    if row is None:
        named = f"the suffix {path.suffix}" if path.suffix else "no suffix"
        names = [f".{short}" for short in SAVED]
        raise SaveError(
            f"{path.name} has {named}, so its format is not known.",
            f"Save it as {', '.join(names[:-1])} or {names[-1]}.",
            path=path,
        )
    return row


def save_mask(path: Path | str, mask: ByteArray) -> Path:
    """Write a (H, W) uint8 mask as a grey picture without loss (.png, .tiff or .bmp)."""
    path = Path(path)
    row = SAVED_BY_SUFFIX.get(path.suffix.lower())
    if row is None or not row.lossless:
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


def _in_srgb(photo: Photo) -> Photo:
    """The photo in sRGB instead of its profile's colours; grey becomes colour, alpha stays."""
    pixels, deep = photo.pixels, photo.pixels.dtype == np.uint16
    colour: AnyImage = to_srgb(pixels, photo)
    if deep:
        colour = np.rint(to_srgb_float(pixels, photo) * 65535).astype(np.uint16)
    see_through = photo.mode.removesuffix(";16") in ("LA", "RGBA")
    if see_through:
        colour = np.dstack([colour, pixels[..., -1]])
    mode = ("RGBA" if see_through else "RGB") + (";16" if deep else "")
    return Photo(colour, mode, photo.path, photo.format, None, photo.exif, photo.info)


def _encode(photo: Photo, file: IO[bytes], row: PhotoFormat, quality: int) -> None:
    exif = photo.exif if row.exif and _short(photo.exif, row.longest_exif) else None
    xmp = photo.info.get("xmp") if row.xmp and _short(photo.info.get("xmp"), row.longest_xmp) else None
    if row.name == "TIFF":
        write_tiff(file, photo.pixels, _tiff_tags(photo, exif))
        return
    if photo.mode in ("RGB;16", "RGBA;16"):
        write_deep_png(file, photo.pixels, _png_chunks(photo, exif))
        return
    options: dict[str, Any] = {"icc_profile": photo.icc_profile, **row.options(quality)}
    if exif:
        options["exif"] = exif
    if xmp and row.name == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
        options["pnginfo"] = text
    elif xmp:
        options["xmp"] = xmp
    for name, held in (("dpi", row.dpi), ("comment", row.comment)):
        if held and name in photo.info:
            options[name] = photo.info[name]
    try:
        _as_image(photo).save(file, row.name, **options)
    except OSError as error:
        # Pillow reserves too little for an optimised JPEG of a very noisy picture, and says only that much.
        if error.errno is not None or not options.pop("optimize", False):
            raise
        file.seek(0)
        file.truncate()
        _as_image(photo).save(file, row.name, **options)


def _short(block: bytes | None, longest: int | None) -> bool:
    return longest is None or len(block or b"") <= longest


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
