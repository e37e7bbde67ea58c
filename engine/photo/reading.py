"""Reading photos: upright, whole, in their own depth and profile, within limits.

What Pillow cannot keep, and what happens then:
- 16 bits in colour (PNG, TIFF): Pillow shows the upper byte only. The pixels are decoded twice, once
  for the upper and once for the lower bytes, so nothing is lost (`deep_reading`); separate planes of a TIFF
  are read one by one (`tiff_planes`). 16-bit CMYK is read at 8 bits, and `Photo.info["reduced_from"]` says
  so.
- 16-bit grey with alpha becomes 16-bit RGBA, 10- and 12-bit AVIF and HEIC become 8-bit (Pillow's
  decoder does that; `reduced_from` says so too), 32-bit integer grey becomes 16-bit when it fits;
  floating-point TIFF is refused.
- Colour that is told without a profile (a PNG's cICP, gAMA and cHRM, EXIF's interoperability, the code points
  of HEIC and AVIF) becomes one (`told_colour`). What else a file holds is looked for by `left_behind`.
- Palette, 1-bit, YCbCr and LAB pictures become RGB, RGBA or grey at 8 bits; of LAB `converted_from`
  tells. Of an animation or a TIFF of several pages the first picture is read, and `animated` or `pages`
  is set.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from ..errors import PhotoError, PhotoTooLargeError
from ..types import AnyImage, Photo
from . import heif
from .camera_raw import is_camera_raw
from .colour import colour_channels
from .cut_jpeg import completed, lacks_end
from .deep_reading import as_array, as_pillow_reads, deep_pixels, own_limits, raw_mode
from .exif_xmp import clean_xmp, is_part_lost, tiff_exif, upright_exif
from .formats import BY_OPENER, OPENERS
from .left_behind import OPENED, Beside, look_beside
from .previews import holds_picture
from .tiff_planes import in_planes, read_planes
from .told_colour import adobe_rgb, is_hdr, of_code_points, of_png, of_video, says_adobe_rgb, usable

MAX_PIXELS = 300_000_000
"""Photos with more pixels than this are refused before anything is decoded."""

MIN_SIDE = 32
"""The least width and height in px in which a face could be."""

_AVIF_HEAD = 1 << 16
_KEPT_MODES = ("L", "LA", "RGB", "RGBA", "CMYK")
_ORIENTATION = 0x0112
_PNG_COLOUR = ("icc_profile", "srgb", "gamma", "chromaticity")


def open_photo(path: Path | str) -> Photo:
    """Read a photo of one of the `PHOTO_FORMATS` (JPEG 2000 where Pillow can).

    The orientation is applied and reset in the kept EXIF; alpha, 16 bits, CMYK, the ICC profile, EXIF, XMP,
    IPTC, a PNG's texts and the resolution are kept. Previews of the photo within them are not: they would
    show it as it was before an edit. `remarks` says what is left behind. Raises `PhotoTooLargeError` above
    `MAX_PIXELS`, before decoding, and `PhotoError` for everything else that cannot be used; each with one
    plain sentence.
    """
    path = Path(path)
    try:
        with _opened(path) as file, _identify(file, path) as image:
            _check_size(image, path)
            return _read(image, file, path)
    except MemoryError:
        raise PhotoTooLargeError(
            f"There is not enough memory to open {path.name}.",
            "Close other programs, or scale the photo down in another program.",
            path=path,
        ) from None


def photo_size(path: Path | str) -> tuple[int, int]:
    """Width and height in px as the file's header says them, before any turning; nothing is decoded. Raises
    `PhotoError` for a file that is no photo."""
    path = Path(path)
    with _opened(path) as file, _identify(file, path) as image:
        return image.size


def remarks(photo: Photo) -> tuple[str, ...]:
    """What a person should know of a photo that was opened: a sentence for each thing left behind."""
    found = []
    if "animated" in photo.info:
        found.append("This is an animation; its first picture is edited.")
    if "pages" in photo.info:
        found.append("This file holds several pictures; only the first is edited and saved.")
    if "reduced_from" in photo.info:
        bits = photo.info["reduced_from"]
        found.append(f"This photo's {bits} bits in each colour could not be kept; 8 are edited.")
    if "converted_from" in photo.info:
        found.append(f"This photo's {photo.info['converted_from']} colours were turned into sRGB.")
    if is_hdr(code_points(photo)):
        found.append("This photo is HDR; what is brighter than paper's white is shown as white.")
    sentences = [OPENED[kind] for kind in photo.info.get("left_behind", ()) if kind in OPENED]
    found += [sentence for sentence in sentences if sentence not in found]
    return tuple(found)


def code_points(photo: Photo) -> bytes | None:
    """Those of H.273 that a photo's file told its colours by, as of a PNG's cICP chunk."""
    with contextlib.suppress(ValueError, TypeError):  # it may come from a project's file
        return bytes.fromhex(photo.info.get("cicp") or "") or None
    return None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        if path.is_dir():
            raise PhotoError(
                f"{path.name or path} is a folder, not a photo.", "Choose one photo inside it.", path=path
            )
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise PhotoError(f"{path.name} is not a picture that can be read.", path=path)
        file = path.open("rb")
    except FileNotFoundError:
        raise PhotoError(
            f"There is no file {path.name}.", "Check the name and the folder.", path=path
        ) from None
    except PermissionError:
        raise PhotoError(
            f"{path.name} may not be read.",
            "Change its permissions, or copy it to your own folder.",
            path=path,
        ) from None
    except (OSError, ValueError) as error:
        raise PhotoError(f"{path.name} could not be opened: {error}.", path=path) from None
    with file:
        yield file


def _identify(file: IO[bytes], path: Path) -> Image.Image:
    start = file.read(32)
    if not start:
        raise PhotoError(f"{path.name} is empty.", "Copy or download the photo again.", path=path)
    if is_camera_raw(file):
        raise PhotoError(
            f"{path.name} is a camera's raw file.",
            "Develop it first, with the camera's or another program, and open the JPEG or TIFF.",
            path=path,
        )
    if start[4:8] == b"ftyp":
        heif.register()
    Image.init()
    known = [name for name in OPENERS if name in Image.OPEN]
    try:
        with own_limits():
            return Image.open(as_pillow_reads(file), formats=known)
    except UnidentifiedImageError:
        if start[4:8] == b"ftyp" and start[8:12] in BY_OPENER["HEIF"].brands:
            raise PhotoError(
                f"{path.name} is a HEIC photo, which cannot be read on this computer.",
                "Export it as JPEG or PNG, or install the Python package pi-heif.",
                path=path,
            ) from None
        raise PhotoError(f"{path.name} is not a picture that can be read.", path=path) from None
    except MemoryError:
        raise
    except Exception as error:
        raise _damaged(path) from error


def _check_size(image: Image.Image, path: Path) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoTooLargeError(
            f"{path.name} has {width} x {height} px, more than the {MAX_PIXELS // 1_000_000} million"
            " pixels that can be opened.",
            path=path,
        )
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"{path.name} is {width} x {height} px, too small to hold a face.",
            f"Choose a photo of at least {MIN_SIDE} x {MIN_SIDE} px.",
            path=path,
        )


def _read(image: Image.Image, file: IO[bytes], path: Path) -> Photo:
    # Decoders meet hostile and broken data in many ways; whatever they raise means the same to a person.
    try:
        raw = raw_mode(image)
        planes = _planes(image, path)
        cut = False
        if planes is None:
            image, cut = _loaded(image, file)
        beside = look_beside(image, file)
        info: dict[str, Any] = {str(k): v for k, v in image.info.items()}
        info |= {k: v for k, v in (("xmp", beside.xmp), ("exif", beside.exif)) if v}
        orientation = _orientation(image, beside.exif)
        exif = _exif(image, info)
        deep = planes or deep_pixels(image, raw, path)
        pixels, mode = deep or _plain_pixels(image, info, path)
    except (PhotoError, MemoryError):
        raise
    except Exception as error:
        raise _damaged(path) from error
    upright = np.ascontiguousarray(_turn(pixels, orientation))
    upright.setflags(write=False)
    height, width = upright.shape[:2]
    # What the file says of its sides is no guide: some decoders turn the picture, but not that.
    exif = upright_exif(exif, width, height) if exif else None
    kept = _kept_info(info, beside, width, height)
    reduced = deep is None and ";16" in raw and image.mode in ("RGB", "RGBA", "CMYK")
    if reduced or (planes is not None and ";16" not in mode):
        kept["reduced_from"] = 16
    elif (bits := _av1_bits(image, info, path)) > 8:
        kept["reduced_from"] = bits
    if image.mode == "LAB":
        kept["converted_from"] = "Lab"
    if _has_more(image):
        kept[_several(image)] = True
    if cut:
        kept["left_behind"] = (*kept.get("left_behind", ()), "cut")
    icc, told = (None, None) if image.mode == "LAB" else _profile(image, info, beside, exif, mode)
    if told is not None:
        kept["cicp"] = told.hex()
    return Photo(upright, mode, path, image.format, icc, exif, kept)


def _loaded(image: Image.Image, file: IO[bytes]) -> tuple[Image.Image, bool]:
    """The picture with its pixels, and whether its file lacks its last bytes."""
    is_jpeg = image.format in BY_OPENER and BY_OPENER[image.format].name == "JPEG"
    failed: OSError | None = None
    try:
        image.load()
    except OSError as error:
        failed = error
    if not is_jpeg:
        if failed is not None:
            raise failed
        return image, False
    file.seek(0)
    data = file.read()
    # The decoder takes what stands in the place of the last bytes for the picture.
    if failed is None and not lacks_end(data):
        return image, False
    whole = completed(data)
    if whole is None:
        raise failed or OSError("a JPEG that lacks more than its last bytes")
    image = Image.open(io.BytesIO(whole), formats=["JPEG"])
    image.load()
    return image, True


def _profile(
    image: Image.Image, info: dict[str, Any], beside: Beside, exif: bytes | None, mode: str
) -> tuple[bytes | None, bytes | None]:
    """The profile of a photo in that mode, None for sRGB, and the code points that told of it."""
    channels, cicp = colour_channels(mode), usable(beside.cicp)
    if image.format == "PNG" and (cicp or any(key in info for key in _PNG_COLOUR)):
        return of_png(info, cicp, channels == "L"), cicp
    icc = info.get("icc_profile") or None
    if icc or channels != "RGB":
        return icc, None
    if beside.nclx:
        told = of_video(beside.nclx)
        return of_code_points(told) or None, told
    return (adobe_rgb() if says_adobe_rgb(exif) else None), None


def _has_more(image: Image.Image) -> bool:
    """Whether the file holds further pictures that count."""
    with contextlib.suppress(Exception):  # the pictures after the first may be broken in any way
        return _several(image) != "" and bool(getattr(image, "is_animated", False))
    return False


def _several(image: Image.Image) -> str:
    row = BY_OPENER.get(image.format or "")
    return row.several if row else ""


def _av1_bits(image: Image.Image, info: dict[str, Any], path: Path) -> int:
    """The bits of each colour in an AVIF (AV1-ISOBMFF, 2.3) or a HEIC; 8 for other files."""
    if image.format == "HEIF":
        bits = info.get("bit_depth", 8)
        return bits if isinstance(bits, int) else 8
    if image.format != "AVIF":
        return 8
    with path.open("rb") as file:
        _, found, box = file.read(_AVIF_HEAD).partition(b"av1C")
    if not found or len(box) < 3 or not box[2] & 0x40:
        return 8
    return 12 if box[2] & 0x20 else 10


def _damaged(path: Path) -> PhotoError:
    return PhotoError(
        f"{path.name} is damaged or incomplete.", "Copy or download the photo again.", path=path
    )


def _plain_pixels(image: Image.Image, info: dict[str, Any], path: Path) -> tuple[AnyImage, str]:
    """The pixels as Pillow decodes them, in one of the modes of `Photo`."""
    mode = image.mode
    if mode == "F":
        raise PhotoError(
            f"{path.name} holds floating-point values, which cannot be edited.",
            "Export it as a 16-bit TIFF or PNG.",
            path=path,
        )
    if mode == "I" or mode.startswith("I;16"):
        return np.clip(np.asarray(image), 0, 65535).astype(np.uint16), "I;16"
    if mode == "LAB":
        converted = ImageCms.profileToProfile(
            image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
        if converted is None:
            raise _damaged(path)
        return np.asarray(converted), "RGB"
    if "transparency" in info and mode in ("P", "L", "RGB", "1"):
        image = image.convert("LA" if mode in ("L", "1") else "RGBA")
    elif mode not in _KEPT_MODES:
        image = image.convert({"1": "L", "PA": "RGBA", "RGBa": "RGBA", "La": "LA"}.get(mode, "RGB"))
    return as_array(image), image.mode


def _planes(image: Image.Image, path: Path) -> tuple[AnyImage, str] | None:
    """The pixels of a 16-bit TIFF in separate planes, None for every other file."""
    if not in_planes(image):
        return None
    with path.open("rb") as file:
        found = read_planes(image, file)
    if found is None:
        raise PhotoError(
            f"{path.name} keeps its channels in separate planes of a kind that cannot be read.",
            "Export it with interleaved channels, or as a 16-bit PNG.",
            path=path,
        )
    return found


def _orientation(image: Image.Image, beside: bytes | None) -> int:
    """1..8 as in EXIF, or in `beside`, EXIF in a place that Pillow does not look in; 1 also where the decoder
    has turned the picture already."""
    try:
        exif = image.getexif()
        if beside:
            exif.load(beside)
        value = exif.get(_ORIENTATION, 1)
    except Exception:
        # A broken EXIF block is no reason to refuse a photo whose pixels are whole.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _turn(pixels: AnyImage, orientation: int) -> AnyImage:
    """Stored pixels to upright ones (TIFF 6.0, tag 274)."""
    if orientation >= 5:
        pixels = np.swapaxes(pixels, 0, 1)
    down = orientation in (3, 4, 7, 8)
    across = orientation in (2, 3, 6, 7)
    return pixels[:: -1 if down else 1, :: -1 if across else 1]


def _exif(image: Image.Image, info: dict[str, Any]) -> bytes | None:
    """The EXIF block as the file has it, with the orientation and sides of the stored picture."""
    try:
        block = tiff_exif(image) if image.format == "TIFF" else info.get("exif")
    except Exception:
        # As above: unreadable metadata are left out.
        return None
    return block if isinstance(block, bytes) else None


def _kept_info(info: dict[str, Any], beside: Beside, width: int, height: int) -> dict[str, Any]:
    """Resolution, XMP, IPTC, texts and comment, and what is left behind; the rest describes how the file was
    stored."""
    kept: dict[str, Any] = {}
    kinds = beside.kinds
    dpi = info.get("dpi")
    if isinstance(dpi, tuple) and len(dpi) == 2 and min(dpi) > 1:
        kept["dpi"] = (float(dpi[0]), float(dpi[1]))
    if isinstance(info.get("xmp"), (bytes, str)) and info["xmp"]:
        xmp = clean_xmp(info["xmp"], width, height)
        if xmp is None:
            kinds = (*kinds, "broken_xmp")
        else:
            kept["xmp"] = xmp
            if is_part_lost(info["xmp"]):
                kinds = (*kinds, "part_xmp")
    comment = info.get("comment")
    if isinstance(comment, (bytes, str)):
        text = comment if isinstance(comment, str) else comment.decode("latin-1")
        if not holds_picture(text):
            kept["comment"] = comment
    found = {"iptc": beside.iptc, "texts": beside.texts, "left_behind": kinds}
    return kept | {key: value for key, value in found.items() if value}
