"""The window on a pack of small real networks. Every test fails on a Qt warning or a thread left over."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import engine
from engine import ModelPack
from maskfacegan_gui.look.theme import Theme
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import pyside_none_fix
from maskfacegan_gui.settings.settings import Settings
from maskfacegan_gui.tasks import engine_tasks

from . import tiny_pack
from .seen_faces import SeenFaces
from .stored_runs import StoredRuns

# What Qt's headless platform says of itself, whatever the program does.
HEADLESS_REMARKS = tuple(
    f"This plugin does not support {what}"
    for what in ("propagateSizeHints()", "raise()", "grabbing the keyboard")
)
pyside_none_fix.protect()
WAIT = 120_000  # ms; generous, since the machine may be busy


@pytest.fixture(scope="session")
def pack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_pack.write(tmp_path_factory.mktemp("packs") / "tiny")


@pytest.fixture(scope="session")
def long_pack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same networks with so many steps that a run ends only when it is told to."""
    steps = {**tiny_pack.STEPS, "steps.latent": 100_000}
    return tiny_pack.write(tmp_path_factory.mktemp("packs") / "long", steps)


@pytest.fixture(scope="session", autouse=True)
def set_aside() -> None:
    """What the modules made is not looked through by every collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def collect_here(set_aside: None) -> Iterator[None]:
    """Cycles that hold widgets are taken apart on this thread, never on a server's or the engine's.

    What a test leaves behind (modules that it was the first to import, packs) is set aside as well: looking
    through all of it after every test took a third of the time of the window's tests.
    """
    gc.disable()
    yield
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def loaded() -> dict[str, ModelPack]:
    """Packs by folder: networks are not changed by use, so each is read from the disk once."""
    return {}


@pytest.fixture(autouse=True)
def read_packs_once(loaded: dict[str, ModelPack], monkeypatch: pytest.MonkeyPatch) -> None:
    def load(source: str, device: str) -> ModelPack:
        if source not in loaded:
            loaded[source] = engine.load_pack(source, device=device)
        return loaded[source]

    monkeypatch.setattr(engine_tasks, "load_pack", load)


@pytest.fixture(scope="session")
def seen_faces() -> dict[str, SeenFaces]:
    return {name: SeenFaces(getattr(engine_tasks, name)) for name in ("find_faces", "take_face")}


@pytest.fixture(autouse=True)
def look_once(seen_faces: dict[str, SeenFaces], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, answer in seen_faces.items():
        monkeypatch.setattr(engine_tasks, name, answer)


@pytest.fixture(scope="session")
def made_runs() -> StoredRuns:
    return StoredRuns(engine_tasks.run_edit)


@pytest.fixture
def stored_runs(made_runs: StoredRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that need an edit and not its making: a run that was made before is told again."""
    monkeypatch.setattr(engine_tasks, "run_edit", made_runs)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, logs and recovery files of a test stay in its folder."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("MASKFACEGAN_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_qt_warnings(qtlog) -> Iterator[None]:
    """Any warning of Qt's is a failure: it names a mistake of ours."""
    yield
    bad = [
        record.message
        for record in qtlog.records
        if record.type_name != "QtDebugMsg" and record.message not in HEADLESS_REMARKS
    ]
    assert not bad, f"Qt complained: {bad}"


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[Path], MainWindow]]:
    """Windows on a given pack, shown and with the pack loaded; closed and checked afterwards."""
    windows: list[MainWindow] = []

    def make(folder: Path) -> MainWindow:
        settings = Settings()
        settings.set("pack", str(folder))
        settings.set("learn_faces", False)  # tests that are about it turn it on
        settings.set("blend_mode", "paper")  # what random networks change is no edit that detail could keep
        window = MainWindow(settings, Theme(qapp, "dark"))
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        window.start([])
        qtbot.waitUntil(lambda: window.session.pack is not None, timeout=WAIT)
        return window

    yield make
    for window in windows:
        window.close_now()
        assert window.session.tasks.ended
        assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]
        window.theme.deleteLater()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window: Callable[[Path], MainWindow], pack_folder: Path) -> MainWindow:
    return make_window(pack_folder)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A square photo with one drawn face."""
    path = tmp_path / "portrait.png"
    tiny_pack.face_picture(192).save(path)
    return path


@pytest.fixture
def with_face(window: MainWindow, photo: Path, qtbot: QtBot) -> MainWindow:
    """A window whose photo has been taken whole as an aligned face."""
    return take_whole(window, photo, qtbot)


def take_whole(window: MainWindow, photo: Path, qtbot: QtBot) -> MainWindow:
    window.files.open_now(photo)
    settle(window, qtbot)
    window.session.faces.use_whole()  # whatever the finder says of a drawing
    settle(window, qtbot)
    assert window.session.document.face is not None
    window.parts.message.hide()
    return window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until neither lane has anything left to do."""
    qtbot.waitUntil(lambda: window.session.tasks.idle, timeout=WAIT)


def drop(window: MainWindow, paths: list[Path]) -> None:
    """A drop as Qt delivers it: entering the window, then letting go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPointF(window.width() / 3, window.height() / 2)
    buttons, keys, action = (
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.DropAction.CopyAction,
    )
    enter = QDragEnterEvent(place.toPoint(), action, data, buttons, keys)  # the only public constructor
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(place, action, data, buttons, keys))
