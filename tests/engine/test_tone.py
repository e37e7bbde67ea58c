"""Photos of one tone stay in it, whatever is edited and however it is composed."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

import engine
from engine.compositing.differentiable import ShownOnPhoto
from engine.compositing.pipeline import recipe
from engine.compositing.recipe import laid_over
from engine.compositing.render import render
from engine.compositing.strategy import Strategy
from engine.compositing.tone import picture_in_tone, tone_of_picture
from engine.edit.result import preview
from engine.imaging.tensor_filters import array_of, grid_of
from tests.golden import runs

from .test_shown_is_composed import Edited, drawn

FACES = ("seven", "two", "four", "six")
LIGHT = np.array([0.299, 0.587, 0.114])


def toned(picture: np.ndarray, tone: str) -> np.ndarray:
    """(H, W, 3) in 0..1 as a photo of one tone has it."""
    grey = (picture @ LIGHT)[..., None]
    ends = {
        "grey": ((0, 0, 0), (1, 1, 1)),
        "sepia": ((0.06, 0.03, 0.0), (1.0, 0.92, 0.76)),
        "selenium": ((0.05, 0.03, 0.08), (0.97, 0.95, 0.93)),
        "cyanotype": ((0.02, 0.1, 0.25), (0.92, 0.97, 1.0)),
        "duotone": ((0.1, 0.0, 0.3), (1.0, 0.85, 0.4)),
        "green": ((0.0, 0.05, 0.0), (0.8, 1.0, 0.8)),
        "faded": ((0.25, 0.22, 0.18), (0.85, 0.8, 0.7)),
    }[tone]
    low, high = (np.array(end) for end in ends)
    if tone in ("sepia", "duotone"):  # a bent way between the two
        grey = np.concatenate([grey**0.8, grey, grey**1.3], -1)
    return np.asarray(low + (high - low) * grey, np.float32)


TONES = ("grey", "sepia", "selenium", "cyanotype", "duotone", "green", "faded")


def as_bytes(picture: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)


def stored(picture: np.ndarray, how: str) -> np.ndarray:
    """As a file keeps it: exactly, grainy, or as a JPEG that halves its colours."""
    pixels = as_bytes(picture)
    if how == "grain":
        noise = np.random.default_rng(1).normal(0, 6, (*pixels.shape[:2], 1))
        pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    if how == "jpeg":
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=80)
        pixels = np.asarray(Image.open(io.BytesIO(file.getvalue())))
    return pixels


@pytest.mark.parametrize("how", ["exact", "grain", "jpeg"])
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("name", FACES)
def test_one_tone_is_told(name: str, tone: str, how: str) -> None:
    pixels = stored(toned(runs.face(name) / 255, tone), how)
    assert tone_of_picture(pixels.astype(np.float32) / 255) is not None


@pytest.mark.parametrize("name", FACES)
@pytest.mark.parametrize(
    "change", ["none", "pale", "warm", "dark", "jpeg", "red lips only", "blue eyes only"]
)
def test_and_colours_are_too(name: str, change: str) -> None:
    """Also faint ones, and a grey photo of which one thing was left in colour."""
    picture = runs.face(name) / 255.0
    grey = toned(picture, "grey")
    size = len(picture)
    y, x = np.mgrid[0:size, 0:size] / size
    patch = {"red lips only": (0.5, 0.78, 0.1, 0.035), "blue eyes only": (0.38, 0.48, 0.04, 0.03)}.get(change)
    if patch is not None:
        inside = (((x - patch[0]) / patch[2]) ** 2 + ((y - patch[1]) / patch[3]) ** 2 < 1)[..., None]
        tint = np.array([0.25, -0.08, -0.08] if "red" in change else [-0.12, 0.0, 0.25])
        picture = grey + inside * tint
    picture = {
        "pale": grey + 0.45 * (picture - grey),
        "warm": picture * (1.0, 0.9, 0.7),
        "dark": picture * 0.35,
    }.get(change, picture)
    pixels = stored(picture, "jpeg" if change == "jpeg" else "exact")
    assert tone_of_picture(pixels.astype(np.float32) / 255) is None


def off_tone(pixels: np.ndarray, tone: str) -> np.ndarray:
    """How far each pixel is from the tone's own colours, in levels."""
    levels = as_bytes(toned(np.linspace(0, 1, 2048)[None, :, None].repeat(3, -1), tone))[0].astype(int)
    flat = pixels.reshape(-1, 3).astype(int)
    nearest = [np.abs(levels - pixel).max(-1).min() for pixel in np.unique(flat, axis=0)]
    return np.array(nearest)


@pytest.mark.parametrize(
    "run", ["seven-lipstick", "seven-blond", "four-black-hair", "four-smiling", "two-makeup", "seven-male"]
)
@pytest.mark.parametrize("mode", ["detail", "paper"])
@pytest.mark.parametrize("tone", ["grey", "sepia", "cyanotype"])
def test_what_is_pasted_is_in_the_photos_tone(tone: str, mode: engine.BlendMode, run: str) -> None:
    result = runs.stored(run)
    photo = engine.Photo(as_bytes(toned(result.source, tone)), "RGB")
    result = replace(result, source=photo.pixels.astype(np.float32) / 255)
    whole = np.array([(0, 0), (0, 256), (256, 256), (256, 0)], np.float64)
    pasted = engine.paste(photo, engine.Face(photo.pixels, whole), result, None, mode)
    changed = (pasted.pixels != photo.pixels).any(-1)
    assert changed.mean() > 0.005
    if tone == "grey":
        assert (np.ptp(pasted.pixels.astype(int), axis=-1) == 0).all()
        return
    # Beyond the darkest and lightest of the photo its tone is not known.
    light, own = pasted.pixels @ LIGHT, photo.pixels @ LIGHT
    known = changed & (light > np.quantile(own, 0.005)) & (light < np.quantile(own, 0.995))
    assert known.sum() > 0.6 * changed.sum()
    misses = off_tone(pasted.pixels[known], tone)
    assert np.quantile(misses, 0.95) <= 4 and misses.max() <= 9
    red, _, blue = np.moveaxis(pasted.pixels[changed].astype(int), -1, 0)
    assert (red >= blue).all() if tone == "sepia" else (blue >= red).all()


@pytest.mark.parametrize("run", ["seven-lipstick", "seven-blond"])
def test_colours_still_come_into_photos_that_have_some(run: str) -> None:
    result = runs.stored(run)
    photo = engine.Photo(runs.face(run.split("-")[0]), "RGB")
    whole = np.array([(0, 0), (0, 256), (256, 256), (256, 0)], np.float64)
    pasted = engine.paste(photo, engine.Face(photo.pixels, whole), result)
    change = (pasted.pixels.astype(int) - photo.pixels).reshape(-1, 3)
    assert np.ptp(change, axis=-1).max() > 20


def test_deep_photos_and_profiles_keep_their_tone_too() -> None:
    result = runs.stored("seven-lipstick")
    grey = toned(result.source, "grey")
    result = replace(result, source=grey)
    from engine.photo.told_colour import adobe_rgb

    for icc in (None, adobe_rgb()):
        photo = engine.Photo(np.rint(grey * 65535).astype(np.uint16), "RGB;16", icc_profile=icc)
        whole = np.array([(0, 0), (0, 256), (256, 256), (256, 0)], np.float64)
        pasted = engine.paste(photo, engine.Face(as_bytes(grey), whole), result)
        assert (pasted.pixels != photo.pixels).any()
        assert np.ptp(pasted.pixels.astype(int), axis=-1).max() <= (0 if icc is None else 40)


def test_where_nothing_is_changed_no_bit_is() -> None:
    picture = toned(runs.face("four") / 255, "sepia")
    tone = tone_of_picture(picture)
    assert tone is not None
    np.testing.assert_array_equal(picture_in_tone(tone, picture, picture), picture)
    assert picture_in_tone(None, picture, picture * 0.5) is not picture


def test_an_edit_is_optimised_in_colour_and_composed_without() -> None:
    """A classifier of colour photos sees no lipstick in grey: it would have the lips change their shape."""
    result = drawn(Strategy.TINT)
    grey = toned(result.source, "grey")
    result = replace(result, source=grey)
    with torch.no_grad():
        shown = ShownOnPhoto(Edited(result), grid_of(result.reconstruction))(grid_of(result.generated))
    composed = np.clip(render(grey, laid_over(recipe(result), len(grey))), 0, 1)
    assert np.ptp(array_of(shown), axis=-1).max() > 0.1 and np.ptp(composed, axis=-1).max() < 1e-4
    assert np.abs(composed - grey).max() > 0.02


def test_the_preview_of_a_run_is_in_the_tone() -> None:
    result = drawn(Strategy.TINT)
    colour = preview(Edited(result), grid_of(result.generated))  # type: ignore[arg-type]
    result = replace(result, source=toned(result.source, "grey"))
    grey = preview(Edited(result), grid_of(result.generated))  # type: ignore[arg-type]
    assert np.ptp(colour.astype(int), axis=-1).max() > 20 and np.ptp(grey.astype(int), axis=-1).max() == 0


def test_its_gradient_is_one_of_light_only() -> None:
    grey = torch.from_numpy(np.moveaxis(toned(runs.face("two") / 255, "grey"), -1, 0).copy())[None]
    from engine.compositing.tone import in_tone, tone_of

    tone = tone_of(grey)
    edited = grey.clone().requires_grad_()
    in_tone(tone, grey, edited)[:, 0].sum().backward()
    assert edited.grad is not None and bool(torch.isfinite(edited.grad).all())
    assert float(edited.grad[:, 1].mean()) > float(edited.grad[:, 2].mean()) > 0
