"""Writing photos: the format by the suffix, profile and metadata kept, the file complete or not there."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image, PngImagePlugin, features

from ..atomic_file import atomic_write, save_error
from ..errors import SaveError
from ..run_control import RunControl
from ..types import AnyImage, ByteArray, Photo
from . import heif
from .ai_tag import TAG
from .colour import colour_channels, to_srgb, to_srgb_float
from .deep_writers import CMYK_TIFF, tiff_folder, write_deep_png, write_tiff
from .exif_xmp import EXIF_PREFIX, clean_xmp, tiff_tags, upright_exif
from .formats import DEFAULT_QUALITY, PHOTO_FORMATS, SAVED, SAVED_BY_SUFFIX, PhotoFormat
from .left_behind import SAVED as LEFT_OUT
from .left_behind import TIFF_IPTC, as_resource, packed
from .previews import without_previews
from .reading import code_points
from .told_colour import as_srgb_exif, is_hdr, of_code_points, says_adobe_rgb
from .xmp import BrokenXmpError, Packet, extended_name

_TIFF_XMP = 700
_NO_HEIC = "Save it as .jpg or .avif, or install the Python package pillow-heif, which can write it."
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED_SEGMENT = b"http://ns.adobe.com/xmp/extension/\0"
_LONGEST_XMP, _EXTENDED_PIECE = 65502, 65400
"""Bytes of XMP in one segment of a JPEG, and of one piece of its extension (XMP specification part 3,
1.1.3)."""


def save_photo(
    photo: Photo,
    path: Path | str,
    quality: int = DEFAULT_QUALITY,
    format: str | None = None,
    *,
    replace_read_only: bool = False,
    control: RunControl | None = None,
) -> Path:
    """Write a photo; the format follows from the suffix (`save_formats`): PNG, JPEG, WebP, TIFF, BMP or AVIF;
    HEIC where an encoder is installed; unless `format` names it: png, jpg, webp, tiff, bmp, avif or heic.

    PNG and TIFF keep every value (TIFF also CMYK). What a format cannot hold is converted: 16 bits to 8,
    alpha shown on white, CMYK to sRGB, grey to RGB for WebP, any profile to sRGB for BMP. `quality` (1..100)
    is for JPEG, WebP and AVIF; at 100 a WebP is lossless. ICC profile, EXIF, XMP, IPTC, texts and resolution
    are kept where the format has a place for them, without the previews in them. The file is written beside
    its place first and then moved there, so an older one stays whole when anything fails, or `control` is
    cancelled from another thread. Returns the path; raises `SaveError`, and `ReadOnlyError` for a file that
    may not be written, unless `replace_read_only`.
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
        with atomic_write(path, replace_read_only, control) as file:
            _encode(fitting, file, row, int(np.clip(quality, 1, 100)))
    except SaveError:
        raise
    except Exception as error:
        # Encoders fail in many ways; whatever they raise, nothing was saved and nothing is lost.
        raise save_error(path, error) from error
    return path


def save_formats(without_loss: bool = False) -> dict[str, tuple[str, ...]]:
    """The formats that can be written on this computer, with the suffixes of each, the usual one first.

    `without_loss`: only those that keep every pixel, which `save_mask` needs. WebP, JPEG and AVIF are missing
    where Pillow was built without them, HEIC where no encoder is installed.
    """
    return {
        row.name: row.suffixes
        for row in PHOTO_FORMATS
        if row.modes and (row.lossless or not without_loss) and _can_write(row)
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
    if row.exif and not _short(photo.exif, row.longest_exif):
        found.append(f"{row.title} holds 64 kB of EXIF; the photo's is larger and was left out.")
    if "iptc" in photo.info and not row.iptc:
        found.append(f"{row.title} holds no IPTC; the photo's was left out.")
    elif not _short(photo.info.get("iptc"), row.longest_iptc):
        found.append(f"{row.title} holds 64 kB of IPTC; the photo's is larger and was left out.")
    if photo.info.get("comment") and not row.comment:
        found.append(f"{row.title} holds no comment as a JPEG does; the photo's was left out.")
    if "texts" in photo.info and not row.texts:
        found.append(f"{row.title} holds no texts as a PNG does; the photo's were left out.")
    if is_hdr(code_points(photo)) and not row.code_points:
        found.append(f"{row.title} holds no HDR; what is brighter than paper's white is white in it.")
    kinds = [*photo.info.get("left_behind", ()), *(("pages",) if "pages" in photo.info else ())]
    return (*found, *(LEFT_OUT[kind] for kind in dict.fromkeys(kinds) if kind in LEFT_OUT))


def _can_write(row: PhotoFormat) -> bool:
    """Whether this computer has what the format needs."""
    if row.needs == "heif":
        return heif.can_write()
    return not row.needs or bool(features.check(row.needs))


def format_of(path: Path) -> str:
    """The format that a path's suffix stands for; `SaveError` where it is none that can be written."""
    return _row_of(path).name


def _row_of(path: Path) -> PhotoFormat:
    row = SAVED_BY_SUFFIX.get(path.suffix.lower())
    if row is None:
        named = f"the suffix {path.suffix}" if path.suffix else "no suffix"
        names = [f".{short}" for short, row in SAVED.items() if _can_write(row)]
        raise SaveError(
            f"{path.name} has {named}, so its format is not known.",
            f"Save it as {', '.join(names[:-1])} or {names[-1]}.",
            path=path,
        )
    if not _can_write(row):
        raise SaveError(
            f"{row.title} cannot be written on this computer.",
            "Save it as .jpg or .png." if row.needs != "heif" else _NO_HEIC,
            path=path,
        )
    return row


def save_mask(
    path: Path | str,
    mask: ByteArray,
    *,
    replace_read_only: bool = False,
    control: RunControl | None = None,
) -> Path:
    """Write a (H, W) uint8 mask as a grey picture without loss (.png, .tiff or .bmp); the rest is as
    `save_photo` does it."""
    path = Path(path)
    row = SAVED_BY_SUFFIX.get(path.suffix.lower())
    if row is None or not row.lossless:
        raise SaveError(
            f"A mask cannot be saved as {path.name}, which would change its values.",
            "Save it as .png.",
            path=path,
        )
    photo = Photo(np.ascontiguousarray(mask, np.uint8), "L")
    return save_photo(photo, path, replace_read_only=replace_read_only, control=control)


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
    photo, exif = _with_own_metadata(photo), _exif(photo, row)
    if row.name == "TIFF":
        write_tiff(file, photo.pixels, _tiff_tags(photo, exif))
        return
    if photo.mode in ("RGB;16", "RGBA;16"):
        write_deep_png(file, photo.pixels, _png_chunks(photo, exif))
        return
    options: dict[str, Any] = {"icc_profile": photo.icc_profile, **row.options(quality)}
    if exif:
        options["exif"] = exif
    if row.name == "PNG":
        options["pnginfo"] = _png_info(photo)
    elif row.name == "JPEG":
        options["extra"] = _jpeg_segments(photo, row)
    elif row.xmp and "xmp" in photo.info:
        options["xmp"] = photo.info["xmp"]
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


def _with_own_metadata(photo: Photo) -> Photo:
    """The photo with XMP that names its own sides, as it may have been turned since it was opened, and
    without previews in XMP and IPTC, whoever put them there; without a block that is no XMP."""
    info = {key: value for key, value in photo.info.items() if key not in ("xmp", "iptc")}
    if "xmp" in photo.info:
        info["xmp"] = clean_xmp(photo.info["xmp"], photo.width, photo.height)
    if "iptc" in photo.info:
        info["iptc"] = without_previews(photo.info["iptc"])
    return replace(photo, info={key: value for key, value in info.items() if value is not None})


def _exif(photo: Photo, row: PhotoFormat) -> bytes | None:
    """The photo's EXIF as the file gets it: without previews, which those of older projects still hold, and
    of the colours that the picture has by now."""
    if not row.exif or not photo.exif:
        return None
    exif = upright_exif(photo.exif, photo.width, photo.height)
    if exif is None or not _short(exif, row.longest_exif):
        return None
    return as_srgb_exif(exif) if not photo.icc_profile and says_adobe_rgb(exif) else exif


def _jpeg_segments(photo: Photo, row: PhotoFormat) -> bytes:
    """The segments that Pillow does not write: XMP of any length, and IPTC."""
    segments = []
    for start, block in _xmp_blocks(photo.info.get("xmp")):
        segments.append(b"\xff\xe1" + (2 + len(start) + len(block)).to_bytes(2, "big") + start + block)
    iptc = photo.info.get("iptc")
    if iptc and _short(iptc, row.longest_iptc):
        block = b"Photoshop 3.0\0" + as_resource(iptc)
        segments.append(b"\xff\xed" + (2 + len(block)).to_bytes(2, "big") + block)
    return b"".join(segments)


def _xmp_blocks(xmp: bytes | None) -> list[tuple[bytes, bytes]]:
    """How each segment of XMP begins, and what it holds."""
    if not xmp:
        return []
    if len(xmp) <= _LONGEST_XMP:
        return [(_XMP_SEGMENT, xmp)]
    try:
        main, more = Packet(xmp).split(_LONGEST_XMP, TAG)
    except (BrokenXmpError, RecursionError):
        return []
    blocks = [(_XMP_SEGMENT, main)]
    if more is None:
        return blocks
    for start in range(0, len(more), _EXTENDED_PIECE):
        where = len(more).to_bytes(4, "big") + start.to_bytes(4, "big")
        head = _EXTENDED_SEGMENT + extended_name(more).encode() + where
        blocks.append((head, more[start : start + _EXTENDED_PIECE]))
    return blocks


def _short(block: bytes | None, longest: int | None) -> bool:
    return longest is None or len(block or b"") <= longest


def _as_image(photo: Photo) -> Image.Image:
    if photo.mode == "CMYK":
        return Image.frombytes("CMYK", (photo.width, photo.height), photo.pixels.tobytes())
    return Image.fromarray(photo.pixels)


def _tiff_tags(photo: Photo, exif: bytes | None) -> dict[int, Any]:
    tags = tiff_folder(tiff_tags(exif or b""), photo.icc_profile, photo.info.get("dpi"))
    for tag, name in ((_TIFF_XMP, "xmp"), (TIFF_IPTC, "iptc")):
        if name in photo.info:
            tags[tag] = photo.info[name]
    return tags | CMYK_TIFF if photo.mode == "CMYK" else tags


def _png_info(photo: Photo) -> PngImagePlugin.PngInfo:
    """The chunks for which Pillow has no option: code points of colour, XMP, texts, IPTC."""
    info = PngImagePlugin.PngInfo()
    told = code_points(photo)
    grey = colour_channels(photo.mode) == "L"
    if told is not None and (of_code_points(told, grey) or None) == photo.icc_profile:
        info.add(b"cICP", told)
    if "xmp" in photo.info:
        info.add_itxt("XML:com.adobe.xmp", photo.info["xmp"].decode("utf-8", "replace"))
    for key, text in photo.info.get("texts", {}).items():
        info.add_text(key, text)
    if "iptc" in photo.info:
        info.add_text(*packed("iptc", as_resource(photo.info["iptc"])), zip=True)
    return info


def _png_chunks(photo: Photo, exif: bytes | None) -> list[tuple[bytes, bytes]]:
    dpi = photo.info.get("dpi")
    chunks: list[tuple[bytes, bytes]] = []
    if photo.icc_profile:
        chunks.append((b"iCCP", b"ICC Profile\0\0" + zlib.compress(photo.icc_profile)))
    if dpi:
        metres = [round(d / 0.0254).to_bytes(4, "big") for d in dpi]
        chunks.append((b"pHYs", metres[0] + metres[1] + b"\x01"))
    chunks += [(chunk[0], chunk[1]) for chunk in _png_info(photo).chunks]
    if exif:
        chunks.append((b"eXIf", exif.removeprefix(EXIF_PREFIX)))
    return chunks
