"""A whole photo turned by right angles, mirrored, and straightened by a small angle.

By right angles and in the mirror every value stays what it is, in every mode and depth: what comes back is a
view of the photo's own pixels. Straightening samples them anew (bicubic) and crops them, so that no corner
is empty. However often a photo is turned, that is one `Orientation`, sampled once from the photo as it was
opened.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from msgspec import Meta
from PIL import Image

from ..types import AnyImage, Photo
from .colour import white_of
from .exif_xmp import clean_xmp, upright_exif

if TYPE_CHECKING:
    from ..imaging.warp import Affine  # which brings scipy along

STEEPEST = 15.0
"""The largest angle in degrees by which a person can straighten a photo: what is more lies or leans."""

Angle = Annotated[float, Meta(ge=-45, le=45)]
Quarters = Annotated[int, Meta(ge=0, le=3)]


@dataclass(frozen=True)
class Orientation:
    """How a photo is turned: first clockwise by `degrees`, cropped to its sides' proportion, then `mirrored`
    left to right, then clockwise by so many `quarters`. Any sequence of turns comes to one of these."""

    degrees: Angle = 0.0
    mirrored: bool = False
    quarters: Quarters = 0

    def turned(self, quarters: int) -> Orientation:
        """Turned once more, clockwise by so many right angles."""
        return replace(self, quarters=(self.quarters + quarters) % 4)

    def flipped(self) -> Orientation:
        """Mirrored left to right once more, as it is seen now."""
        return replace(self, mirrored=not self.mirrored, quarters=-self.quarters % 4)

    def straightened(self, degrees: float) -> Orientation:
        """Turned clockwise by `degrees` more, as it is seen now."""
        own = self.degrees + (-degrees if self.mirrored else degrees)
        return replace(
            self, degrees=round(own, 6) + 0.0
        )  # back and forth again is none, and no negative zero

    @property
    def seen_degrees(self) -> float:
        """`degrees` as it is seen: clockwise in the photo as it is now."""
        return -self.degrees if self.mirrored else self.degrees

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height in px of a photo of that size, turned."""
        width, height = _straight_size(width, height, self.degrees)
        return (height, width) if self.quarters % 2 else (width, height)

    def matrix(self, width: int, height: int) -> Affine:
        """The map (2, 3) of places in a photo of that size, in px, to those in the turned one."""
        whole = _whole(_straight_matrix(width, height, self.degrees))
        width, height = _straight_size(width, height, self.degrees)
        if self.mirrored:
            whole = np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]], np.float64) @ whole
        for _ in range(self.quarters):
            whole = np.array([[0, -1, height], [1, 0, 0], [0, 0, 1]], np.float64) @ whole
            width, height = height, width
        return np.asarray(whole[:2])


def oriented(photo: Photo, orientation: Orientation) -> Photo:
    """The photo turned: pixels (H, W) or (H, W, C) of its mode, depth and profile; read-only.

    EXIF and XMP name its new sides; they say no orientation, since the pixels are upright (see `Photo`). That
    is how it is written as well, in every format: a tag cannot tell a small angle, many programs pass over it
    in PNG, WebP and TIFF, BMP has none, and a saved file's pixels are encoded anew in any case.
    """
    pixels = photo.pixels
    if orientation.degrees:
        pixels = _straightened(photo, orientation.degrees)
    if orientation.mirrored:
        pixels = pixels[:, ::-1]
    pixels = np.rot90(pixels, -orientation.quarters)
    pixels.setflags(write=False)
    return replace(photo, pixels=pixels, **_metadata(photo, pixels, bool(orientation.quarters % 2)))


def _metadata(photo: Photo, pixels: AnyImage, lies: bool) -> dict[str, Any]:
    """EXIF and XMP with the sides of these pixels, and the resolution of sides that have changed places."""
    height, width = pixels.shape[:2]
    info = dict(photo.info)
    xmp = clean_xmp(info.pop("xmp"), width, height) if "xmp" in info else None
    if xmp is not None:
        info["xmp"] = xmp
    if lies and "dpi" in info:
        info["dpi"] = tuple(reversed(info["dpi"]))
    return {"info": info, "exif": upright_exif(photo.exif, width, height) if photo.exif else None}


def _whole(matrix: Affine) -> Affine:
    return np.vstack([matrix, (0, 0, 1)])


def _straight_size(width: int, height: int, degrees: float) -> tuple[int, int]:
    """The largest sides in the photo's own proportion of what fits into it, turned about its middle."""
    if not degrees:
        return width, height
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    share = min(width / (width * cos + height * sin), height / (width * sin + height * cos))
    return max(int(share * width), 1), max(int(share * height), 1)


def _straight_matrix(width: int, height: int, degrees: float) -> Affine:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    linear = np.array([[cos, -sin], [sin, cos]])
    here, there = np.array((width, height)) / 2, np.array(_straight_size(width, height, degrees)) / 2
    return np.column_stack([linear, there - linear @ here])


def _straightened(photo: Photo, degrees: float) -> AnyImage:
    """The pixels turned clockwise by `degrees` and cropped, values and depth as they were."""
    size = _straight_size(photo.width, photo.height, degrees)
    whole = _whole(_straight_matrix(photo.width, photo.height, degrees))
    back: Affine = np.asarray(np.linalg.inv(whole)[:2], np.float64)
    pixels = photo.pixels
    planes = [pixels] if pixels.ndim == 2 else [pixels[..., i] for i in range(pixels.shape[-1])]
    if photo.mode.removesuffix(";16") not in ("LA", "RGBA"):
        turned = [_sampled(plane, back, size) for plane in planes]
    else:
        # What is see-through has a colour too, which must not run into what is seen.
        opacity = planes[-1].astype(np.float32)
        seen = np.maximum(_sampled(opacity, back, size), 1e-3)
        turned = [_sampled(plane.astype(np.float32) * opacity, back, size) / seen for plane in planes[:-1]]
        turned.append(_sampled(planes[-1], back, size))
    largest = white_of(pixels)
    values = [np.clip(np.rint(plane), 0, largest).astype(pixels.dtype) for plane in turned]
    return values[0] if pixels.ndim == 2 else np.stack(values, axis=-1)


def _sampled(plane: AnyImage, back: Affine, size: tuple[int, int]) -> AnyImage:
    """A plane (H, W) at the places that `back` leads to: uint8 as such, all else as float32."""
    image = Image.fromarray(plane if plane.dtype == np.uint8 else plane.astype(np.float32))
    coefficients = tuple(float(value) for value in back.ravel())
    turned = image.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC)
    return np.asarray(turned)
