"""What moves, what takes another colour and what is new: the parts of an edit, on drawn faces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.compositing import guided_recolour, harmonise, light
from engine.compositing.decompose import Parts
from engine.compositing.pipeline import recipe
from engine.compositing.recipe import laid_over
from engine.compositing.render import render
from engine.compositing.strategy import Strategy
from engine.evaluate.detail import laplacian_variance
from engine.imaging import optical_flow
from engine.imaging.filters import blurred, moved
from engine.imaging.tensor_filters import array_of, grid_of
from engine.imaging.warp import resized
from engine.types import EditResult

from .drawn_face import (
    MOUTH,
    SX,
    SY,
    R,
    S,
    X,
    Y,
    ellipse,
    paint,
    photo,
    reconstruction,
    result,
    smile_flow,
    source,
)
from .grids import on_arrays, take_apart

fitting, without_folds = on_arrays(harmonise.fitting), on_arrays(optical_flow.without_folds)


def test_teeth_where_a_lip_shone_are_new() -> None:
    """The same shape, much lighter: no lip is painted white, the photo's line between the lips goes."""
    shine = ellipse(X, Y, 0.5, 0.755, 0.08, 0.015)[..., None]
    photo_then, before = (p + shine * np.float32(0.08) for p in (source(), reconstruction()))
    edited = before + shine * np.float32(0.45)
    lips = before + MOUTH[..., None] * np.array([0.05, -0.12, -0.08], np.float32)
    teeth, recoloured = (take_apart(photo_then, before, after, MOUTH).new for after in (edited, lips))
    assert teeth[MOUTH > 0.9].mean() > 0.9
    assert recoloured[MOUTH > 0.9].mean() < 0.1


def test_beside_a_mouth_creases_are_drawn_and_no_cracks() -> None:
    """A render's fine texture on the cheek is its own; the shade of a crease belongs to the smile."""
    gap = ellipse(X, Y, 0.5, 0.745, 0.08, 0.022)
    cheek = ellipse(X, Y, 0.31, 0.7, 0.03, 0.05)[..., None]
    smile = paint(reconstruction(), gap, (0.8, 0.78, 0.75))
    crease = smile - np.float32(0.08) * ellipse(X, Y, 0.31, 0.7, 0.02, 0.05)[..., None]
    stripes = np.where((np.arange(R) % 2)[None, :, None] > 0, 0.12, -0.12).astype(np.float32)
    plain, shaded, cracked = (
        take_apart(source(), reconstruction(), after, MOUTH).change
        for after in (smile, crease, smile + cheek * stripes)
    )
    there = cheek[..., 0] > 0.9
    assert np.abs(cracked - plain)[there].max() < 0.03
    assert (plain - shaded)[there].mean() > 0.01


def test_a_flow_that_would_fold_the_picture_is_calmed() -> None:
    edge = np.where(X < 0.5, 4.0, -4.0)
    flow = np.stack([edge, np.where(Y < 0.5, 0.0, 3.0)], -1).astype(np.float32)
    calm = without_folds(flow)
    (x_down, y_down), (x_right, y_right) = (np.moveaxis(d, -1, 0) for d in np.gradient(calm, axis=(0, 1)))
    assert ((1 + x_right) * (1 + y_down) - x_down * y_right).min() > 0.2
    gentle = smile_flow() / 2
    assert np.array_equal(without_folds(gentle), gentle)


def hair_result(beside: float) -> tuple[np.ndarray, np.ndarray, EditResult]:
    """A photo of dark hair on a light wall, where it is hair, and an edit that makes the hair blond.

    The generator's hair ends softly and `beside` (shares of the side) beyond the photo's.
    """
    strands = np.float32(0.04) * np.sin(SX * 400)[..., None]
    where = ((SX > 0.2) & (SX < 0.6)).astype(np.float32)
    wall, hair = np.float32(0.85), np.float32(0.2) + strands
    picture = np.asarray(where[..., None] * hair + (1 - where[..., None]) * wall, np.float32)
    picture = np.broadcast_to(picture, (S, S, 3)).copy()
    picture[: S // 8] += np.array([0.1, 0.0, -0.1], np.float32) * (
        SX[: S // 8, :, None] > 0.7
    )  # no photo of one tone
    drawn = blurred(((0.2 - beside < X) & (0.6 + beside > X)).astype(np.float32), 2)[..., None]
    before = np.asarray(drawn * np.float32(0.2) + (1 - drawn) * wall, np.float32) * np.ones(3, np.float32)
    after = np.asarray(before + drawn * np.array([0.4, 0.3, 0.1], np.float32), np.float32)
    edit = replace(
        result(after, before),
        source=resized(picture, R),
        blend_mask=np.ones((R, R), np.float32),
        masks={"dynamic": ((X > 0.2) & (X < 0.6)).astype(np.float32)},
        enlarged=S / R,
    )
    return picture, where > 0.5, edit


def test_hair_of_another_colour_ends_at_the_photos_own_outline() -> None:
    picture, hair, edit = hair_result(0.02)
    plan = laid_over(recipe(edit), S)
    change = render(picture, plan) - picture
    middle = (np.abs(SY - 0.5) < 0.2) & hair
    inside = middle & (SX > 0.25) & (SX < 0.55)
    assert np.allclose(change[inside].mean(axis=0), [0.4, 0.3, 0.1], atol=0.08)
    rim = ~hair & (SX > 0.6) & (SX < 0.64) & (np.abs(SY - 0.5) < 0.2)
    assert change[rim].mean() < 0.25 * change[inside].mean()
    assert plan.flow is not None and not plan.flow.any()
    columns = [np.rint(np.clip(p, 0, 1) * 255).astype(np.uint8) for p in (picture, render(picture, plan))]
    ratio = laplacian_variance(columns[1], inside) / laplacian_variance(columns[0], inside)
    assert 0.9 < ratio < 1.15


def test_hair_that_the_generator_lacks_takes_the_colour_of_the_rest() -> None:
    """Below half of the height the generator has drawn the wall in the place of the hair."""
    picture, hair, edit = hair_result(0.02)
    assert edit.reconstruction is not None
    lacking = (Y > 0.5)[..., None]
    wall = np.full_like(edit.reconstruction, 0.85)
    edit = replace(
        edit,
        reconstruction=np.where(lacking, wall, edit.reconstruction),
        generated=np.where(lacking, wall, edit.generated),
    )
    change = render(picture, laid_over(recipe(edit), S)) - picture
    inside = hair & (SX > 0.25) & (SX < 0.55)
    above, below = (change[inside & rows].mean(axis=0) for rows in (SY < 0.4, (SY > 0.65) & (SY < 0.9)))
    assert np.allclose(below, above, atol=0.06) and above[0] > 0.3
    assert np.abs(change[~hair & (SX > 0.65)]).max() < 4 / 255


def test_hair_before_a_wall_as_dark_keeps_to_its_own_region() -> None:
    """Where no outline is seen the parser's is the best there is: no haze on the wall beside blond hair."""
    hair = (X < 0.5).astype(np.float32)
    dark = np.full((R, R, 3), 0.1, np.float32)
    found = guided_recolour.matte(*(grid_of(p) for p in (hair, dark, dark)))
    blond = grid_of(0.3 * hair[..., None] * np.ones(3, np.float32))
    change = array_of(guided_recolour.within(blond, grid_of(dark), found))
    assert np.abs(change[X > 0.53]).max() < 0.01
    assert change[X < 0.45].min() > 0.25


EVERYWHERE = np.ones((R, R), np.float32)


def test_new_content_is_as_sharp_as_the_photo() -> None:
    """An edge drawn softly between lip and gap gets the photo's steepness, without a rim beside it."""
    edge = blurred(np.where(Y < 0.74, 0.2, 0.5).astype(np.float32), 1.5)
    picture = np.repeat(edge[..., None], 3, axis=-1)
    fitted = fitting(picture, source(), blurred(source(), 2.0), EVERYWHERE)
    steepest = [float(np.diff(p[..., 1], axis=0).max()) for p in (picture, fitted)]
    assert steepest[1] > 1.25 * steepest[0]
    assert fitted.max() < 0.53 and fitted.min() > 0.17
    assert np.allclose(fitting(picture, source(), source(), EVERYWHERE), picture, atol=1e-5)


def test_teeth_in_a_dim_photo_are_no_paper() -> None:
    white = np.ones((R, R, 3), np.float32)
    dim, bright = (fitting(white, source() * light, source() * light, EVERYWHERE) for light in (0.3, 1.5))
    assert dim.max() < 0.6
    assert bright.min() > 0.8
    grey = np.full((R, R, 3), 0.4, np.float32)
    assert np.allclose(fitting(grey, source(), source(), EVERYWHERE), grey, atol=1e-5)


def test_sharpness_is_compared_where_it_is_shown() -> None:
    """A mouth that is drawn as finely as the photo's is not sharpened for the sake of soft skin around it."""
    mouth = (np.hypot(X - 0.5, Y - 0.74) < 0.12).astype(np.float32)
    soft = blurred(source(), 2.0)
    before = np.where(mouth[..., None] > 0, source(), soft)
    edge = np.repeat(np.where(Y < 0.74, 0.2, 0.5).astype(np.float32)[..., None], 3, axis=-1)
    picture = blurred(edge, 1.5)
    in_it, everywhere = (np.abs(fitting(picture, source(), before, w) - picture) for w in (mouth, EVERYWHERE))
    assert everywhere.max() > 0.02
    assert in_it.max() < 0.4 * everywhere.max()


def test_teeth_are_not_blue_but_under_a_blue_light() -> None:
    cyan = np.full((R, R, 3), (0.25, 0.3, 0.35), np.float32)
    grey = np.full((R, R, 3), 0.5, np.float32)
    warm = fitting(cyan, grey, grey, EVERYWHERE)
    assert np.allclose(warm, 0.25, atol=1e-5)
    blue_light = grey * np.array([0.6, 0.8, 1.0], np.float32)
    assert np.allclose(fitting(cyan, blue_light, blue_light, EVERYWHERE), cyan, atol=1e-5)


def test_nothing_of_the_old_mouth_shimmers_through_new_teeth() -> None:
    """The render comes nearer to the photo as it opens the mouth; what it missed before is not put back."""
    before = np.asarray(blurred(source(), 4), np.float32)
    closer = before + np.float32(0.7) * (source() - before)
    gap = ellipse(X, Y, 0.5, 0.74, 0.09, 0.025)
    after = np.asarray(paint(closer, gap, (0.8, 0.8, 0.78)), np.float32)
    inside = ellipse(X, Y, 0.5, 0.74, 0.06, 0.015) > 0.95
    shown = take_apart(source(), before, after, np.maximum(MOUTH, gap)).picture[inside]
    assert np.abs(shown - shown.mean(axis=0)).max() < 0.06


def test_a_smile_draws_creases_but_makes_no_darker_skin() -> None:
    """An even darkness all around the mouth is the render's other light; a line in it is the smile's."""
    far = np.hypot((X - 0.5) / 0.3, (Y - 0.7) / 0.25)
    shade = np.float32(-0.07) * np.clip(1.2 - far, 0, 0.4)[..., None] / np.float32(0.4)
    crease = ellipse(X, Y, 0.33, 0.68, 0.012, 0.07)[..., None] * np.float32(-0.12)
    edited = np.asarray(reconstruction() + shade + crease, np.float32)
    composed = render(photo(), laid_over(recipe(result(edited, reconstruction())), S))
    change = blurred(np.asarray((composed - photo()).mean(axis=-1), np.float32), 2)
    beside = (np.abs(SX - 0.66) < 0.03) & (np.abs(SY - 0.66) < 0.05)
    line = ellipse(SX, SY, 0.33, 0.68, 0.008, 0.05) > 0.95
    assert abs(change[beside].mean()) < 0.02
    assert change[line].mean() < -0.035
    cheek = (np.abs(SX - 0.33) < 0.07) & (np.abs(SY - 0.64) < 0.07)
    assert abs(change[cheek].mean()) < 1.8 / 255


def test_paint_that_bleeds_in_the_render_keeps_its_colour() -> None:
    """A small generator reddens the skin beside red lips: that is no other light that the lips would lose."""
    red = np.array([0.15, 0.0, 0.0], np.float32)
    near = np.hypot((X - 0.5) / 0.2, (Y - 0.74) / 0.13)
    bleeding = np.clip(1.3 - near, 0, 0.5)[..., None] * np.float32(1.2)
    edited = np.asarray(reconstruction() + np.maximum(MOUTH[..., None], bleeding) * red, np.float32)
    parts = take_apart(source(), reconstruction(), edited, MOUTH)
    assert not parts.new.any()
    assert parts.change[MOUTH > 0.95][:, 0].mean() > 0.1
    beside = ellipse(X, Y, 0.66, 0.74, 0.03, 0.03) > 0.9
    assert parts.change[beside][:, 0].mean() < 0.05


def test_shade_that_moves_into_a_cheek_does_not_darken_it() -> None:
    """What the movement of the photo's pixels does to the light is evened like what is drawn."""
    cheek = ellipse(X, Y, 0.68, 0.66, 0.08, 0.08)
    pulled = np.stack([cheek * np.float32(-0.03), np.zeros_like(cheek)], -1)
    dark = np.float32(0.7) + np.float32(0.3) * np.clip((X - 0.5) / 0.2, 0, 1)[..., None]
    portrait = np.asarray(source() * dark, np.float32)
    nothing, still, all_of_it = np.zeros((R, R, 3), np.float32), np.zeros((R, R), np.float32), EVERYWHERE
    maps = (grid_of(m) for m in (pulled, nothing, still, portrait, all_of_it, still))
    found = light.creases(grid_of(all_of_it), Parts(*maps, Strategy.MOVE), grid_of(MOUTH), grid_of(portrait))
    assert found is not None
    even = array_of(light.with_even_light(grid_of(nothing), found, grid_of(still), grid_of(portrait)))
    by_movement = moved(portrait, pulled * np.float32(R)) - portrait
    where = cheek > 0.5
    assert np.abs(by_movement[where].mean(0)).min() > 0.01, "the movement brings no shade"
    assert (np.abs((by_movement + even)[where].mean(0)) < 0.5 * np.abs(by_movement[where].mean(0))).all()
    assert np.abs(even[MOUTH > 0.5]).max() < 0.002, "lips keep what is drawn of them"


def test_the_outline_before_the_background_stays() -> None:
    """Beside the mouth a dark background begins; the render draws its edge a little farther in."""
    edge = np.clip((X - 0.64) / 0.01, 0, 1)[..., None] * np.float32(0.9)
    portrait = np.asarray(source() * (1 - edge), np.float32)
    inward = np.stack([np.full((R, R), 3.0, np.float32), np.zeros((R, R), np.float32)], -1)
    near = np.clip(1.5 - np.hypot((X - 0.6) / 0.12, (Y - 0.74) / 0.12), 0, 1)[..., None]
    after = moved(portrait, np.asarray(inward * near, np.float32))
    flow = take_apart(portrait, portrait, after, MOUTH).flow
    outline = (np.abs(X - 0.66) < 0.01) & (np.abs(Y - 0.74) < 0.1)
    assert np.abs(flow[outline]).max() < 1.2 / R
