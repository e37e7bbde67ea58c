"""Edited skin: its tint beside hair, around a painted mouth, and its grain down to the rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from engine.compositing import global_shift, harmonise
from engine.compositing.paste import paste
from engine.compositing.pipeline import recipe
from engine.compositing.recipe import Recipe, laid_over
from engine.compositing.render import render
from engine.evaluate.detail import laplacian_variance
from engine.imaging.filters import blurred
from engine.types import Face, FloatArray, Photo

from .drawn_face import MOUTH, R, X, Y, ellipse, paint, reconstruction, skin_mask, source
from .grids import on_arrays
from .results import bare_result

drift, fitting = on_arrays(global_shift.drift), on_arrays(harmonise.fitting)

HAIR = np.clip((0.32 - X) / 0.01, 0, 1).astype(np.float32)
"""Dark hair at one side, as near to the mouth as half of the mouth's width."""


def beside_hair() -> FloatArray:
    return np.asarray(reconstruction() * (1 - HAIR[..., None]) + 0.15 * HAIR[..., None], np.float32)


def other_light() -> FloatArray:
    """A render's shift when its code changes: lighter hair, darker skin."""
    return np.asarray((0.08 * HAIR - 0.05 * (1 - HAIR))[..., None] * np.ones(3), np.float32)


def test_skin_has_its_shift_from_skin_and_not_from_the_hair_beside_it() -> None:
    found = drift(other_light(), beside_hair(), MOUTH)
    beside = ellipse(X, Y, 0.36, 0.74, 0.02, 0.04) > 0.9
    assert np.abs(found[beside] + 0.05).max() < 0.015
    assert np.abs(found[MOUTH > 0.9] + 0.05).max() < 0.02
    assert np.abs(found[X < 0.28] - 0.08).max() < 0.02


def test_skin_around_a_painted_mouth_keeps_the_photos_tint() -> None:
    """The render draws a grey rim around the new mouth, which is its own light."""
    open_mouth = ellipse(X, Y, 0.5, 0.74, 0.1, 0.045)
    either = np.maximum(MOUTH, open_mouth)
    rim = np.clip(blurred(ellipse(X, Y, 0.5, 0.74, 0.14, 0.08), 3) * 1.5, 0, 1)[..., None]
    grey = np.asarray(reconstruction() + rim * np.array([-0.12, -0.1, -0.05], np.float32), np.float32)
    lips = paint(grey, open_mouth, (0.5, 0.2, 0.2))
    after = np.asarray(paint(lips, ellipse(X, Y, 0.5, 0.74, 0.07, 0.02), (0.95, 0.95, 0.9)), np.float32)
    edit = bare_result(
        after, after, source(), skin_mask(), masks={"dynamic": either}, reconstruction=reconstruction()
    )
    plan = laid_over(recipe(edit), R)
    away = ndimage.distance_transform_edt(either < 0.02)
    painted = (plan.gone > 0.4) & (away > 1.5)
    assert painted.sum() > 50
    shown = (render(source(), plan) - source())[painted].mean(axis=0)
    drawn = (after - reconstruction())[painted].mean(axis=0)
    assert (np.abs(shown) < 0.55 * np.abs(drawn)).all()


def test_specks_of_blood_and_violet_lips_are_not_painted() -> None:
    everywhere = np.ones((R, R), np.float32)
    lips = np.full((R, R, 3), (0.6, 0.4, 0.4), np.float32)
    photo = np.asarray(paint(np.full((R, R, 3), 0.6, np.float32), MOUTH, (0.6, 0.4, 0.4)), np.float32)
    speck = ellipse(X, Y, 0.5, 0.74, 0.008, 0.008)
    picture = np.asarray(paint(lips, speck, (0.7, 0.1, 0.1)), np.float32)
    fitted = fitting(picture, photo, photo, everywhere)
    there = speck > 0.95
    assert (picture[there][:, 0] - picture[there][:, 1]).min() > 0.5
    assert (fitted[there][:, 0] - fitted[there][:, 1]).max() < 0.25
    violet = np.full((R, R, 3), (0.5, 0.3, 0.5), np.float32)
    blue, green = fitting(violet, photo, photo, everywhere)[10, 10, [2, 1]]
    assert blue < green + 0.03
    lipstick = np.full((R, R, 3), (0.8, 0.2, 0.2), np.float32)
    assert np.allclose(fitting(lipstick, photo, photo, everywhere), lipstick, atol=0.01)


def smooth_skin(size: int) -> Photo:
    """Skin with hardly more grain than 8 bits have by themselves."""
    grain = np.random.default_rng(5).normal(0, 0.3, (size, size, 3))
    wave = np.sin(np.arange(size) / 9)[:, None, None] * np.array([9, 7, 6])
    return Photo(np.rint(np.array((170, 140, 120)) + wave + grain).astype(np.uint8), "RGB", None)


def test_rounding_adds_no_grain_to_smooth_skin() -> None:
    size = 128
    whole = smooth_skin(size)
    face = Face(whole.pixels, np.array([[0, 0], [0, size], [size, size], [size, 0]], np.float64))
    u = (np.arange(size, dtype=np.float32) + 0.5) / size
    shade = np.float32(0.04) * np.sin(3 * u)[:, None, None] * np.ones((size, size, 3), np.float32)
    own = np.asarray(whole.pixels, np.float32) / np.float32(255)
    mask = np.ones((size, size), np.float32)
    plain = paste(whole, face, bare_result(own, own + shade, own, mask))
    inner = np.zeros((size, size), bool)
    inner[16:-16, 16:-16] = True
    before = laplacian_variance(np.asarray(whole.pixels), inner)
    assert laplacian_variance(np.asarray(plain.pixels), inner) > 1.1 * before, "rounding adds none here"
    skin = Recipe(mask, np.zeros_like(mask), shade, skin=mask)
    rounded = np.rint(render(own, skin) * 255).astype(np.uint8)
    assert 0.85 < laplacian_variance(rounded, inner) / before < 1.05


def test_skin_under_the_mask_that_is_not_edited_keeps_its_bits() -> None:
    own = np.asarray(smooth_skin(64).pixels, np.float32) / np.float32(255)
    mask, nothing = np.ones((64, 64), np.float32), np.zeros((64, 64, 3), np.float32)
    half = nothing.copy()
    half[:, 40:] = 0.05
    shown = render(own, Recipe(mask, np.zeros_like(mask), half, skin=mask))
    assert np.array_equal(shown[:, :40], own[:, :40])
    assert not np.allclose(shown[:, 40:], own[:, 40:] + half[:, 40:], atol=1e-4)


def test_painted_lips_and_teeth_have_the_photos_noise() -> None:
    """As much as the skin beside them, in its colours, the same at every composition; none without skin."""
    size = 256
    v, u = (np.indices((size, size), np.float32) + 0.5) / size
    noise = np.random.default_rng(8).normal(0, 0.02, (size, size, 3)).astype(np.float32)
    noise = blurred(noise, 0.7) * np.array([1.0, 0.5, 0.5], np.float32)
    own = np.asarray(np.float32((0.7, 0.55, 0.5)) + noise, np.float32)
    lips = ellipse(u, v, 0.5, 0.74, 0.12, 0.05)
    mask, content = np.ones((size, size), np.float32), np.zeros((size, size, 3), np.float32)
    content[lips > 0] = (0.6, 0.3, 0.3)
    plan = Recipe(mask, lips, content * lips[..., None], skin=1 - lips, sigma=0.006 * size)
    inside, beside = (ellipse(u, v, 0.5, y, 0.1, 0.03) > 0.95 for y in (0.74, 0.6))
    shown = render(own, plan)
    for channel in range(3):
        both = [ndimage.laplace(shown[..., channel])[w].std() for w in (inside, beside)]
        assert 0.7 < both[0] / both[1] < 1.3
    assert np.array_equal(render(own, plan), shown)
    bald = render(own, replace(plan, skin=np.zeros_like(lips)))
    assert bald[inside].std(axis=0).max() < 1e-4
