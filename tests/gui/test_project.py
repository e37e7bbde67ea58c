"""Projects: the same state and the same pixels again; damaged files; work that survives a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from maskfacegan_gui.document.edit import arrays_of
from maskfacegan_gui.document.stored_result import StoredResult
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import crash_reports
from maskfacegan_gui.project import file as project_file
from maskfacegan_gui.project.file import ProjectError
from tests.fuzz.sample import project_state

from .conftest import WAIT, drop, settle
from .test_edits import make_edit, picture
from .test_masks import region, stroke


@pytest.fixture
def worked(with_face: MainWindow, stored_runs: None, qtbot: QtBot) -> MainWindow:
    """A window with painted masks, a committed edit and one that waits."""
    make_edit(with_face, qtbot, "smiling")
    with_face.commands.brush.setChecked(True)
    stroke(with_face, qtbot, (120, 140), (240, 160))
    with_face.parts.regions.choose("in_front")
    stroke(with_face, qtbot, (60, 60), (90, 60))
    make_edit(with_face, qtbot, "blond_hair", commit=False)
    with_face.parts.run.strength.slider.setValue(60)
    settle(with_face, qtbot)
    return with_face


def saved(window: MainWindow, qtbot: QtBot, path: Path) -> Path:
    window.session.projects.save(path)
    settle(window, qtbot)
    assert path.is_file()
    return path


def test_round_trip_is_identical(
    worked: MainWindow, make_window, pack_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = saved(worked, qtbot, tmp_path / "work.mfg")
    assert not worked.session.unsaved
    other = make_window(pack_folder)
    drop(other, [path])
    settle(other, qtbot)
    a, b = worked.session.document, other.session.document
    np.testing.assert_array_equal(picture(worked), picture(other))
    np.testing.assert_array_equal(region(worked), region(other))
    assert region(other)[-1].any() and b.face.refined and b.face.scores == a.face.scores
    assert [e.title for e in b.edits] == [e.title for e in a.edits]
    assert b.pending.strength == 0.6 and b.pending.id == a.pending.id
    for name in ("image", "generated", "source", "blend_mask", "latent"):
        np.testing.assert_array_equal(getattr(a.pending.result, name), getattr(b.pending.result, name))
    for old, new in zip(a.pending.result.noise, b.pending.result.noise, strict=True):
        np.testing.assert_array_equal(old, new)
    assert a.pending.request.attributes == b.pending.request.attributes
    assert a.pending.result.probabilities == b.pending.result.probabilities
    assert b.photo.path == a.photo.path and not other.session.unsaved
    assert "work.mfg" in other.windowTitle()
    assert str(path) in other.settings.get("recent")


@pytest.mark.slow
def test_saving_again_writes_the_same_file_and_asks_nothing(
    worked: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    worked.commands.save_project.trigger()
    dialog = worked.findChild(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine.mfg")
    dialog.accept()
    settle(worked, qtbot)
    first = (tmp_path / "mine.mfg").stat().st_mtime_ns
    worked.commands.undo.trigger()
    settle(worked, qtbot)
    worked.commands.save_project.trigger()
    settle(worked, qtbot)
    assert (tmp_path / "mine.mfg").stat().st_mtime_ns > first


@pytest.mark.slow
def test_a_photo_that_is_gone_is_kept_by_its_pixels(
    with_face: MainWindow, photo: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    pixels = with_face.session.document.photo.pixels
    photo.unlink()
    path = saved(with_face, qtbot, tmp_path / "orphan.mfg")
    np.testing.assert_array_equal(project_file.read(path).photo.pixels, pixels)


@pytest.mark.slow
def test_what_edits_share_is_stored_once(worked: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    pending = worked.session.document.pending
    worked.session.edits.commit()
    worked.session.edits.reopen(pending.id)
    worked.session.document.edits.append(replace(pending, id="twin", title="Twin"))
    path = saved(worked, qtbot, tmp_path / "work.mfg")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
    assert names[0] == "manifest.json" and len(names) == len(set(names))
    assert manifest["pending"]["result"]["generated"] == manifest["edits"][-1]["result"]["generated"]


@pytest.mark.slow
def test_weights_that_were_fitted_to_the_face_stay_with_the_edit(tmp_path: Path) -> None:
    made = project_state()
    state = project_file.read(project_file.write(tmp_path / "fitted.mfg", made))
    wanted = made.edits[0].result.tuned
    for edit in (state.edits[0], state.pending):
        assert (edit.result.enlarged, edit.result.recognised) == (2.5, 0.75)
        assert edit.result.recolours and edit.result.pack == "portrait"
        for found in (edit.result.tuned, edit.drawn and edit.drawn.whole().tuned, edit.request.tuned):
            if found is None:
                assert edit is state.pending  # which has no picture at another strength
                continue
            assert found.keys() == wanted.keys()
            for name, weight in found.items():
                assert weight.dtype == np.float16
                np.testing.assert_array_equal(weight, wanted[name])


@pytest.mark.slow
def test_every_plain_field_is_kept(tmp_path: Path) -> None:
    """Also one that is new: what a run says of its result, and how an edit is shown, is found by its type."""
    state = project_state()
    edit, frame = state.edits[0], state.edits[0].stored.frame
    facts = [f.name for f in fields(frame) if f.repr and f.name != "strength"]  # arrays are not in the repr
    assert len(facts) >= 12
    changed = replace(frame, **{n: not v for n in facts if isinstance(v := getattr(frame, n), bool)})
    stored = StoredResult(changed, edit.stored.arrays)
    options = replace(edit.request, force_global=True, encoder_start=False, smoothing=0.2)
    edit = replace(edit, stored=stored, request=options, enabled=False, mode="paper", opacity=0.25)
    state.edits[0] = edit
    found = project_file.read(project_file.write(tmp_path / "facts.mfg", state)).edits[0]
    for name in facts:
        assert getattr(found.stored.frame, name) == getattr(changed, name), name
    for name in (f.name for f in fields(options) if f.repr):
        assert getattr(found.request, name) == getattr(options, name), name
    for name in ("title", "face_index", "mode", "strength", "opacity", "enabled", "id"):
        assert getattr(found, name) == getattr(edit, name), name


def as_version_2(path: Path, target: Path) -> None:
    """Write a project as version 2 did: float32 arrays, and with every edit its masks and its crop."""
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(target, "w") as old:
        manifest = json.loads(new.read("manifest.json"))
        manifest["version"] = 2
        face = manifest["faces"]["0"]
        for edit in [*manifest["edits"], manifest["pending"]]:
            edit["request"]["masks"] = face["parsed"]
            edit["face"]["crop"] = face["crop"]["crop"]
            edit["result"]["masks"]["blend"] = edit["result"]["blend_mask"]
        old.writestr("manifest.json", json.dumps(manifest))
        for name in new.namelist()[1:]:
            content = new.read(name)
            if name.startswith("arrays/"):
                array = project_file.array_of(content)
                if array.dtype == np.uint16:
                    array = array.astype(np.float32) / np.float32(4095)
                elif array.dtype == np.float16:
                    array = array.astype(np.float32)
                content = project_file.npy_bytes(array)
            old.writestr(name, content)


@pytest.mark.slow
def test_a_project_of_the_second_version_opens_to_the_same_pixels(
    worked: MainWindow, make_window, pack_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = saved(worked, qtbot, tmp_path / "work.mfg")
    as_version_2(path, tmp_path / "old.mfg")
    other = make_window(pack_folder)
    drop(other, [tmp_path / "old.mfg"])
    settle(other, qtbot)
    a, b = worked.session.document, other.session.document
    np.testing.assert_array_equal(picture(worked), picture(other))
    np.testing.assert_array_equal(a.face.parsed.probabilities, b.face.parsed.probabilities)
    assert b.pending.stored.arrays["generated"].dtype == np.float32
    again = saved(other, qtbot, tmp_path / "again.mfg")  # in the present form, and still the same
    state = project_file.read(again)
    np.testing.assert_array_equal(state.pending.result.generated, a.pending.result.generated)
    np.testing.assert_array_equal(state.faces[0].parsed.probabilities, a.face.parsed.probabilities)


@pytest.mark.slow
@pytest.mark.usefixtures("stored_runs")
def test_an_edit_takes_little_room(with_face: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Neither the masks and the crop of the run nor float32 pictures stay, in memory or in the file."""
    before = saved(with_face, qtbot, tmp_path / "before.mfg").stat().st_size
    make_edit(with_face, qtbot, "smiling")
    (edit,) = with_face.session.document.edits
    side = edit.stored.resolution
    pictures = 2 * side * side * (4 * 3 + 2)  # four pictures, blend mask and region, two bytes each
    codes = sum(a.nbytes for n, a in edit.stored.arrays.items() if n.startswith(("latent", "noise")))
    assert sum(array.nbytes for array in arrays_of(edit)) <= pictures + codes
    after = saved(with_face, qtbot, tmp_path / "after.mfg").stat().st_size
    assert after - before < pictures + codes + 2**16


@pytest.mark.slow
def test_a_project_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.mfg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": project_file.FORMAT, "version": 99}))
    with pytest.raises(ProjectError, match="newer version"):
        project_file.read(path)


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_project_is_refused(
    with_face: MainWindow, tmp_path: Path, content: bytes, qtbot: QtBot
) -> None:
    path = tmp_path / "odd.mfg"
    path.write_bytes(content)
    before = with_face.session.document.photo
    drop(with_face, [path])
    settle(with_face, qtbot)
    assert with_face.session.document.photo is before
    assert "odd.mfg" in with_face.parts.message.text.text()


@pytest.mark.slow
def test_a_damaged_edit_is_left_out_and_named(worked: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = saved(worked, qtbot, tmp_path / "work.mfg")
    pending = worked.session.document.pending
    latent = project_file.Writer().put(pending.result.latent)
    broken = tmp_path / "broken.mfg"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            if latent not in name:
                new.writestr(name, old.read(name))
    state = project_file.read(broken)
    assert [edit.title for edit in state.edits] == ["Smiling"] and state.pending is None
    assert state.damage == ["The edit “Blond hair” could not be recovered."]
    worked.files.open_now(broken)
    settle(worked, qtbot)
    assert "damaged" in worked.parts.message.text.text()


@pytest.mark.slow
def test_a_file_that_was_cut_off_gives_what_is_there(
    worked: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = saved(worked, qtbot, tmp_path / "work.mfg")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.6)])
    state = project_file.read(path)
    np.testing.assert_array_equal(state.photo.pixels, worked.session.document.photo.pixels)
    assert any("incomplete" in sentence for sentence in state.damage)
    path.write_bytes(data[: data.rindex(b"PK\x01\x02")])  # only the directory at the end is damaged
    state = project_file.read(path)
    assert len(state.edits) == 1 and state.pending is not None


@pytest.mark.slow
def test_a_flipped_bit_is_noticed(with_face: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = saved(with_face, qtbot, tmp_path / "work.mfg")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("photo.bin")
        start = info.header_offset + 200
    data = bytearray(path.read_bytes())
    data[start] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ProjectError, match="photo"):
        project_file.read(path)


@pytest.mark.slow
def test_failed_save_keeps_the_old_file(
    with_face: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(with_face, qtbot, tmp_path / "work.mfg")
    old = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with_face.session.projects.save(path)
    settle(with_face, qtbot)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []
    assert "No space left" in with_face.parts.message.text.text()


# --- recovery


@pytest.mark.slow
def test_lost_work_is_offered_over_the_crash_report(window: MainWindow, tmp_path: Path) -> None:
    """A crash leaves both; neither is kept back till the start after."""
    window.reports = crash_reports.CrashReports(tmp_path)
    (tmp_path / "crash-1.txt").write_text("what went wrong")
    window.session.recovery.autosave.folder.mkdir(parents=True, exist_ok=True)
    (window.session.recovery.autosave.folder / "lost.mfg").write_bytes(b"the copy of an ended window")
    window.start([])
    message = window.parts.message
    assert "not saved" in message.text.text() and message.action.text() == "Recover it"
    message.dismiss()
    assert "unexpectedly" in message.text.text() and message.action.text() == "Show the report"


CHILD = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from maskfacegan_gui import app
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.settings.settings import Settings
from maskfacegan_gui.look.theme import Theme

pack, photo = sys.argv[1:3]
application = app.make(["editor"])
settings = Settings()
settings.set("pack", pack)
window = MainWindow(settings, Theme(application, "dark"))
window.show()
window.start([Path(photo)])
session = window.session

def work():
    if session.pack is None or not session.tasks.idle:
        return
    timer.stop()
    if session.document.face is None:
        session.faces.use_whole()
    wait.start()

def paint():
    if session.document.face is None:
        return
    wait.stop()
    editor = window.mask_tools.editor
    editor.begin(200.0, 200.0, False)
    editor.move(300.0, 240.0)
    editor.end()
    window.session.recovery.autosave.save_now()
    done.start()

def report():
    if session.tasks.writing_lane.idle:
        done.stop()
        print("written", int(session.document.face.masks[1].sum()), flush=True)

timer, wait, done = QTimer(interval=50), QTimer(interval=50), QTimer(interval=50)
timer.timeout.connect(work)
wait.timeout.connect(paint)
done.timeout.connect(report)
timer.start()
application.exec()
"""


@pytest.mark.slow
def test_work_survives_a_killed_process(
    make_window, pack_folder: Path, photo: Path, own_home: Path, qtbot: QtBot
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(pack_folder), str(photo)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "MASKFACEGAN_HOME": str(own_home), "QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        line = child.stdout.readline()
        assert line.startswith("written")
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    window = make_window(pack_folder)
    assert "not saved" in window.parts.message.text.text()
    qtbot.mouseClick(window.parts.message.action, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    document = window.session.document
    assert document.photo.path == photo
    assert int(document.face.masks[1].sum()) == int(line.split()[1])
    assert window.session.unsaved, "recovered work belongs to no file yet"


@pytest.mark.slow
def test_a_running_window_is_not_offered_to_another(
    worked: MainWindow, make_window, pack_folder: Path, qtbot: QtBot
) -> None:
    worked.session.recovery.autosave.save_now()
    settle(worked, qtbot)
    assert worked.session.recovery.autosave.path.is_file()
    other = make_window(pack_folder)
    assert other.session.recovery.autosave.lost() == []


@pytest.mark.slow
def test_a_clean_end_leaves_nothing_behind(worked: MainWindow, own_home: Path, qtbot: QtBot) -> None:
    worked.session.recovery.autosave.save_now()
    settle(worked, qtbot)
    worked.close_now()
    assert not list((own_home / "recovery").glob("*.mfg"))


@pytest.mark.slow
def test_saving_makes_the_copy_needless(worked: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    worked.session.recovery.autosave.save_now()
    settle(worked, qtbot)
    saved(worked, qtbot, tmp_path / "work.mfg")
    assert not worked.session.recovery.autosave.path.exists()
    deadline = time.monotonic() + WAIT / 1000
    while worked.session.recovery.autosave.active and time.monotonic() < deadline:
        qtbot.wait(10)
    assert not worked.session.recovery.autosave.active
