"""The table of a pack's figures: faces counted by hand, what an edit touches besides, the exit status."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.evaluate.everyday import counted
from engine.evaluate.pack_table import print_table
from engine.evaluate.report import Row, pasted_bytes, recipe, shift_off_hair, whole_face
from engine.packs.pack import ModelPack
from engine.types import ByteArray

from .results import bare_result


def test_the_faces_counted_by_hand_are_of_forty_photos() -> None:
    faces = recipe("counted").faces_by_hand()
    assert len(faces) == 40 and sum(name.startswith("photos/") for name in faces) == 9
    assert all(face.eye_distance >= 10 for found in faces.values() for face in found)
    assert sum(face.asked for found in faces.values() for face in found) == 43


def test_a_missed_face_and_a_false_one_are_counted(
    pack: ModelPack, picture: ByteArray, tmp_path: Path
) -> None:
    wide = np.full((384, 768, 3), 120, np.uint8)
    wide[64:320, 64:320] = picture
    Image.fromarray(wide).save(tmp_path / "one.png")
    (box,) = engine.find_faces(engine.open_photo(tmp_path / "one.png"), pack)
    (x, y), eyes = box.landmarks.mean(0), float(np.hypot(*(box.landmarks[1] - box.landmarks[0])))
    true = recipe("counted").Counted(float(x), float(y), eyes, True)
    elsewhere = recipe("counted").Counted(600.0, 200.0, 50.0, True)
    small = recipe("counted").Counted(600.0, 200.0, 50.0, False)

    def rows(*faces: object) -> tuple[float, float]:
        found, false = counted(pack, tmp_path, {"one.png": faces})
        return found.value, false.value

    assert rows(true) == (1, 0)
    assert rows(true, elsewhere) == (0.5, 0)
    assert rows(true, small) == (1, 0)
    assert rows(elsewhere) == (0, 20)


def test_a_change_of_the_hair_is_none_of_the_face(pack: ModelPack, picture: ByteArray) -> None:
    face = whole_face(picture)
    hair = engine.parse(face, pack)["hair"]
    there = np.asarray(Image.fromarray(hair).resize(picture.shape[:2])) > 0.5
    assert there.mean() > 0.1
    dyed, lit = picture.copy(), np.clip(picture.astype(int) + 10, 0, 255).astype(np.uint8)
    dyed[there] = 255 - dyed[there]
    assert shift_off_hair(face, pack, picture) == 0
    assert shift_off_hair(face, pack, dyed) == 0
    assert shift_off_hair(face, pack, lit) == pytest.approx(10, abs=1)


def test_a_face_of_its_own_is_pasted_under_its_mask(picture: ByteArray) -> None:
    source = picture.astype(np.float32) / np.float32(255)
    mask = np.zeros(picture.shape[:2], np.float32)
    mask[100:150, 80:160] = 1
    edited = np.clip(source + np.float32(0.2), 0, 1)
    result = bare_result(edited, edited, source, mask, reconstruction=source)
    pasted, shown = pasted_bytes(whole_face(picture), result)
    changed = (pasted != picture).any(-1)
    assert changed[120:130, 100:140].all() and not changed[shown == 0].any()
    assert (shown == 0).mean() > 0.5


@pytest.mark.parametrize(("holds", "status"), [(True, 0), (False, 1)])
def test_the_status_says_whether_every_figure_holds(
    holds: bool, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row("size", "pack, MB", 20.8, "<= 24", True), Row("speed", "loading, s", 2.0, "< 1.5", holds)]
    assert print_table(iter(rows), tmp_path / "table.json") == status
    assert ("SHORT" in capsys.readouterr().out) is not holds
    assert '"value": 20.8' in (tmp_path / "table.json").read_text()
