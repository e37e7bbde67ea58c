"""Compositing that keeps detail: movement, recolouring, new content, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from engine.compositing.paste import paste, paste_mask
from engine.compositing.pipeline import BLEND_MODES, compose, recipe
from engine.compositing.recipe import Recipe, laid_over
from engine.compositing.render import render
from engine.evaluate.detail import colour_shift, figures, laplacian_variance, seam
from engine.faces.align import cut_square
from engine.imaging import optical_flow
from engine.imaging.filters import blurred, moved
from engine.imaging.warp import resized
from engine.types import Face, Photo, RegionMasks

from .drawn_face import (
    MOUTH,
    SX,
    SY,
    R,
    S,
    X,
    Y,
    detail_ratio,
    ellipse,
    paint,
    photo,
    reconstruction,
    result,
    skin_mask,
    smile_flow,
    source,
)
from .grids import on_arrays, take_apart
from .results import bare_result


def test_no_edit_gives_the_photo_back() -> None:
    composed = compose(photo(), source(), reconstruction(), reconstruction(), skin_mask())
    assert np.array_equal(composed, photo())


def test_paper_is_the_published_formula() -> None:
    rng = np.random.default_rng(0)
    mask, edited = rng.random((R, R)).astype(np.float32), rng.random((R, R, 3)).astype(np.float32)
    composed = compose(source(), source(), source(), edited, mask, "paper")
    assert np.allclose(composed, mask[..., None] * edited + (1 - mask[..., None]) * source(), atol=1e-6)


def test_a_better_fit_is_no_edit() -> None:
    """The second render only lies nearer to the photo: nothing of that may be shown."""
    composed = compose(photo(), source(), reconstruction(), source(), skin_mask())
    plain = compose(photo(), source(), reconstruction(), source(), skin_mask(), "paper")
    where = np.ones((S, S), bool)
    shift = colour_shift(*(np.rint(p * 255).astype(np.uint8) for p in (photo(), composed)), where)
    assert shift < 0.3
    assert detail_ratio(composed, where) > 0.97
    assert detail_ratio(plain, resized(skin_mask(), S) > 0.99) < 0.5


def test_recolouring_keeps_the_grain() -> None:
    lips = ellipse(X, Y, 0.5, 0.74, 0.11, 0.035)[..., None]
    edited = reconstruction() + lips * np.array([0.05, -0.12, -0.08], np.float32)
    composed = compose(photo(), source(), reconstruction(), edited, skin_mask())
    inside = ellipse(SX, SY, 0.5, 0.74, 0.08, 0.022) > 0.9
    change = (composed - photo())[inside].mean(axis=0)
    assert np.allclose(change, [0.05, -0.12, -0.08], atol=0.025)
    assert 0.9 < detail_ratio(composed, inside) < 1.15
    outside = ellipse(SX, SY, 0.5, 0.74, 0.2, 0.12) == 0
    assert np.array_equal(composed[outside], photo()[outside])


def test_movement_moves_the_photos_own_pixels() -> None:
    edited = moved(reconstruction(), smile_flow())
    composed = compose(photo(), source(), reconstruction(), edited, skin_mask())
    wanted = moved(photo(), resized(smile_flow(), S) * (S / R))
    paper = compose(photo(), source(), reconstruction(), edited, skin_mask(), "paper")
    near = ellipse(SX, SY, 0.5, 0.74, 0.2, 0.1) > 0.5
    soft = [blurred(p, 2) for p in (composed, wanted, paper, photo())]
    assert np.abs(soft[0] - soft[1])[near].mean() < 0.4 * np.abs(soft[3] - soft[1])[near].mean()
    assert np.abs(soft[0] - soft[1])[near].mean() < np.abs(soft[2] - soft[1])[near].mean()
    assert 0.9 < detail_ratio(composed, near) < 1.15
    assert detail_ratio(paper, near) < 0.3


def test_new_content_is_shown_and_old_lines_go() -> None:
    """Teeth appear where the mouth was closed: lighter than skin, without the dark line that was there."""
    gap = ellipse(X, Y, 0.5, 0.745, 0.08, 0.022)
    edited = paint(reconstruction(), gap, (0.95, 0.93, 0.9))
    composed = compose(photo(), source(), reconstruction(), edited, skin_mask())
    line = ellipse(SX, SY, 0.5, 0.74, 0.05, 0.005) > 0.9
    assert photo()[line].mean() < 0.4
    assert composed[line].mean() > float(photo()[300:320, 250:260].mean()) + 0.1
    assert composed[line].std() < 0.12


def test_a_drift_of_the_whole_picture_is_not_shown() -> None:
    drift = blurred(np.random.default_rng(3).normal(0, 1, (R, R, 3)).astype(np.float32), 10)
    edited = moved(reconstruction(), smile_flow()) + drift / drift.std() * np.float32(2.5 / 255)
    composed = compose(photo(), source(), reconstruction(), edited, skin_mask())
    forehead = (SY > 0.2) & (SY < 0.37) & (np.abs(SX - 0.5) < 0.2)
    as_bytes = [np.rint(p * 255).astype(np.uint8) for p in (photo(), composed)]
    assert colour_shift(as_bytes[0], as_bytes[1], forehead) < 1


def test_what_grows_beyond_the_mask_is_not_cut_off() -> None:
    """The edited mouth reaches 3 % of the side below a mask that ends at the old one."""
    lower = ellipse(X, Y, 0.5, 0.77, 0.1, 0.04)
    edited = paint(reconstruction(), lower, (0.2, 0.05, 0.05))
    old = ellipse(X, Y, 0.5, 0.74, 0.11, 0.035)
    composed = compose(photo(), source(), reconstruction(), edited, old)
    beyond = (ellipse(SX, SY, 0.5, 0.77, 0.08, 0.035) > 0.9) & (resized(old, S) < 0.1) & (SY < 0.795)
    assert beyond.sum() > 300
    assert np.median(composed[beyond]) < 0.3
    # And no further: a change elsewhere stays outside.
    far = paint(edited, ellipse(X, Y, 0.2, 0.2, 0.05, 0.05), (0.0, 0.9, 0.0))
    composed = compose(photo(), source(), reconstruction(), far, old)
    corner = (SX < 0.35) & (SY < 0.35)
    assert np.array_equal(composed[corner], photo()[corner])


def test_the_flow_is_found_and_recolouring_is_none() -> None:
    flow, trust = on_arrays(optical_flow.dense_flow)(moved(reconstruction(), smile_flow()), reconstruction())
    clear = np.hypot(*np.moveaxis(smile_flow(), -1, 0)) > 1.5
    error = np.hypot(*np.moveaxis(flow - smile_flow(), -1, 0))
    assert error[clear].mean() < 0.3 * np.abs(smile_flow()).sum(-1)[clear].mean()
    assert trust[clear].mean() > 0.8
    lips = ellipse(X, Y, 0.5, 0.74, 0.11, 0.035)
    recoloured = reconstruction() + lips[..., None] * np.array([0.05, -0.12, -0.08], np.float32)
    still = take_apart(source(), reconstruction(), recoloured).flow * R
    assert np.hypot(still[..., 0], still[..., 1])[lips > 0.5].mean() < 0.2


def test_parts_are_finite_at_every_size() -> None:
    rng = np.random.default_rng(0)
    for size in (16, 32, 200, 300):
        before, after = (rng.random((size, size, 3)).astype(np.float32) for _ in range(2))
        parts = take_apart(before, before, after)
        for values in (parts.flow, parts.change, parts.new, parts.picture, parts.changed):
            assert values.shape[:2] == (size, size)
            assert np.isfinite(values).all()
    black = np.zeros((64, 64, 3), np.float32)
    assert not take_apart(black, black, black).changed.any()


def test_rendering_a_part_of_a_picture() -> None:
    own = photo()
    part = (slice(100, 300), slice(50, 250))
    flow = np.full((200, 200, 2), 7.0, np.float32)
    maps = Recipe(np.ones((200, 200), np.float32), np.zeros((200, 200), np.float32), 0 * own[part], flow)
    shown = render(own, maps, (100, 50))
    assert np.allclose(shown[20:-20, 20:-20], own[127:287, 77:237], atol=1e-4)


def turned_photo() -> tuple[Photo, Face]:
    """The drawn face turned by 25 degrees in a larger photo, and its square."""
    angle, side, centre = np.deg2rad(25), 480.0, np.array([450.0, 430.0])
    x = np.array([np.cos(angle), np.sin(angle)]) * side / 2
    y = np.array([-x[1], x[0]])
    quad = np.stack([-x - y, -x + y, x + y, x - y]) + centre
    inverse = np.linalg.inv(np.column_stack([x, y]) * 2)
    offset = 0.5 - inverse @ centre
    data = [*(inverse[0] * S), offset[0] * S, *(inverse[1] * S), offset[1] * S]
    drawn = Image.fromarray(np.rint(photo() * 255).astype(np.uint8))
    bicubic = Image.Resampling.BICUBIC
    pixels = drawn.transform((900, 860), Image.Transform.AFFINE, data, bicubic, fillcolor=(120, 130, 140))
    whole = Photo(np.asarray(pixels), "RGB")
    return whole, Face(cut_square(whole, quad, S), quad)


def region_masks() -> RegionMasks:
    maps = np.zeros((9, 512, 512), np.float32)
    skin = ndimage.zoom(skin_mask(), 4, order=1)
    mouth = ndimage.zoom(MOUTH, 4, order=1)
    maps[1], maps[6] = mouth, np.clip(skin - mouth, 0, 1)
    maps[0] = 1 - maps.sum(0)
    return RegionMasks(maps)


def test_a_smile_in_a_turned_photo_keeps_its_detail() -> None:
    whole, face = turned_photo()
    edit = result(moved(reconstruction(), smile_flow()), reconstruction())
    table = figures(whole, face, region_masks(), edit)
    assert set(table) == set(BLEND_MODES)
    for mode in BLEND_MODES:
        assert table[mode]["outside"] == 0
    kept, lost = table["detail"], table["paper"]
    for zone in ("forehead", "cheeks", "ring"):
        assert 0.9 <= kept[zone] <= 1.15, zone
    assert 0.9 <= kept["masked"] <= 1.15
    assert lost["forehead"] < 0.4
    assert kept["shift"] < 1
    assert kept["seam"] < 1.1
    assert kept["seam_p99"] < 12


def test_what_the_reconstruction_does_not_show_is_not_moved() -> None:
    """A pencil before the cheek that the generator left out stays straight while the cheek moves."""
    pencil = ((np.abs(SX - 0.34) < 0.012) & (SY > 0.5)).astype(np.float32)
    before = reconstruction()
    after = moved(before, smile_flow())
    shown = [paint(photo(), pencil * on, (0.95, 0.8, 0.1)).astype(np.float32) for on in (0, 1)]
    parts = [take_apart(resized(p, R), before, after, MOUTH) for p in shown]
    at_pencil = (np.abs(X - 0.34) < 0.012) & (Y > 0.66) & (Y < 0.8)
    free, held = (np.hypot(*np.moveaxis(p.flow, -1, 0))[at_pencil].mean() for p in parts)
    assert held < 0.4 * free
    assert np.abs(parts[1].flow[MOUTH > 0.9]).max() > 0.5 * np.abs(parts[0].flow[MOUTH > 0.9]).max()


def test_far_from_the_region_nothing_moves() -> None:
    flow = smile_flow() + np.array([0, 3], np.float32) * np.exp(-((X - 0.5) ** 2 + (Y - 0.4) ** 2) / 0.02)[
        ..., None
    ].astype(np.float32)
    after = moved(reconstruction(), flow)
    eyes = (Y > 0.36) & (Y < 0.5)
    free, held = (take_apart(source(), reconstruction(), after, r).flow for r in (None, MOUTH))
    assert np.abs(free[eyes]).max() > 0.005
    assert np.abs(held[eyes]).max() < 0.001


def test_new_skin_beside_a_new_mouth_keeps_its_pores() -> None:
    """A mouth that is painted anew over more than its old outline."""
    open_mouth = ellipse(X, Y, 0.5, 0.75, 0.1, 0.05)
    either, teeth = np.maximum(MOUTH, open_mouth), ellipse(X, Y, 0.5, 0.74, 0.07, 0.015)
    after = paint(paint(reconstruction(), open_mouth, (0.2, 0.05, 0.05)), teeth, (0.95, 0.95, 0.9))
    edit = replace(result(after.astype(np.float32), reconstruction()), masks={"dynamic": either})
    plan = laid_over(recipe(edit), S)
    region = resized(either, S)
    ring = (plan.gone * plan.mask > 0.5) & (ndimage.distance_transform_edt(region < 0.05) > 0.008 * S)
    assert ring.sum() > 200
    composed = np.clip(render(photo(), plan), 0, 1)
    without = np.clip(render(photo(), replace(plan, grain=None)), 0, 1)
    assert detail_ratio(without, ring) < 0.5
    assert 0.8 < detail_ratio(composed, ring) < 1.2


def test_new_skin_with_a_grain_of_its_own_gets_no_second_one() -> None:
    """A photo no larger than the generator's picture: there the grain of both is equally fine."""
    mouth, either = (ellipse(SX, SY, 0.5, 0.74 + d, 0.1 + d, 0.035 + d) for d in (0, 0.01))
    drawn = blurred(photo(), 1.5)
    opened = paint(paint(drawn, either, (0.2, 0.05, 0.05)), mouth, (0.95, 0.95, 0.9))
    opened = np.clip(opened + np.random.default_rng(7).normal(0, 0.03, (S, S, 1)), 0, 1).astype(np.float32)
    edit = bare_result(
        opened, opened, photo(), resized(skin_mask(), S), masks={"dynamic": either}, reconstruction=drawn
    )
    plan = laid_over(recipe(edit), S)
    ring = (plan.gone * plan.mask > 0.5) & (ndimage.distance_transform_edt(either < 0.05) > 0.012 * S)
    assert ring.sum() > 200
    assert 0.8 < detail_ratio(np.clip(render(photo(), plan), 0, 1), ring) < 1.2


def test_pasting_moves_pixels_the_right_way() -> None:
    whole, face = turned_photo()
    edit = result(moved(reconstruction(), smile_flow()), reconstruction())
    pasted = paste(whole, face, edit)
    again = cut_square(pasted, face.quad, S).astype(np.float32) / 255
    direct = compose(photo(), source(), reconstruction(), edit.generated, skin_mask())
    near = ellipse(SX, SY, 0.5, 0.74, 0.2, 0.1) > 0.5
    difference = np.abs(blurred(again, 1.5) - blurred(direct, 1.5))[near].mean()
    moving = np.abs(blurred(photo(), 1.5) - blurred(direct, 1.5))[near].mean()
    assert difference < 0.35 * moving


def test_a_result_without_a_reconstruction_shows_its_difference_to_the_input() -> None:
    whole, face = turned_photo()
    edit = result(source() + np.float32(0.1), None)
    mask = paste_mask(whole, face, edit)
    change = paste(whole, face, edit).pixels.astype(float) - whole.pixels
    inside = (mask == 255) & (whole.pixels.max(-1) < 225)
    assert abs(change[inside].mean() - 25.5) < 1


def test_a_mask_that_a_person_refined_is_taken_as_it_is() -> None:
    edit = result(moved(reconstruction(), smile_flow()), reconstruction())
    refined = (MOUTH > 0.5).astype(np.float32)
    assert np.array_equal(recipe(edit, refined).mask, refined)
    assert not np.array_equal(recipe(edit).mask, edit.blend_mask)


def test_what_the_figures_measure() -> None:
    picture = np.rint(photo() * 255).astype(np.uint8)
    everywhere = np.ones((S, S), bool)
    soft = np.rint(blurred(photo(), 2) * 255).astype(np.uint8)
    assert laplacian_variance(soft, everywhere) < 0.1 * laplacian_variance(picture, everywhere)
    flat = np.full((S, S, 3), 100, np.uint8)
    assert laplacian_variance(flat, everywhere) == 0
    mask = np.zeros((S, S), np.uint8)
    mask[200:300, 200:300] = 255
    mask = np.rint(blurred(mask.astype(np.float32), 3)).astype(np.uint8)
    assert seam(picture, picture, mask) == (1.0, 0.0)
    stamped = soft.copy()
    stamped[mask > 0] = np.minimum(stamped[mask > 0] + 40.0, 255)
    ratio, growth = seam(soft, stamped, mask)
    assert ratio > 1.05
    assert growth > 5
    assert colour_shift(flat, flat + np.array([0, 3, 1], np.uint8), everywhere) == pytest.approx(3)
