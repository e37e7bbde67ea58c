"""What people drop by mistake: a sentence each, and the application goes on."""

from __future__ import annotations

import shutil
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow

from .conftest import WAIT, drop, settle, take_whole


def message(window: MainWindow) -> str:
    assert window.parts.message.isVisible()
    return window.parts.message.text.text()


def still_usable(window: MainWindow, photo: Path, qtbot: QtBot) -> None:
    """A good photo can be opened afterwards and edited."""
    take_whole(window, photo, qtbot)
    assert window.session.document.path == photo
    window.parts.attributes.rows["smiling"].box.setChecked(True)
    assert window.parts.run.apply_button.isEnabled()


def refused(window: MainWindow, path: Path, qtbot: QtBot) -> str:
    """Drop a file that cannot be opened; the message, after checking that nothing else changed."""
    before = window.session.document.photo
    drop(window, [path])
    qtbot.waitUntil(window.parts.message.isVisible, timeout=WAIT)
    settle(window, qtbot)
    assert window.session.document.photo is before
    text = message(window)
    assert "Traceback" not in text and text.endswith(".")
    return text


def test_not_an_image(window: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("no picture at all")
    assert "notes.jpg" in refused(window, path, qtbot)
    assert window.parts.message.hint.text()
    still_usable(window, photo, qtbot)


@pytest.mark.slow
def test_truncated(window: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot) -> None:
    path = tmp_path / "half.png"
    path.write_bytes(photo.read_bytes()[: photo.stat().st_size // 2])
    refused(window, path, qtbot)
    still_usable(window, photo, qtbot)


@pytest.mark.slow
def test_one_pixel(window: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot) -> None:
    path = tmp_path / "dot.png"
    Image.new("RGB", (1, 1)).save(path)
    refused(window, path, qtbot)
    still_usable(window, photo, qtbot)


@pytest.mark.slow
def test_far_too_large(window: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot) -> None:
    """30,000 x 30,000 px in a file of a few bytes, as a decompression bomb would be."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(90_001)))
        + chunk(b"IEND", b"")
    )
    assert "30" in refused(window, path, qtbot)
    still_usable(window, photo, qtbot)


@pytest.mark.slow
def test_missing_file(window: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot) -> None:
    refused(window, tmp_path / "gone.png", qtbot)
    still_usable(window, photo, qtbot)


@pytest.mark.slow
def test_folder(window: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "album"
    folder.mkdir()
    assert "folder" in refused(window, folder, qtbot)
    still_usable(window, photo, qtbot)


@pytest.mark.slow
def test_two_files_open_the_first_and_say_so(
    window: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot
) -> None:
    second = tmp_path / "second.png"
    shutil.copy(photo, second)
    drop(window, [photo, second])
    assert "2 files" in message(window) and photo.name in message(window)
    qtbot.waitUntil(lambda: window.session.document.photo is not None, timeout=WAIT)
    assert window.session.document.path == photo
    settle(window, qtbot)
    still_usable(window, photo, qtbot)


@pytest.mark.slow
def test_rotated_by_exif(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (120, 80), "grey").save(path, exif=exif)
    drop(window, [path])
    qtbot.waitUntil(lambda: window.session.document.photo is not None, timeout=WAIT)
    document = window.session.document
    assert (document.photo.width, document.photo.height) == (80, 120)
    assert window.parts.canvas.photo.boundingRect().width() == 80


@pytest.mark.slow
def test_unwritable_target(with_face: MainWindow, tmp_path: Path, photo: Path, qtbot: QtBot) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder is expected")
    with_face.session.exports.save_picture(blocked / "out.png")
    qtbot.waitUntil(with_face.parts.message.isVisible, timeout=WAIT)
    settle(with_face, qtbot)
    assert message(with_face).endswith(".") and with_face.parts.message.hint.text()
    good = tmp_path / "out.png"
    with_face.session.exports.save_picture(good)
    settle(with_face, qtbot)
    assert good.is_file()


@pytest.mark.slow
def test_unknown_suffix(with_face: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    with_face.session.exports.save_picture(tmp_path / "out.xyz")
    settle(with_face, qtbot)
    assert "out.xyz" in message(with_face)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["https://example.org/face.jpg"])
def test_remote_address(window: MainWindow, qtbot: QtBot, text: str) -> None:
    from PySide6.QtCore import QMimeData, QUrl

    from maskfacegan_gui.controllers import drop_and_paste

    data = QMimeData()
    data.setUrls([QUrl(text)])
    found = drop_and_paste.take(data)
    assert found.empty and found.remote
    window.files.take(found, "What was dropped is not a file of this computer.")
    assert "not a file" in message(window)


@pytest.mark.slow
def test_broken_pack(make_window, pack_folder: Path, tmp_path: Path, qtbot: QtBot, qapp) -> None:
    """A pack with a damaged file: the window opens, says so, and takes another pack."""
    from maskfacegan_gui.look.theme import Theme
    from maskfacegan_gui.settings.settings import Settings

    broken = tmp_path / "broken"
    shutil.copytree(pack_folder, broken)
    (broken / "parser.pt").write_bytes(b"nothing")
    window = MainWindow(Settings(), Theme(qapp, "dark"))
    window.show()
    window.session.packs.load(str(broken), "cpu")
    qtbot.waitUntil(window.parts.message.isVisible, timeout=WAIT)
    assert "parser" in message(window)
    assert window.parts.run.apply_button.toolTip() == "The model pack is not loaded."
    window.session.packs.load(str(pack_folder), "cpu")
    qtbot.waitUntil(lambda: window.session.pack is not None, timeout=WAIT)
    settle(window, qtbot)
    window.close_now()
    window.deleteLater()
