"""Sentences about files whose names hold anything, and texts that do not say who a person is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import engine
from engine import paths

ODD = ["two\nlines.png", "caf\udce9.png", "tab\there.png", "\x1b[31mred.png", "back\u202ewards.png"]


@pytest.mark.parametrize("name", ODD)
def test_any_name_can_be_shown_on_one_line(name: str) -> None:
    shown = engine.printable(name)
    assert shown.isprintable() and shown.encode() and shown != name and shown.endswith(".png")
    assert engine.printable(shown) == shown
    error = engine.SaveError(f"{name} is gone.", f"Look for {name}.", path=name)
    assert str(error) == error.message == f"{shown} is gone." and error.hint == f"Look for {shown}."
    assert error.path == Path(name)


@pytest.mark.parametrize("name", ["plain.png", "größe 漢字 ß.png", "a\u00a0b.png", "C:\\photo.png", ""])
def test_what_can_be_shown_stays(name: str) -> None:
    assert engine.printable(name) == name


@pytest.mark.skipif(os.name != "posix", reason="names with anything in them")
@pytest.mark.parametrize("name", ODD)
def test_sentences_about_photos_that_are_none(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(engine.PhotoError, match=r"There is no file") as caught:
        engine.open_photo(path)
    assert caught.value.message.isprintable()
    path.write_bytes(b"no picture at all, but long enough to be looked at closely")
    with pytest.raises(engine.PhotoError) as caught:
        engine.open_photo(path)
    assert caught.value.message.isprintable() and "not a picture" in caught.value.message


HOMES = {
    "/home/user7": {
        "/home/user7/photos/x.png": "~/photos/x.png",
        "'/home/user7'": "'~'",
        "/home/user7: denied": "~: denied",
        "/home/user77/x.png": "/home/user77/x.png",
        "/media/user7/stick/x.png": "/media/~/stick/x.png",
        "/run/user/1000": "/run/user/1000",
        "nothing of theirs": "nothing of theirs",
    },
    "/Users/user 7": {"/Users/user 7/x.png": "~/x.png", "/Volumes/user 7/x": "/Volumes/~/x"},
    "C:\\Users\\user7": {
        "C:\\Users\\user7\\x.png": "~\\x.png",
        "'C:\\\\Users\\\\user7\\\\x.png'": "'~\\\\x.png'",
        "C:/Users/user7/x.png": "~/x.png",
    },
    "/root": {"/root/x.png": "~/x.png", "/usr/root/x": "/usr/root/x"},
}


@pytest.mark.parametrize("home", HOMES)
def test_a_text_without_the_persons_name(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths.Path, "home", classmethod(lambda _cls: home))
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, home.replace("\\", "/").rsplit("/", 1)[-1])
    for before, after in HOMES[home].items():
        assert engine.without_names(before) == after
