"""How much of a photo's detail a composite keeps, and whether its border shows: one table per blend mode.

    python -m engine.evaluate.detail --json figures.json
    python -m engine.evaluate.detail portrait.jpg --attribute smiling wearing_lipstick --outdir looks

Each photo (without any: those of the training data's photos folder) is edited once per attribute and
composed in every mode at its full size. The figures, edited against original:

- detail: the variance of the Laplacian (4 neighbours, of the luminance in 0..255) on forehead and cheeks,
  on the skin where the blend mask is above one half, and on the skin in a ring of 6 % of the square's side
  around the edited region. The region's own soft border, 1.5 % of the side, is no skin.
- seam: the mean luminance step across the mask's border, measured along the mask's gradient in the band
  where the 8-bit mask is 1..64, as a ratio; and the 99th percentile of how much a step there grew, in
  levels of 255.
- shift: the largest mean change of a channel, in levels, on forehead and cheeks.
- outside: pixels that differ though the 8-bit mask is 0 there, in the saved PNG.
- empty: pixels that differ in the saved PNG after an edit that changed nothing.

The last line tells how many edits keep within the bounds: detail 0.9 to 1.15 on forehead, cheeks, ring and
under the mask, shift under 1, nothing outside, nothing after an empty edit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..compositing.paste import paste, paste_mask
from ..compositing.pipeline import BLEND_MODES
from ..errors import EngineError
from ..imaging.filters import LIGHT
from ..imaging.warp import Box, box_around, clipped, mask_to_photo
from ..photo.colour import to_srgb
from ..types import ByteArray, EditResult, Face, FloatArray, Photo, RegionMasks

if TYPE_CHECKING:
    from ..editor import Editor

Where = npt.NDArray[np.bool_]

_FEWEST = 50
_LEAST, _MOST = 0.9, 1.15
_BORDER = 0.015
# Shares of the FFHQ square: eyes lie at 0.48 and the mouth at 0.74 of its height.
_FOREHEAD = (0.25, 0.40, 0.35, 0.65)
_CHEEKS = ((0.56, 0.68, 0.26, 0.40), (0.56, 0.68, 0.60, 0.74))


def laplacian_variance(picture: ByteArray, where: Where) -> float:
    """Variance of the Laplacian of an (H, W, 3) picture's luminance in 0..255 over some pixels."""
    return float(ndimage.laplace(_light(picture), mode="nearest")[where].var())


def seam(before: ByteArray, after: ByteArray, mask: ByteArray) -> tuple[float, float]:
    """The step across the mask's border: mean ratio, and the 99th percentile of its growth in levels."""
    band = (mask > 0) & (mask <= 64)
    if band.sum() < _FEWEST:
        return 1.0, 0.0
    smooth = ndimage.gaussian_filter(mask.astype(np.float32), 2)
    across, along = np.gradient(smooth)
    length = np.hypot(across, along) + 1e-6
    steps = []
    for picture in (before, after):
        down, right = np.gradient(_light(picture))
        steps.append(np.abs((down * across + right * along) / length)[band])
    growth = float(np.quantile(steps[1] - steps[0], 0.99))
    return float(steps[1].mean() / max(steps[0].mean(), 1e-6)), growth


def colour_shift(before: ByteArray, after: ByteArray, where: Where) -> float:
    """The largest mean change of a channel over some pixels, in levels of 255."""
    change = after[where].astype(np.float64) - before[where]
    return float(np.abs(change.mean(axis=0)).max()) if len(change) else 0.0


def figures(photo: Photo, face: Face, masks: RegionMasks, result: EditResult) -> dict[str, dict[str, float]]:
    """The table of one edit: blend mode -> figure -> value. Zones too small to measure are left out."""
    box = clipped(box_around(face.quad), photo.width, photo.height)
    before = to_srgb(photo.pixels[box.slices], photo)
    zones = _zones(masks, result, face, box)
    table: dict[str, dict[str, float]] = {}
    for mode in BLEND_MODES:
        pasted = paste(photo, face, result, mode=mode)
        mask = paste_mask(photo, face, result, mode=mode)
        after = to_srgb(pasted.pixels[box.slices], photo)
        row: dict[str, float] = {}
        skin = zones["skin"] & (mask[box.slices] > 127)
        for name, where in (zones | {"masked": skin}).items():
            if name != "skin" and where.sum() >= _FEWEST:
                row[name] = laplacian_variance(after, where) / max(laplacian_variance(before, where), 1e-6)
        row["seam"], row["seam_p99"] = seam(before, after, mask[box.slices])
        row["shift"] = colour_shift(before, after, zones["forehead"] | zones["cheeks"])
        row["outside"] = float((_changed(photo, pasted) & (mask == 0)).sum())
        nothing = replace(result, generated=result.source, image=result.source, reconstruction=result.source)
        row["empty"] = float(_changed(photo, paste(photo, face, nothing, mode=mode)).sum())
        row["mask_share"] = float((mask[box.slices] > 0).mean())
        table[mode] = row
    return table


def _changed(photo: Photo, edited: Photo) -> Where:
    """Pixels (H, W) that differ between a photo and an edited one that went through a PNG file."""
    from ..photo.api import open_photo, save_photo

    if edited.mode == "CMYK":  # which PNG does not have
        kept = edited
    else:
        with tempfile.TemporaryDirectory() as folder:
            kept = open_photo(save_photo(edited, Path(folder) / "saved.png"))
    changed = (kept.pixels != photo.pixels).reshape(photo.height, photo.width, -1)
    return np.asarray(changed.any(-1))


def within_bounds(row: dict[str, float]) -> bool:
    """Whether one edit's figures in the default mode are as they shall be."""
    zones = ("forehead", "cheeks", "ring", "masked")
    kept = all(_LEAST <= row[zone] <= _MOST for zone in zones if zone in row)
    return kept and row["shift"] < 1 and not row["outside"] and not row["empty"]


def _zones(masks: RegionMasks, result: EditResult, face: Face, box: Box) -> dict[str, Where]:
    """Where to measure, in the box of the photo: skin, forehead, cheeks, and the ring of skin."""
    size = masks.probabilities.shape[-1]
    y, x = (np.indices((size, size)) + 0.5) / size
    region = _at(result.masks.get("dynamic", result.blend_mask), size) > 0.3
    distance = ndimage.distance_transform_edt(~region) / size
    # Its outlines against hair and background are no detail of the skin either.
    inner = ndimage.distance_transform_edt(masks["skin"] > 0.5) / size
    skin = (masks["skin"] > 0.8) & (distance > _BORDER) & (inner > _BORDER)

    def inside(area: tuple[float, float, float, float]) -> Where:
        top, bottom, left, right = area
        return np.asarray(skin & (y > top) & (y < bottom) & (x > left) & (x < right))

    flat = {
        "skin": skin,
        "forehead": inside(_FOREHEAD),
        "cheeks": inside(_CHEEKS[0]) | inside(_CHEEKS[1]),
        "ring": skin & (distance < _BORDER + 0.06),
    }
    return {n: mask_to_photo(z.astype(np.float32), face.quad, box) > 0.9 for n, z in flat.items()}


def _at(mask: FloatArray, size: int) -> FloatArray:
    place = ((np.arange(size) + 0.5) * mask.shape[0] / size).astype(int)
    return np.asarray(mask[place[:, None], place[None]])


def _light(picture: ByteArray) -> FloatArray:
    return np.asarray(picture @ LIGHT, np.float32)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluate.detail", description="Detail kept, seams."
    )
    parser.add_argument("photos", nargs="*", type=Path, metavar="PHOTO")
    parser.add_argument("--attribute", nargs="+", default=["smiling", "mouth_slightly_open"], metavar="A")
    parser.add_argument("--weights", default="starter", metavar="PACK")
    parser.add_argument(
        "--preset", default="quick", help="fast, as the window has it, quick (default) or paper"
    )
    parser.add_argument("--aligned", action="store_true", help="the photos are aligned faces")
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures")
    parser.add_argument("--outdir", type=Path, metavar="D", help="write the composites, to be looked at")
    options = parser.parse_args(arguments)
    if options.outdir is not None:
        options.outdir.mkdir(parents=True, exist_ok=True)

    from ..editor import Editor

    editor, tables = Editor.load(options.weights), dict[str, Any]()
    for path in options.photos or usual_photos():
        try:
            _measure(path, editor, options, tables)
        except EngineError as error:
            print(f"{path.name}: {error}", file=sys.stderr)
    if not tables:
        return 1
    good = sum(within_bounds(table["detail"]) for table in tables.values())
    tables["median"] = _median(list(tables.values()))
    _show("median", tables["median"])
    print(f"{good} of {len(tables) - 1} edits keep within the bounds in mode detail")
    if options.json:
        options.json.write_text(json.dumps(tables, indent=1) + "\n")
    return 0


def usual_photos(data: Path | None = None) -> list[Path]:
    """The ordinary photos of the training data's folder, by default of the one beside the checkout."""
    if data is None:
        from .report import recipe

        data = recipe("common").default_data()
    return sorted(p for p in (data / "photos").iterdir() if p.suffix in (".jpg", ".png"))


def _measure(path: Path, editor: Editor, options: argparse.Namespace, tables: dict[str, Any]) -> None:
    """One photo with each attribute, into the tables."""
    from ..photo.api import save_photo

    photo = editor.open(path)
    face = editor.whole() if options.aligned else editor.align(editor.faces()[0])
    masks = editor.parse(face)
    for attribute in options.attribute:
        result = editor.edit(editor.request(face, attribute, masks=masks, preset=options.preset))
        name = f"{path.stem} {attribute}"
        tables[name] = figures(photo, face, masks, result)
        _show(name, tables[name])
        for mode in BLEND_MODES if options.outdir else ():
            save_photo(
                paste(photo, face, result, mode=mode),
                options.outdir / f"{path.stem}_{attribute}_{mode}.png",
            )


def _median(tables: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    def over(mode: str) -> dict[str, float]:
        names = {name for t in tables for name in t[mode]}
        return {n: float(np.median([t[mode][n] for t in tables if n in t[mode]])) for n in sorted(names)}

    return {mode: over(mode) for mode in BLEND_MODES}


def _show(title: str, table: dict[str, dict[str, float]]) -> None:
    print(title)
    for mode, row in table.items():
        print(f"  {mode:7}" + "  ".join(f"{name} {value:.3f}" for name, value in row.items()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
