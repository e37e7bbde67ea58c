"""The forty golden composites: which stored run is laid how into which photo, and what comes out of it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image

import engine
from engine import EditResult, Face

from . import runs
from .photos import Place, Scene, located, photo, whole

COMPOSITES = runs.DATA / "composites.npz"


@dataclass(frozen=True)
class Laid:
    """One edit: a stored run laid over a face of the photo. `side` is the result's resolution. `drawn` is a
    strength at which the pack draws it anew, `faded` one at which it lies between the stored pictures.
    `change` replaces fields of the result."""

    run: str
    mode: str = "detail"
    mask: str | None = None
    side: int = 256
    drawn: float | None = None
    faded: float | None = None
    change: Mapping[str, Any] = field(default_factory=dict)
    face: int = 0


@dataclass(frozen=True)
class Case:
    scene: Scene
    edits: tuple[Laid, ...]


def _in(scene: Scene, run: str, mode: str = "detail", **how: Any) -> Case:
    return Case(scene, (Laid(run, mode, **how),))


def _small(name: str, mode: str = "RGB") -> Scene:
    return Scene((300, 200), ((name, Place(140, 95, 90, 8)),), mode, 3)


def _middle(name: str, mode: str = "RGB", grain: float = 2) -> Scene:
    return Scene((320, 280), ((name, Place(165, 142, 210)),), mode, grain)


def _large(name: str, mode: str = "RGB") -> Scene:
    return Scene((400, 400), ((name, Place(203.5, 198.5, 380)),), mode, 5)


def _turned(name: str, mode: str = "RGB", degrees: float = 25) -> Scene:
    return Scene((300, 300), ((name, Place(150, 152, 190, degrees)),), mode, 2)


def _cut_left(name: str, mode: str = "RGB") -> Scene:
    return Scene((280, 260), ((name, Place(64, 130, 230)),), mode, 2)


def _cut_corner(name: str, mode: str = "RGB") -> Scene:
    return Scene((260, 240), ((name, Place(195, 175, 210, -20)),), mode, 2)


_TWO_FACES = Scene(
    (400, 260), (("seven", Place(110, 130, 190)), ("four", Place(290, 132, 170, 14))), "RGB", 2
)
_UNSURE = {"recognised": 0.5}
_COARSE = {"enlarged": 5.0}
_NOTHING_BEFORE = {"reconstruction": None, "latent_before": None}

CASES: dict[str, Case] = {
    "smile, whole": _in(whole("four"), "four-smiling"),
    "smile, whole, paper": _in(whole("four"), "four-smiling", "paper"),
    "smile, paper": _in(_middle("four"), "four-smiling", "paper"),
    "smile, turned": _in(_turned("four"), "four-smiling"),
    "smile, large": _in(_large("four"), "four-smiling"),
    "smile, large, moved only": _in(_large("four"), "four-smiling", change=_COARSE),
    "smile, not recognised": _in(_middle("four"), "four-smiling", change=_UNSURE),
    "open mouth, 16-bit with alpha, cut": _in(_cut_corner("six", "RGBA;16"), "six-open-mouth"),
    "open mouth, half": _in(_middle("six"), "six-open-mouth", drawn=0.5),
    "open mouth, stronger": _in(_turned("six", degrees=-12), "six-open-mouth", drawn=1.4),
    "sober": _in(_middle("seven"), "seven-sober"),
    "sober, coarse generator": _in(_large("seven"), "seven-sober", side=128),
    "closed mouth": _in(_middle("two"), "two-closed-mouth"),
    "closed mouth, alpha": _in(_turned("two", "RGBA"), "two-closed-mouth"),
    "closed mouth, small": _in(_small("two"), "two-closed-mouth"),
    "closed mouth, fine generator": _in(_middle("two"), "two-closed-mouth", side=512),
    "lipstick": _in(_middle("seven"), "seven-lipstick"),
    "lipstick, large": _in(_large("seven"), "seven-lipstick"),
    "lipstick, turned, paper": _in(_turned("seven"), "seven-lipstick", "paper"),
    "lipstick, weaker, paper": _in(_middle("six"), "six-lipstick", "paper", drawn=0.6),
    "blond": _in(whole("seven"), "seven-blond"),
    "blond, cut": _in(_cut_left("seven"), "seven-blond"),
    "black hair, large": _in(_large("four"), "four-black-hair"),
    "black hair, grey with alpha, cut": _in(_cut_corner("four", "LA"), "four-black-hair"),
    "black hair, all of it, paper": _in(_cut_left("four"), "four-black-hair", "paper", mask="all"),
    "male": _in(whole("seven"), "seven-male"),
    "male, turned, paper": _in(_turned("seven", degrees=-40), "seven-male", "paper"),
    "male, half, paper": _in(_middle("seven"), "seven-male", "paper", faded=0.5),
    "makeup": _in(_middle("two"), "two-makeup"),
    "makeup, 16-bit grey": _in(_turned("two", "I;16"), "two-makeup"),
    "brows, large": _in(_large("two"), "two-brows"),
    "brows, grey, paper": _in(_middle("two", "L"), "two-brows", "paper"),
    "eyes, large": _in(_large("seven"), "seven-eyes"),
    "eyes, 16-bit": _in(_middle("seven", "RGB;16"), "seven-eyes"),
    "nose, turned": _in(_turned("four"), "four-nose"),
    "nose, mask by hand": _in(_middle("four"), "four-nose", mask="disk"),
    "goatee and brows, weaker": _in(_turned("six", degrees=33), "six-goatee-brows", drawn=0.7),
    "goatee and brows, no reconstruction": _in(_small("six"), "six-goatee-brows", change=_NOTHING_BEFORE),
    "three edits of one face": Case(
        _middle("seven"), (Laid("seven-lipstick"), Laid("seven-blond"), Laid("seven-eyes"))
    ),
    "two faces": Case(_TWO_FACES, (Laid("seven-sober"), Laid("four-smiling", face=1))),
}


def composite(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The pixels of the composite and of the photo it was made from."""
    case = CASES[name]
    below = made = photo(case.scene)
    for edit, result in zip(case.edits, _results(name), strict=True):
        made = engine.paste(made, _face(case, edit), result, _mask(edit.mask), edit.mode)
    return made.pixels, below.pixels


def blend_mask(name: str) -> np.ndarray:
    """The mask of the first edit at the photo's size, (H, W) uint8."""
    case, edit = CASES[name], CASES[name].edits[0]
    return engine.paste_mask(
        photo(case.scene), _face(case, edit), _results(name)[0], _mask(edit.mask), edit.mode
    )


def _face(case: Case, edit: Laid) -> Face:
    return located(case.scene.faces[edit.face][1])


@functools.lru_cache(maxsize=1)
def _results(name: str) -> tuple[EditResult, ...]:
    """The results of a case. What compositing takes apart of them is remembered with them."""
    return tuple(_result(edit) for edit in CASES[name].edits)


def _mask(kind: str | None) -> np.ndarray | None:
    if kind is None:
        return None
    if kind == "all":
        return np.ones((256, 256), np.float32)
    y, x = (np.indices((64, 64)) + 0.5) / 64
    return np.asarray(np.clip((0.25 - np.hypot(x - 0.5, y - 0.55)) * 20, 0, 1), np.float32)


def _result(edit: Laid) -> EditResult:
    result = replace(runs.stored(edit.run), **edit.change)
    if edit.drawn is not None:
        noise = tuple(np.zeros((size, size), np.float32) for size in _pack().generator.noise_sizes)
        result = engine.at_strength(replace(result, noise=noise), _pack(), edit.drawn)
    if edit.faded is not None:
        assert result.reconstruction is not None
        between = result.reconstruction + np.float32(edit.faded) * (result.generated - result.reconstruction)
        result = replace(result, generated=between, strength=edit.faded)
    return result if edit.side == 256 else _resized(result, edit.side)


@functools.cache
def _pack() -> engine.ModelPack:
    return engine.load_pack("starter", device="cpu")


def _resized(result: EditResult, side: int) -> EditResult:
    """The result as a generator of another resolution would have given it."""

    def at(values: np.ndarray | None) -> np.ndarray | None:
        if values is None:
            return None
        small = Image.fromarray(runs.as_bytes(values)).resize((side, side), Image.Resampling.BICUBIC)
        return runs.as_shares(np.asarray(small))

    names = ("image", "generated", "source", "blend_mask", "reconstruction")
    pictures = {name: at(getattr(result, name)) for name in names}
    return replace(result, **pictures, masks={name: at(mask) for name, mask in result.masks.items()})


# --- what is stored: by how much a composite differs from its photo


def write() -> None:
    """Freeze composites and masks. The change wraps around at the depth's end, so that no bit of it is
    lost."""
    stored = {}
    for place, name in enumerate(CASES):
        pixels, below = composite(name)
        stored[f"change.{place:02}"] = pixels - below
        stored[f"mask.{place:02}"] = blend_mask(name)
    np.savez_compressed(COMPOSITES, **stored)


@functools.cache
def _stored() -> dict[str, np.ndarray]:
    with np.load(COMPOSITES) as stored:
        return {name: stored[name] for name in stored.files}


def frozen(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The pixels of a composite and its mask as they were frozen."""
    place = list(CASES).index(name)
    change, mask = (_stored()[f"{kind}.{place:02}"] for kind in ("change", "mask"))
    return photo(CASES[name].scene).pixels + change, mask


def levels_apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """By how many levels of 8 bits two pictures differ in each pixel, (H, W); of their channels the most."""
    apart = np.abs(a.astype(np.int64) - b.astype(np.int64))
    apart = apart if a.ndim == 2 else apart.max(axis=-1)
    return np.asarray(np.rint(apart / (257 if a.dtype == np.uint16 else 1)), np.int64)
