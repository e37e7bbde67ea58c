"""The command that measures the tone of skin an edit is not about."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.errors import EngineError
from engine.evaluate import skin_tone
from engine.evaluate.report import whole_face
from engine.types import REGIONS, ByteArray

# Of the nine regions, the hand-made class that stands for each.
CLASSES = {"skin": 1, "nose": 2, "eyes": 4, "eyebrows": 6, "ears": 8, "mouth": 11, "hair": 13}
SHORT = {"steps.latent": 2, "steps.hold_region": 1, "loss.start_steps.classf": 1, "steps.noise": 0}


def labelled(pack: engine.ModelPack, seed: int) -> tuple[engine.Face, ByteArray]:
    """A face of nobody, 512 px, and the classes that the pack's parser sees in it."""
    drawn = Image.fromarray(engine.random_face(pack, seed)).resize((512, 512), Image.Resampling.BICUBIC)
    face = whole_face(np.asarray(drawn))
    regions = engine.Editor(pack).parse(face).probabilities.argmax(0)
    table = np.array([CLASSES.get(name, 0) for name in REGIONS], np.uint8)
    return face, table[regions]


def test_known_colours() -> None:
    colours = np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8)
    expected = [(100, 0, 0), (0, 0, 0), (53.24, 80.09, 67.20), (32.30, 79.19, -107.86)]
    np.testing.assert_allclose(skin_tone.lab(colours), expected, atol=0.05)
    light, dark = np.array([[75.0, 10, 15]]), np.array([[35.0, 12, 18]])
    assert skin_tone.typology(light) == pytest.approx(59.04, abs=0.01)
    assert skin_tone.typology(dark) == pytest.approx(-39.81, abs=0.01)


def test_what_is_compared_is_skin_the_edit_shows_on_and_is_not_about(
    pack: engine.ModelPack, tmp_path: Path
) -> None:
    face, labels = labelled(pack, 3)
    editor, looks = engine.Editor(pack), tmp_path / "looks.png"
    figures = skin_tone.measure(face, labels, "smiling", editor, looks, preset="fast", settings=SHORT)
    assert {"before", "after", "skin", "shift"} == set(figures) and figures["skin"] > 0.02
    before, after, compared = np.split(np.asarray(Image.open(looks)), 3, axis=1)
    assert np.array_equal(before, face.crop)
    where = (compared == after).all(axis=2) & (after.max(axis=2) > 2)
    lips = labels == CLASSES["mouth"]
    assert lips.any() and not where[lips].any() and not where[labels == CLASSES["hair"]].any()
    assert figures["shift"] == pytest.approx(skin_tone.apart(before, after, where), abs=0.02)
    about = skin_tone.region("smiling", labels, face.crop, pack)
    glasses = skin_tone.region("eyeglasses", labels, face.crop, pack)
    assert about[lips].all() and glasses[labels == CLASSES["eyes"]].all() and not glasses[lips].any()


def test_a_shift_is_one_of_the_mean_colour() -> None:
    grey = np.full((40, 40, 3), 119, np.uint8)
    everywhere = np.ones((40, 40), bool)
    speckled = grey.copy()
    speckled[::2, ::2], speckled[1::2, 1::2] = 121, 117
    assert skin_tone.apart(grey, speckled, everywhere) < 0.03
    brighter = skin_tone.apart(grey, grey + np.uint8(10), everywhere)
    assert brighter == pytest.approx(3.94, abs=0.05)
    where = everywhere.copy()
    where[:, :20] = False
    half = grey.copy()
    half[:, :20] = 10
    assert skin_tone.apart(grey, half, where) == 0


def test_groups_and_what_holds(pack: engine.ModelPack, tmp_path: Path) -> None:
    face, labels = labelled(pack, 3)
    (tmp_path / "celebahq512").mkdir()
    (tmp_path / "celebahq").mkdir()
    for number, light in zip(range(800, 804), (0.9, 0.3, 0.6, 1.0), strict=True):
        pixels = np.rint(face.crop * light).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / "celebahq512" / f"{number}.webp", lossless=True)
        Image.fromarray(labels[::2, ::2]).save(tmp_path / "celebahq" / f"{number}.png")
    found = skin_tone.groups(tmp_path, 2)
    assert [name for name, *_ in found["dark"]] == ["801", "802"]
    assert [name for name, *_ in found["light"]] == ["803", "800"]
    with pytest.raises(EngineError, match="4 faces"):
        skin_tone.groups(tmp_path, 3)

    def rows(dark: float, light: float) -> list[dict[str, object]]:
        return [
            {"attribute": "smiling", "group": g, "shift": v} for g, v in (("dark", dark), ("light", light))
        ]

    for dark, light, holds in ((0.3, 0.5, True), (0.2, 0.5, False), (1.1, 1.0, False), (0.01, 0.09, True)):
        [line] = skin_tone.table(rows(dark, light))
        assert line["holds"] is holds and json.dumps(line)
    [alone] = skin_tone.table(rows(0.3, 0.3)[:1])
    assert alone["holds"] is None and alone["faces, light"] == 0
