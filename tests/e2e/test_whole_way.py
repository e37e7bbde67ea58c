"""From a photo file to an edited photo file with the built-in pack, by the command line and the library."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.cli import main

SHORT = ["--set", "steps.latent=30", "steps.noise=5", "steps.hold_region=15", "loss.start_steps.classf=15"]


@pytest.fixture(scope="module")
def photo(pack: engine.ModelPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sampled face, turned a little, in a larger picture with an orientation tag."""
    path = tmp_path_factory.mktemp("photo") / "someone.jpg"
    face = Image.fromarray(engine.random_face(pack, seed=4)).resize((300, 300), Image.Resampling.BICUBIC)
    rows = np.linspace(90, 140, 480)[:, None, None] + np.zeros((480, 640, 3))
    picture = Image.fromarray(rows.astype(np.uint8))
    picture.paste(face.rotate(8, Image.Resampling.BICUBIC, fillcolor=(115, 115, 115)), (190, 90))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.rotate(90, expand=True).save(path, quality=95, exif=exif)
    return path


def test_photo_to_edited_photo(photo: Path, tmp_path: Path) -> None:
    mask_path = tmp_path / "mask.png"
    arguments = [
        "edit",
        "--image",
        str(photo),
        "--attribute",
        "smiling",
        "--outdir",
        str(tmp_path),
        "--weights",
        "starter",
        "--quiet",
    ]
    assert main([*arguments, "--device", "cpu", "--save-mask", str(mask_path), *SHORT]) == 0
    before = engine.open_photo(photo)
    after = engine.open_photo(next(tmp_path.glob("someone-*.png")))
    assert (after.width, after.height) == (before.width, before.height) == (640, 480)
    mask = np.asarray(Image.open(mask_path))
    assert mask.shape == (480, 640) and 0 < (mask > 0).mean() < 0.5
    assert np.array_equal(before.pixels[mask == 0], after.pixels[mask == 0])
    assert not np.array_equal(before.pixels, after.pixels)
    record = json.loads(next(tmp_path.glob("someone-*.json")).read_text())
    centre = np.mean(record["quad"], axis=0)
    assert np.hypot(*(centre - [340, 240])) < 60


def test_every_face_of_the_pack_can_be_parsed_scored_and_found(pack: engine.ModelPack, photo: Path) -> None:
    opened = engine.open_photo(photo)
    face = engine.align(opened, engine.find_faces(opened, pack)[0])
    masks = engine.parse(face, pack)
    assert 0.02 < masks.share("skin") < 0.9 and 0.001 < masks.share("mouth") < 0.2
    scores = engine.score(face, pack)
    assert set(pack.supported) <= set(scores) and all(0 <= value <= 1 for value in scores.values())


def test_an_empty_edit_leaves_the_files_pixels(photo: Path, pack: engine.ModelPack, tmp_path: Path) -> None:
    opened = engine.open_photo(photo)
    face = engine.align(opened, engine.find_faces(opened, pack)[0])
    request = engine.EditRequest(face, engine.parse(face, pack), (engine.AttributeEdit("smiling"),))
    control = engine.RunControl()
    control.cancel()
    result = list(engine.run(request, pack, control))[-1].result
    assert result is not None
    nothing = engine.paste(opened, face, result, blend_mask=np.zeros_like(result.blend_mask))
    saved = engine.save_photo(nothing, tmp_path / "same.png")
    assert np.array_equal(engine.open_photo(saved).pixels, opened.pixels)


def test_a_picture_without_a_face_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "grey.png"
    Image.new("RGB", (320, 240), (120, 120, 120)).save(path)
    arguments = ["edit", "--image", str(path), "--attribute", "smiling", "--outdir", str(tmp_path / "out")]
    assert main([*arguments, "--weights", "starter", "--device", "cpu", "--quiet"]) == 1
    told = capsys.readouterr().err
    assert "face" in told and "Traceback" not in told
