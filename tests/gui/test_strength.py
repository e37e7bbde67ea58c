"""The strength slider: faded at once, then drawn from the latent code between before and after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.project import file as project_file
from maskfacegan_gui.text import labels

from . import tiny_pack
from .conftest import settle, take_whole
from .test_run import LEFT, apply, finished, tick


@pytest.fixture
def edited(with_face: MainWindow, stored_runs: None, qtbot: QtBot) -> MainWindow:
    """A result that waits to be committed."""
    tick(with_face, qtbot, "smiling")
    apply(with_face, qtbot)
    finished(with_face, qtbot)
    return with_face


def expected(window: MainWindow, strength: float) -> np.ndarray:
    document = window.session.document
    pending = document.pending
    drawn = engine.at_strength(pending.result, window.session.pack, strength)
    return engine.paste(document.photo, pending.face, drawn, None, pending.mode).pixels


@pytest.mark.parametrize("per_cent", [30, 150])
def test_the_picture_is_the_one_of_the_code_between(edited: MainWindow, qtbot: QtBot, per_cent: int) -> None:
    document, slider = edited.session.document, edited.parts.run.strength.slider
    full, figures = document.picture.pixels, edited.parts.run.figures.text()
    slider.setValue(per_cent)
    settle(edited, qtbot)
    np.testing.assert_array_equal(document.picture.pixels, expected(edited, per_cent / 100))
    drawn = engine.at_strength(document.pending.result, edited.session.pack, per_cent / 100)
    drawn = engine.scored(drawn, edited.session.pack, document.pending.mode)
    assert edited.parts.run.figures.text() == labels.figures(drawn, document.pending.request.attributes)
    slider.setValue(100)
    settle(edited, qtbot)
    np.testing.assert_array_equal(document.picture.pixels, full)
    assert edited.parts.run.figures.text() == figures


@pytest.mark.slow
def test_a_drag_with_the_mouse_ends_at_the_last_value(edited: MainWindow, qtbot: QtBot) -> None:
    document, slider = edited.session.document, edited.parts.run.strength.slider
    count = edited.session.undo_stack.count()
    drawn: list[object] = []
    edited.session.strengths.arrived.connect(lambda: drawn.append(1))
    middle = slider.height() // 2
    place = slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=place)
    for x in range(20, slider.width() - 30, 3):
        place.setX(x)
        place.setY(middle)
        qtbot.mouseMove(slider, place)
    moves = (slider.width() - 50) // 3
    qtbot.mouseRelease(slider, LEFT, pos=place)
    settle(edited, qtbot)
    np.testing.assert_array_equal(document.picture.pixels, expected(edited, slider.value() / 100))
    assert len(drawn) < moves, "only the latest wish is drawn, not every move"
    assert edited.session.undo_stack.count() == count + 1
    edited.commands.undo.trigger()
    settle(edited, qtbot)
    assert document.pending.strength == 1.0 and slider.value() == 100


@pytest.mark.slow
def test_what_is_saved_is_drawn_and_not_faded(edited: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    edited.parts.run.strength.slider.setValue(40)
    edited.session.exports.save_picture(tmp_path / "forty.png", tag=False)
    edited.session.projects.save(tmp_path / "forty.mfg")
    settle(edited, qtbot)
    with Image.open(tmp_path / "forty.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), expected(edited, 0.4))
    kept = project_file.read(tmp_path / "forty.mfg").pending
    drawn = engine.at_strength(edited.session.document.pending.result, edited.session.pack, 0.4)
    np.testing.assert_array_equal(kept.shown.generated, drawn.generated)
    assert kept.showing is kept.drawn and kept.shown.strength == 0.4


@pytest.mark.slow
def test_a_project_of_the_first_version_opens(edited: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    """It knows neither the code before the edit nor pictures at other strengths: those are faded."""
    import json
    import zipfile

    edited.session.projects.save(tmp_path / "new.mfg")
    settle(edited, qtbot)
    with zipfile.ZipFile(tmp_path / "new.mfg") as new, zipfile.ZipFile(tmp_path / "old.mfg", "w") as old:
        manifest = json.loads(new.read("manifest.json"))
        manifest["version"] = 1
        del manifest["pending"]["drawn"], manifest["pending"]["result"]["latent_before"]
        manifest["pending"]["strength"] = 0.5
        old.writestr("manifest.json", json.dumps(manifest))
        for name in new.namelist()[1:]:
            old.writestr(name, new.read(name))
    edited.files.open_now(tmp_path / "old.mfg")
    settle(edited, qtbot)
    document = edited.session.document
    assert document.pending.strength == 0.5 and document.pending.result.latent_before is None
    np.testing.assert_array_equal(document.picture.pixels, expected(edited, 0.5))


@pytest.mark.slow
def test_commit_keeps_the_strength(edited: MainWindow, qtbot: QtBot) -> None:
    edited.parts.run.strength.slider.setValue(60)
    qtbot.mouseClick(edited.parts.run.commit_button, LEFT)
    settle(edited, qtbot)
    document = edited.session.document
    (edit,) = document.edits
    drawn = engine.at_strength(edit.result, edited.session.pack, 0.6)
    pasted = engine.paste(document.photo, edit.face, drawn, None, edit.mode)
    np.testing.assert_array_equal(document.picture.pixels, pasted.pixels)
    qtbot.keyClick(edited, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.pending.strength == 0.6


@pytest.mark.slow
def test_a_second_edit_of_the_face_skips_the_reconstruction(
    make_window, photo: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    held = {
        **tiny_pack.STEPS,
        "steps.hold_region": 6,
        "loss.start_steps.classf": 6,
        "loss.start_steps.seg": 6,
    }
    window = take_whole(make_window(tiny_pack.write(tmp_path / "held", held)), photo, qtbot)
    totals: list[int] = []
    window.session.runs.stepped.connect(lambda steps: totals.append(steps[-1].total))
    tick(window, qtbot, "smiling")
    for seed in (0, 1):
        window.parts.run.seed.setValue(seed)
        apply(window, qtbot)
        finished(window, qtbot)
    assert totals[-1] == totals[0] - 6
    window.parts.run.go_on.setChecked(True)
    apply(window, qtbot)
    assert window.session.runs.current.request.settings == {"steps.e4e_start": 6}
    first = window.session.document.pending.result
    finished(window, qtbot)
    assert totals[-1] == totals[0] - 6
    pending = window.session.document.pending
    np.testing.assert_array_equal(pending.result.latent_before, first.latent_before)
    qtbot.mouseClick(window.parts.run.commit_button, LEFT)
    settle(window, qtbot)
    apply(window, qtbot)
    finished(window, qtbot)
    assert totals[-1] == totals[0], "another picture is another face"
