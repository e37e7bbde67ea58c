"""Forged projects in the real window: what is accepted can be shown and saved again, what is refused leaves
the open document as it was. More of them, without the window: `python -m tests.fuzz --only projects`."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.project import file as project_file
from tests.fuzz.corpus import Corpus
from tests.fuzz.sample import project_state

from .conftest import settle

Change = Callable[[dict[str, Any]], None]


def told(window: MainWindow) -> str:
    text = f"{window.parts.message.text.text()} {window.parts.message.hint.text()}"
    window.parts.message.hide()
    return text


@pytest.mark.slow
def test_whatever_is_in_a_project(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    corpus, opened, refused = Corpus("projects", 7, tmp_path / "corpus"), 0, 0
    again = tmp_path / "again.mfg"
    window.session.projects.open(project_file.write(tmp_path / "good.mfg", project_state()))
    settle(window, qtbot)
    for number in range(24):
        path, before = corpus.make(number), window.session.document.photo
        window.parts.message.hide()
        window.session.projects.open(path)
        settle(window, qtbot)
        assert "unexpected" not in told(window), number
        if window.session.projects.path == path:
            opened += 1
            window.session.projects.save(again)
            settle(window, qtbot)
            assert "Saved again.mfg" in told(window), number
        else:
            refused += 1
            assert before is not None and window.session.document.photo is before, number
    assert opened and refused


def forged(path: Path, change: Change) -> project_file.State:
    """A project whose manifest was changed, as it is read."""
    good = project_file.write(path.with_name("good.mfg"), project_state())
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == project_file.MANIFEST:
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return project_file.read(path)


def put(*keys: Any) -> Change:
    """Sets the entry that the keys lead to; the last word is the value."""

    def change(manifest: dict[str, Any]) -> None:
        node: Any = manifest
        for key in keys[:-2]:
            node = node[key]
        assert keys[-2] in (node if isinstance(node, dict) else range(len(node)))
        node[keys[-2]] = keys[-1]

    return change


@pytest.mark.parametrize(
    "change",
    [
        put("edits", 0, "opacity", float("nan")),
        put("edits", 0, "strength", 1e30),
        put("edits", 0, "mode", "neither"),
        put("edits", 0, "title", ["x"]),
        put("edits", 0, "face_index", -1),
        put("edits", 0, "face", "quad", [[5, 5]] * 4),
        put("edits", 0, "face", "quad", [[1e308, 0], [0, 0], [0, 1], [1, 1]]),
        put("edits", 0, "request", "seed", 10**30),
        put("edits", 0, "request", "attributes", [{"name": "smiling"}]),
        put("edits", 0, "result", "probabilities", {"smiling": [float("nan"), 2]}),
        put("edits", 0, "result", "losses", {"latent": 3}),
        put("edits", 0, "id", "waits"),  # that of the other edit: it stays, as the one that waits is left out
    ],
)
def test_an_edit_that_cannot_be_shown_is_left_out_and_named(change: Change, tmp_path: Path) -> None:
    state = forged(tmp_path / "x.mfg", change)
    assert len(state.edits) + (state.pending is not None) == 1
    assert len(state.damage) == 1 and "could not be recovered" in state.damage[0]
    assert state.faces


@pytest.mark.parametrize(
    "change",
    [
        put("boxes", 0, "box", [5, 5, 5, 5]),
        put("boxes", 0, "landmarks", [[0, 0]]),
        put("quads", 0, [[0, 0], [0, float("inf")], [1, 1], [1, 0]]),
        put("quads", []),
        put("faces", [3]),
    ],
)
def test_faces_that_cannot_be_shown_are_found_again(change: Change, tmp_path: Path) -> None:
    state = forged(tmp_path / "x.mfg", change)
    assert not state.boxes and not state.quads and not state.faces and state.chosen is None
    assert len(state.edits) == 1 and state.pending is not None
    assert len(state.damage) == 1 and "found again" in state.damage[0]


@pytest.mark.parametrize(
    "change",
    [
        put("faces", "0", "scores", {"smiling": float("nan")}),
        put("faces", "0", "crop", "quad", [[0, 0]] * 4),
        put("faces", {"7": {}}),
    ],
)
def test_a_face_that_cannot_be_shown_is_parsed_again(change: Change, tmp_path: Path) -> None:
    state = forged(tmp_path / "x.mfg", change)
    assert len(state.boxes) == 1 and not state.faces and state.chosen is None
    assert len(state.edits) == 1 and "parsed again" in state.damage[0]


@pytest.mark.parametrize("mode", ["L", "RGBA", "RGB;16", "", "neither"])
def test_pixels_that_are_not_what_they_claim_are_refused(mode: str, tmp_path: Path) -> None:
    with pytest.raises(project_file.ProjectError, match="photo"):
        forged(tmp_path / "x.mfg", put("photo", "mode", mode))


@pytest.mark.parametrize("record", [{"quarters": 9}, {"degrees": float("nan")}, {"mirrored": "no"}, []])
def test_a_photo_that_is_turned_in_no_possible_way_is_refused(record: Any, tmp_path: Path) -> None:
    with pytest.raises(project_file.ProjectError, match="photo"):
        forged(tmp_path / "x.mfg", put("orientation", record))


def test_what_a_photo_says_of_itself_is_taken_with_care(tmp_path: Path) -> None:
    odd = {"dpi": "many", "xmp": 3, "note": "x" * 9999, "size": float("inf"), "gamma": 0.4, "list": []}
    info = forged(tmp_path / "x.mfg", put("photo", "info", odd)).photo.info
    assert set(info) == {"note", "gamma"} and len(info["note"]) <= 1000
    for path in ("a\0b", "\ud800", "", 3, "x" * 9999):
        assert forged(tmp_path / "x.mfg", put("photo", "path", path)).photo.path is None


def test_arrays_of_other_numbers_are_refused(tmp_path: Path) -> None:
    """A latent code of texts, and a picture with a number that is none."""
    for name, array in (
        ("latent", np.full((8, 32), "x")),
        ("generated", np.full((16, 16, 3), np.nan, np.float32)),
        ("blend_mask", np.zeros((15, 15), np.float32)),
        ("noise", np.zeros((4, 5), np.float32)),
    ):
        state = with_array(tmp_path / "x.mfg", name, array)
        assert len(state.edits) == 0 and state.pending is not None, name


def with_array(path: Path, name: str, array: np.ndarray) -> project_file.State:
    """The first edit's result with another array, stored as a project stores it."""

    def change(manifest: dict[str, Any]) -> None:
        manifest["edits"][0]["result"][name] = ["other"] if name == "noise" else "other"

    forged(path, change)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("arrays/other.npy", project_file.npy_bytes(array))
    return project_file.read(path)


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    """A pipe would be waited for without end."""
    (tmp_path / "folder.mfg").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.mfg")
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(engine.PhotoError, match="not a picture"):
            engine.open_photo(tmp_path / "pipe.png")
    for path in tmp_path.glob("*.mfg"):
        with pytest.raises(project_file.ProjectError, match="not a project"):
            project_file.read(path)
