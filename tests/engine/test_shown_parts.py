"""What of an edit is shown: of the whole face, and of a mouth that the generator does not know."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from engine.compositing.pipeline import paints, recipe
from engine.compositing.recipe import laid_over
from engine.compositing.render import render
from engine.compositing.strategy import Facts
from engine.types import EditResult, FloatArray

from .grids import ArrayParts, take_apart
from .results import bare_result

R = 128
Y, X = (np.indices((R, R), np.float32) + 0.5) / R
CHANGE = 0.2


def spot(cx: float, cy: float, rx: float, ry: float) -> FloatArray:
    distance = np.hypot((X - cx) / rx, (Y - cy) / ry)
    return np.asarray(np.clip((1.2 - distance) / 0.4, 0, 1), np.float32)[..., None]


BROWS = np.maximum(spot(0.38, 0.42, 0.07, 0.02), spot(0.62, 0.42, 0.07, 0.02))
CHIN = spot(0.5, 0.83, 0.16, 0.06)
HAIR = np.asarray(np.clip((0.16 - Y) / 0.02, 0, 1), np.float32)[..., None]


@functools.cache
def face() -> FloatArray:
    """Skin with brows and a chin, and hair in strands above."""
    skin = np.full((R, R, 3), 0.6, np.float32) - 0.2 * BROWS
    strands = 0.4 + 0.25 * np.sign(np.sin(X * 160))[..., None]
    return np.asarray(skin * (1 - HAIR) + HAIR * strands, np.float32)


@functools.cache
def reconstruction() -> FloatArray:
    """The generator knows the face; of the hair it only has the colour."""
    return np.asarray(face() * (1 - HAIR) + HAIR * 0.4, np.float32)


def edited(everywhere: bool) -> EditResult:
    """Darker brows and chin, and hair of another colour."""
    after = reconstruction() - CHANGE * (BROWS + CHIN) + 0.3 * HAIR
    whole = np.ones((R, R), np.float32)
    drawn, masks = np.asarray(after, np.float32), {"dynamic": whole, "blend": whole}
    more = {"masks": masks, "reconstruction": reconstruction(), "everywhere": everywhere}
    return bare_result(face(), drawn, face(), whole, **more)


def change(result: EditResult) -> FloatArray:
    return np.asarray(face() - render(face(), laid_over(recipe(result), R)), np.float32)


def test_shape_and_shade_of_the_face_are_shown() -> None:
    found = change(edited(everywhere=True))
    for part in (BROWS, CHIN):
        assert 0.75 * CHANGE < found[part[..., 0] > 0.95].mean() < 1.1 * CHANGE


def test_hair_that_the_generator_does_not_know_stays() -> None:
    found = np.abs(change(edited(everywhere=True)))
    assert found[Y < 0.05].max() < 2 / 255


def test_hair_alone_is_recoloured() -> None:
    """The same pictures as an edit of a large region, which has no face of its own."""
    found = change(edited(everywhere=False))
    assert found[Y < 0.05].mean() < -0.1


LOCKS = np.maximum(spot(0.26, 0.6, 0.05, 0.25), spot(0.74, 0.6, 0.05, 0.25))
"""Long hair beside the cheeks, which the generator knows."""


def shorn(shade: float) -> tuple[EditResult, EditResult]:
    """A face with long dark hair whose locks an edit of the whole face makes lighter by `shade`, and whose
    brows it makes darker: with the photo's hair known, and without."""
    photo = np.asarray(face() * (1 - LOCKS) + 0.15 * LOCKS, np.float32)
    after = np.asarray(photo - CHANGE * BROWS + shade * LOCKS, np.float32)
    whole = np.ones((R, R), np.float32)
    hair = np.maximum(LOCKS, HAIR)[..., 0]
    known, unknown = (
        bare_result(photo, after, photo, whole, masks=masks, reconstruction=photo, everywhere=True)
        for masks in ({"dynamic": whole, "hair": hair}, {"dynamic": whole})
    )
    return known, unknown


def test_an_edit_of_the_whole_face_cuts_no_hair() -> None:
    """A background where the render has shorter hair would be haze over the photo's."""
    kept, cut = (render(r.source, laid_over(recipe(r), R)) - r.source for r in shorn(0.5))
    locks, brows = LOCKS[..., 0] > 0.95, BROWS[..., 0] > 0.95
    assert np.median(np.abs(kept[locks])) < 2 / 255
    assert cut[locks].mean() > 0.3
    assert -kept[brows].mean() > 0.75 * CHANGE


def test_hair_may_change_its_shade_with_the_face() -> None:
    shaded = shorn(0.06)[0]
    found = render(shaded.source, laid_over(recipe(shaded), R)) - shaded.source
    assert found[LOCKS[..., 0] > 0.95].mean() > 0.04


MOUTH = spot(0.5, 0.74, 0.11, 0.035)
LINE = spot(0.5, 0.74, 0.09, 0.006)
TEETH = spot(0.5, 0.745, 0.07, 0.02)


def toothy(known: bool, enlarged: float = 1.0) -> tuple[ArrayParts, FloatArray]:
    """White teeth in a mouth whose lips the reconstruction shows, or in the place of lips it shows not."""
    photo = np.asarray(face() - MOUTH * np.array([0.0, 0.15, 0.12], np.float32) - 0.25 * LINE, np.float32)
    before = photo if known else np.asarray(face() - 0.1 * spot(0.47, 0.7, 0.06, 0.06), np.float32)
    after = np.asarray(before * (1 - TEETH) + TEETH * 0.95, np.float32)
    return take_apart(photo, before, after, MOUTH[..., 0], Facts(enlarged)), photo


def test_a_mouth_that_the_generator_knows_is_painted() -> None:
    parts, _ = toothy(known=True)
    assert parts.new[MOUTH[..., 0] > 0.9].mean() > 0.9


@pytest.mark.parametrize(
    ("more", "painted"),
    [({}, True), ({"enlarged": 4.0}, False), ({"recognised": 0.7}, False), ({"recolours": True}, False)],
    ids=["usual", "a photo much finer than the pack draws", "no mouth to the parser", "only a colour"],
)
def test_what_is_not_to_be_painted(more: dict[str, float], painted: bool) -> None:
    assert not toothy(known=True, enlarged=4.0)[0].new.any()
    _, photo = toothy(known=True)
    after = np.asarray(photo * (1 - TEETH) + TEETH * 0.95, np.float32)
    masks = {"dynamic": MOUTH[..., 0]}
    result = bare_result(after, after, photo, MOUTH[..., 0], masks=masks, reconstruction=photo, **more)
    assert paints(result) is painted
    coloured = bool(np.abs(recipe(result).content).max() > 0.01)
    assert coloured is ("recognised" not in more), "a smear gives no colours either"


def test_a_mouth_that_it_does_not_know_is_not_painted_nor_whitened() -> None:
    parts, photo = toothy(known=False)
    assert not parts.new.any()
    recoloured = photo + parts.change
    inside = TEETH[..., 0] > 0.9
    light = np.array([0.299, 0.587, 0.114], np.float32)
    assert (recoloured[inside] @ light).max() < 0.75  # skin is 0.6, the teeth are 0.95


@pytest.mark.parametrize("painted", [True, False])
def test_beside_a_mouth_creases_are_drawn_and_no_beard(painted: bool) -> None:
    beard, crease = spot(0.5, 0.64, 0.1, 0.025), spot(0.36, 0.72, 0.008, 0.05)
    before = np.asarray(face() - MOUTH * np.array([0.0, 0.15, 0.12], np.float32) - 0.25 * LINE, np.float32)
    opened = before * (1 - TEETH) + TEETH * 0.95 if painted else before
    after = np.asarray(opened - 0.35 * beard - 0.1 * crease, np.float32)
    parts = take_apart(before, before, after, MOUTH[..., 0])
    assert bool(parts.new.any()) == painted
    darker = -(parts.change @ np.array([0.299, 0.587, 0.114], np.float32)) * (1 - parts.new)
    assert darker[beard[..., 0] > 0.9].max() < 0.23  # of 0.35 that were drawn
    assert darker[crease[..., 0] > 0.95].mean() > 0.02


def test_lipstick_beside_a_beard_is_red_and_no_lighter() -> None:
    """Red is lighter than dark lips and what is around them: its light is held back, its colour is not."""
    beard = spot(0.5, 0.74, 0.3, 0.2)
    photo = np.asarray(0.6 - 0.4 * beard - MOUTH * np.array([0.0, 0.05, 0.05], np.float32), np.float32)
    red = np.array([0.45, 0.0, 0.05], np.float32)
    after = np.asarray(photo + MOUTH * red, np.float32)
    coloured, other = (
        take_apart(photo, photo, after, MOUTH[..., 0], Facts(4.0, recolours=r)).change[MOUTH[..., 0] > 0.9]
        for r in (True, False)
    )
    redder, red_of_other = ((c[:, 0] - c[:, 1]).mean() for c in (coloured, other))
    assert redder > 0.3 > 0.15 > red_of_other
    assert (coloured @ np.array([0.299, 0.587, 0.114], np.float32)).mean() < 0.08
