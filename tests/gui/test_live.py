"""Live sliders, and learning a face beside them, on the built-in pack with few steps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

import engine
from engine import ModelPack, Step
from maskfacegan_gui.dialogs.preferences import PreferencesDialog
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.tasks.live_tasks import LiveView
from maskfacegan_gui.widgets.live_slider import LiveSlider

from .conftest import WAIT, settle, take_whole

HOLD = 8
STEPS = {
    "steps.hold_region": HOLD,
    "steps.tune": 3,
    "steps.coarse": HOLD,
    "steps.latent": HOLD + 2,
    "loss.start_steps.classf": HOLD,
    "loss.start_steps.seg": HOLD,
    "optimizer.farthest": 1.0,
}


@pytest.fixture(scope="session")
def short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in pack's networks, and a `fast` of few steps."""
    source, folder = engine.data_root() / "weights" / "starter", tmp_path_factory.mktemp("packs") / "short"
    manifest: dict[str, Any] = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
    manifest["presets"]["fast"] |= STEPS
    folder.mkdir()
    for entry in manifest["files"].values():
        shutil.copy(source / entry["file"], folder / entry["file"])
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def live_window(
    make_window: Callable[[Path], MainWindow],
    short_folder: Path,
    pack: ModelPack,
    tmp_path: Path,
    qtbot: QtBot,
) -> MainWindow:
    """A face of nobody's that is ready to follow sliders."""
    path = tmp_path / "nobody.png"
    Image.fromarray(engine.random_face(pack, 4)).save(path)
    window = take_whole(make_window(short_folder), path, qtbot)
    window.settings.set("blend_mode", "detail")
    qtbot.waitUntil(lambda: bool(window.session.live.attributes), timeout=WAIT)
    return window


def slider_of(window: MainWindow, name: str) -> LiveSlider:
    return window.parts.attributes.rows[name].live


def place(slider: LiveSlider, share: float) -> QPoint:
    return QPoint(round(share * slider.width()), slider.height() // 2)


def drag(window: MainWindow, name: str, share: float, qtbot: QtBot) -> None:
    """Take a knob and hold it where it is brought to, until a picture of that is there."""
    slider = slider_of(window, name)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=place(slider, 0.5))
    with qtbot.waitSignal(window.session.live.drawn, timeout=WAIT):
        qtbot.mouseMove(slider, place(slider, share))


def let_go(window: MainWindow, name: str, qtbot: QtBot) -> LiveView:
    slider = slider_of(window, name)
    views: list[LiveView] = []
    window.session.live.drawn.connect(views.append)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(view.whole for view in views), timeout=WAIT)
    return views[-1]


def test_a_slider_shows_its_edit_and_nothing_is_edited(live_window: MainWindow, qtbot: QtBot) -> None:
    window = live_window
    row, preview = window.parts.attributes.rows["smiling"], window.parts.canvas.preview
    shown_before = row.percent.text()
    assert row.live.isVisible() and not row.bar.isVisible() and not preview.isVisible()
    drag(window, "smiling", 0.9, qtbot)
    assert preview.isVisible() and row.percent.text() != shown_before
    assert not window.parts.canvas.overlay.isVisible(), "its colours would lie over the edit"
    view = let_go(window, "smiling", qtbot)
    assert view.picture.shape[0] >= window.session.pack.resolution
    assert row.percent.text() == f"{round(100 * view.scores['smiling'])} %"
    assert row.picked and window.parts.run.apply_button.isEnabled()
    assert window.session.undo_stack.count() == 0 and not window.session.document.visible_edits()
    assert not window.session.unsaved


@pytest.mark.slow
def test_only_the_latest_value_is_drawn(live_window: MainWindow, qtbot: QtBot) -> None:
    window, slider = live_window, slider_of(live_window, "smiling")
    views: list[LiveView] = []
    window.session.live.drawn.connect(views.append)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=place(slider, 0.5))
    for share in np.linspace(0.5, 0.9, 30):
        qtbot.mouseMove(slider, place(slider, share))
    wanted = slider.value() / 100
    qtbot.waitUntil(lambda: bool(views) and views[-1].values == {"smiling": wanted}, timeout=WAIT)
    assert len(views) <= 3


@pytest.mark.slow
def test_a_double_click_and_escape_put_one_back(live_window: MainWindow, qtbot: QtBot) -> None:
    window, rows = live_window, live_window.parts.attributes.rows
    shown_before = rows["young"].percent.text()
    for name, share in (("smiling", 0.9), ("blond_hair", 0.8)):
        drag(window, name, share, qtbot)
        let_go(window, name, qtbot)
    assert set(window.session.live.values) == {"smiling", "blond_hair"}
    with qtbot.waitSignal(window.session.live.drawn, timeout=WAIT):
        qtbot.mouseDClick(
            rows["smiling"].live, Qt.MouseButton.LeftButton, pos=place(rows["smiling"].live, 0.9)
        )
    assert set(window.session.live.values) == {"blond_hair"} and not rows["smiling"].picked
    rows["blond_hair"].live.setFocus()
    with qtbot.waitSignal(window.session.live.ended, timeout=WAIT):
        qtbot.keyClick(rows["blond_hair"].live, Qt.Key.Key_Escape)
    assert not window.parts.canvas.preview.isVisible() and not rows["blond_hair"].picked
    assert rows["young"].percent.text() == shown_before


@pytest.mark.slow
def test_the_keyboard_moves_it_too(live_window: MainWindow, qtbot: QtBot) -> None:
    slider = slider_of(live_window, "smiling")
    slider.setFocus()
    with qtbot.waitSignal(live_window.session.live.drawn, timeout=WAIT):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert live_window.session.live.values == {"smiling": 0.05}


@pytest.mark.slow
def test_apply_begins_where_the_slider_stands(
    live_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, row = live_window, live_window.parts.attributes.rows["smiling"]
    drag(window, "smiling", 0.95, qtbot)
    let_go(window, "smiling", qtbot)
    assert window.parts.attributes.live_starts() == {"smiling": row.live.value() / 100}
    window.runs.apply()
    settle(window, qtbot)
    pending = window.session.document.pending
    assert pending is not None and pending.result.latent_before is not None
    directions = window.session.pack.directions
    [way] = (
        window.session.runs.editors.of(window.session.pack)
        .live(window.session.document.face.crop, window.session.document.face.request_masks())
        .ways({"smiling": 0.95})
        .values()
    )
    gone = pending.result.latent - pending.result.latent_before
    step = directions.toward({"smiling": 1.0}).numpy()
    assert (gone * step).sum() / (step * step).sum() == pytest.approx(way, abs=0.2)
    assert row.live.value() == 0 and not window.session.live.values, "the result has it"


@pytest.mark.slow
def test_another_target_is_a_usual_edit(live_window: MainWindow, qtbot: QtBot) -> None:
    row = live_window.parts.attributes.rows["smiling"]
    drag(live_window, "smiling", 0.7, qtbot)
    let_go(live_window, "smiling", qtbot)
    row.strength.slider.setValue(row.strength.value - 7)
    assert live_window.parts.attributes.live_starts() == {}


@pytest.mark.slow
def test_another_face_puts_everything_back(live_window: MainWindow, qtbot: QtBot) -> None:
    window = live_window
    drag(window, "smiling", 0.9, qtbot)
    let_go(window, "smiling", qtbot)
    window.session.faces.use_whole()
    qtbot.waitUntil(lambda: not window.session.live.values, timeout=WAIT)
    assert slider_of(window, "smiling").value() == 0 and not window.parts.canvas.preview.isVisible()
    qtbot.waitUntil(lambda: bool(window.session.live.attributes), timeout=WAIT)


@pytest.mark.slow
def test_a_pack_without_directions_has_score_bars(with_face: MainWindow, qtbot: QtBot) -> None:
    settle(with_face, qtbot)
    row = with_face.parts.attributes.rows["smiling"]
    assert row.bar.isVisible() and not row.live.isVisible()


# --- learning


def learn(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.learning.learnt, timeout=WAIT):
        window.settings.set("learn_faces", True)


@pytest.mark.slow
def test_a_face_is_learnt_and_the_edit_begins_behind_it(live_window: MainWindow, qtbot: QtBot) -> None:
    window, shares = live_window, []
    window.session.learning.progressed.connect(shares.append)
    learn(window, qtbot)
    assert shares[-1] is None and not window.parts.learning.isVisible()
    told = [share for share in shares if share is not None]
    assert told == sorted(told) and len(told) == HOLD - 1
    steps: list[Step] = []
    window.session.runs.stepped.connect(steps.extend)
    window.parts.attributes.rows["smiling"].box.setChecked(True)
    window.runs.apply()
    settle(window, qtbot)
    assert steps[0].step == HOLD


@pytest.mark.slow
def test_an_edit_takes_its_place_and_goes_on_with_it(live_window: MainWindow, qtbot: QtBot) -> None:
    window = live_window
    window.parts.attributes.rows["smiling"].box.setChecked(True)
    steps: list[Step] = []
    window.session.runs.stepped.connect(steps.extend)
    with qtbot.waitSignal(window.session.learning.progressed, check_params_cb=bool, timeout=WAIT):
        window.settings.set("learn_faces", True)
    assert window.parts.learning.isVisible()
    qtbot.waitUntil(lambda: not window.session.tasks.engine_lane.idle, timeout=WAIT)  # in the next step
    shares: list[float | None] = []
    window.session.learning.progressed.connect(shares.append)
    window.runs.apply()
    assert not window.parts.learning.isVisible()
    qtbot.waitUntil(lambda: bool(steps), timeout=WAIT)
    assert not any(shares) and not window.parts.learning.isVisible(), "nothing is learnt beside the run"
    settle(window, qtbot)
    assert 1 <= steps[0].step <= 3
    assert window.session.document.pending is not None


@pytest.mark.slow
def test_it_waits_while_a_slider_is_held(live_window: MainWindow, qtbot: QtBot) -> None:
    window, shares = live_window, []
    drag(window, "smiling", 0.9, qtbot)
    window.session.learning.progressed.connect(shares.append)
    window.settings.set("learn_faces", True)
    qtbot.wait(600)
    assert not any(shares)
    with qtbot.waitSignal(window.session.learning.learnt, timeout=WAIT):
        let_go(window, "smiling", qtbot)


@pytest.mark.slow
def test_it_can_be_turned_off(live_window: MainWindow, qtbot: QtBot) -> None:
    window = live_window
    dialog = PreferencesDialog(window.settings, window)
    assert not dialog.learn.isChecked()
    with qtbot.waitSignal(window.session.learning.progressed, check_params_cb=bool, timeout=WAIT):
        dialog.learn.setChecked(True)
    dialog.learn.setChecked(False)
    settle(window, qtbot)
    assert not window.parts.learning.isVisible()
    qtbot.wait(200)
    assert window.session.tasks.idle
    dialog.close()
