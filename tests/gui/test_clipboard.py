"""The clipboard: files and pictures in every form that programs put them there; anything else goes
nowhere."""

from __future__ import annotations

import base64
import io
import logging
import os
import re
import shlex
import socket
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from maskfacegan_gui.controllers import drop_and_paste
from maskfacegan_gui.main_window import MainWindow

from .conftest import settle

COPIED = drop_and_paste.COPIED_FILES


def text(value: str) -> QMimeData:
    data = QMimeData()
    data.setText(value)
    return data


def raw(kind: str, value: str) -> QMimeData:
    data = QMimeData()
    data.setData(kind, QByteArray(value.encode()))
    return data


def paste(window: MainWindow, data: QMimeData, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(window, qtbot)


@pytest.fixture
def spaced(photo: Path) -> Path:
    return photo.rename(photo.with_name("my pörtrait (1).png"))


FORMS = {
    "plain": lambda path: text(str(path)),
    "spaces around": lambda path: text(f"\n  {path} \r\n"),
    "single quotes": lambda path: text(f"'{path}'"),
    "double quotes": lambda path: text(f'"{path}"'),
    "German quotes": lambda path: text(f"„{path}“"),
    "as a terminal has it": lambda path: text(re.sub(r"([ ()])", r"\\\1", str(path))),
    "address": lambda path: text(path.as_uri()),
    "address, host named": lambda path: text(path.as_uri().replace("file:///", "file://localhost/")),
    "address, this computer's name": lambda path: text(
        path.as_uri().replace("file:///", f"file://{socket.gethostname().upper()}/")
    ),
    "list, this computer's name": lambda path: raw(
        "text/uri-list", path.as_uri().replace("file:///", f"file://{socket.gethostname()}/") + "\r\n"
    ),
    "as a shell quotes it": lambda path: text(shlex.quote(str(path))),
    "an apostrophe, as a shell quotes it": lambda path: text(
        shlex.quote(str(path.rename(path.with_name("it's.png"))))
    ),
    "two in quotes on a line": lambda path: text(f"'{path}' '{path.parent / 'other.png'}'"),
    "two in double quotes on a line": lambda path: text(f'"{path}" "{path.parent / "other.png"}"'),
    "two with a comma between them": lambda path: text(f'"{path}", "{path.parent / "other.png"}"'),
    "two with a semicolon between them": lambda path: text(f"'{path}'; '{path.parent / 'other.png'}'"),
    "two as a terminal has them": lambda path: text(
        re.sub(r"([ ()])", r"\\\1", str(path)) + f" {path.parent}/other.png"
    ),
    "low quotes": lambda path: text(f"‚{path}‘"),
    "quotes of books": lambda path: text(f"»{path}«"),
    "Swedish quotes": lambda path: text(f"”{path}”"),
    "a mark of direction": lambda path: text(f"\u202a{path}"),
    "zeros between": lambda path: text(f"{path}\0{path.parent / 'other.png'}\0"),
    "a name with a line's end of Unicode": lambda path: text(
        str(path.rename(path.with_name("a\u2028b.png")))
    ),
    "MATE's": lambda path: raw("x-special/mate-copied-files", f"copy\n{path.as_uri()}\n"),
    "quoted address": lambda path: text(f'"{path.as_uri()}"'),
    "short address": lambda path: text("file:" + quote(str(path))),
    "two lines": lambda path: text(f"{path}\n{path.parent / 'other.png'}\n"),
    "cut": lambda path: raw(COPIED, f"cut\n{path.as_uri()}"),
    "copied": lambda path: raw(COPIED, f"copy\n{path.as_uri()}\n{path.parent.as_uri()}"),
    "Nautilus' text": lambda path: text(f"x-special/nautilus-clipboard\ncopy\n{path.as_uri()}\n"),
    "GNOME's kind as text": lambda path: text(f"x-special/gnome-copied-files\ncopy\n{path.as_uri()}"),
    "an address with signs that nobody escaped": lambda path: text(
        f"file://{path.rename(path.with_name('a #1? b.png'))}"
    ),
    "list of addresses": lambda path: raw("text/uri-list", f"{path.as_uri()}\r\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_in_any_form(window: MainWindow, spaced: Path, form: str, qtbot: QtBot) -> None:
    data, folder = FORMS[form](spaced), spaced.parent
    [there] = folder.glob("*.png")  # some forms give it another name
    paste(window, data, qtbot)
    assert window.session.document.path == there


@pytest.mark.slow
def test_a_file_below_the_home(window: MainWindow, photo: Path, monkeypatch, qtbot: QtBot) -> None:
    monkeypatch.setenv("HOME", str(photo.parent))
    paste(window, text(f"~/{photo.name}"), qtbot)
    assert window.session.document.path == photo


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="names that are no text")
@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("kind", ["text/uri-list", COPIED])
def test_a_name_that_is_no_text(
    window: MainWindow, photo: Path, kind: str, escaped: bool, qtbot: QtBot
) -> None:
    path = photo.rename(photo.with_name(os.fsdecode(b"caf\xe9.png")))
    data = raw(kind, path.as_uri())
    if not escaped:
        data = QMimeData()
        data.setData(COPIED, b"copy\nfile://" + os.fsencode(path))
    paste(window, data, qtbot)
    assert window.session.document.path == path
    assert window.settings.recent() == [path] and r"caf\udce9.png" in window.windowTitle()
    window.recent.fill()
    assert r"caf\udce9.png" in window.recent.menu.actions()[0].text()


SECRETS = {
    "a password": "hunter2 is my s3cret",
    "a word": "s3cret",
    "a relative path": "s3cret.png",
    "an absolute path that is none": "/nowhere/s3cret.png",
    "an address of none": "file:///nowhere/s3cret.png",
    "of another computer": "file://server/s3cret.png",
    "a path and a secret": "/etc/hostname\ns3cret",
    "a path and a secret in a line": "/etc/hostname s3cret",
    "an open quotation": "'/etc/hostname s3cret",
    "a quoted secret": "”s3cret”",
    "data without a type": "data:;base64,czNjcmV0",
    "a style": "url(s3cret)",
    "much text": "/s3cret" * 9000,
    "a long line": "/" + "s3cret" * 100,
    "zeros": "/tmp/\0s3cret",
    "a folder": "/tmp",
    "an odd address": "file://[s3cret/x",
    "a web address": "https://example.org/s3cret.png",
    "a key": "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----",
    "data of text": "data:text/plain,s3cret",
    "data of no picture": "data:image/png;base64,czNjcmV0",
    "broken data": "data:image/png;base64,s3cret!",
    "nothing": "",
    "quotes": '""',
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text/plain", COPIED])
@pytest.mark.parametrize("secret", SECRETS)
def test_any_other_text_goes_nowhere(
    window: MainWindow,
    secret: str,
    kind: str,
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    value = SECRETS[secret]
    if secret == "a folder" and kind == COPIED:
        value = "copy\nfile:///tmp"
    with caplog.at_level(logging.DEBUG):
        paste(window, raw(kind, value), qtbot)
    message = window.parts.message
    assert message.text.text() == "The clipboard holds no picture."
    said = f"{message.text.text()} {message.hint.text()} {message.details.toPlainText()} {caplog.text}"
    captured = capfd.readouterr()
    assert "s3cret" not in said + captured.out + captured.err
    assert window.session.document.photo is None


@pytest.mark.slow
def test_what_was_in_the_clipboard_is_in_no_text_of_its_own() -> None:
    found = drop_and_paste.take(text("/nowhere/s3cret.png"))
    assert found.named and "s3cret" not in f"{found} {found!r}"


def encoded(kind: str, mode: str = "RGB") -> tuple[np.ndarray, bytes]:
    pixels = np.random.default_rng(3).integers(0, 255, (40, 50, len(mode)), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return pixels, file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize(
    "way",
    [
        "base64",
        "parameters",
        "quoted parameters",
        "lines",
        "urlsafe",
        "percent",
        "as a list",
        "capitals",
        "spaces",
        "in quotes",
        "in a style",
        "bytes of any kind",
    ],
)
def test_data_addresses(window: MainWindow, way: str, mode: str, qtbot: QtBot) -> None:
    pixels, data = encoded("PNG", mode)
    code = base64.b64encode(data).decode()
    forms = {
        "base64": text(f"data:image/png;base64,{code}"),
        "parameters": text(f"data:image/png;name=x.png;base64,{quote(code)}"),
        "lines": text(
            "data:image/png;base64," + "\n".join(code[i : i + 76] for i in range(0, len(code), 76))
        ),
        "urlsafe": text(f"data:image/png;base64,{base64.urlsafe_b64encode(data).decode().rstrip('=')}"),
        "percent": text("data:image/png," + quote(data)),
        "as a list": raw("text/uri-list", f"data:image/png;base64,{code}"),
        "quoted parameters": text(f'data:image/png;name="a;b,c.png";charset=utf-8;base64,{code}'),
        "spaces": text(f"data:image/png; charset=utf-8 ; base64, {code}"),
        "in quotes": text(f'"data:image/png;base64,{code}"'),
        "in a style": text(f"url( 'data:image/png;base64,{code}' )"),
        "bytes of any kind": text(f"data:application/octet-stream;base64,{code}"),
        "capitals": text(f"DATA:image/PNG;BASE64,{code}"),
    }
    paste(window, forms[way], qtbot)
    photo = window.session.document.photo
    assert photo is not None and photo.mode == mode and photo.path is None
    np.testing.assert_array_equal(photo.pixels, pixels)
    assert window.settings.get("recent") == []


@pytest.mark.slow
def test_transparency_is_kept(window: MainWindow, qtbot: QtBot) -> None:
    picture = QImage(70, 50, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    for x in range(35):
        for y in range(50):
            picture.setPixelColor(x, y, Qt.GlobalColor.red)
    data = QMimeData()
    data.setImageData(picture)
    paste(window, data, qtbot)
    photo = window.session.document.photo
    assert photo.mode == "RGBA" and photo.pixels.shape == (50, 70, 4)
    assert (photo.pixels[:, :35] == (255, 0, 0, 255)).all() and (photo.pixels[:, 35:, 3] == 0).all()


@pytest.mark.slow
def test_a_picture_that_only_could_be_seen_through_is_a_plain_one() -> None:
    picture = QImage(40, 40, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.blue)
    assert drop_and_paste.pixels_of(picture).shape == (40, 40, 3)


@pytest.mark.slow
def test_an_address_elsewhere_is_told_of_without_naming_it(window: MainWindow, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/s3cret.png")])
    paste(window, data, qtbot)
    message = window.parts.message
    assert "Save the picture" in message.hint.text() and "s3cret" not in message.text.text()
