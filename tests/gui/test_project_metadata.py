"""A project keeps what a photo says of itself, also where the photo's file is gone."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.project import file as project_file
from maskfacegan_gui.project import validation as checks

from . import tiny_pack
from .conftest import take_whole
from .test_project import saved


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_a_photo_that_is_gone_before_the_first_save_keeps_its_metadata(
    window: MainWindow, tmp_path: Path, suffix: str, qtbot: QtBot
) -> None:
    path = tmp_path / f"portrait{suffix}"
    rdf = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + rdf + b"</x:xmpmeta>" + b" " * 5000
    exif = Image.Exif()
    exif[0x013B] = "Somebody"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = np.asarray(tiny_pack.face_picture(192).convert("RGB"))
    info = {"xmp": xmp, "dpi": (300.0, 240.0), "comment": b"by hand\xff"}
    engine.save_photo(engine.Photo(pixels, "RGB", None, None, profile, exif.tobytes(), info), path)
    window = take_whole(window, path, qtbot)
    before = window.session.document.photo
    path.unlink()
    work = saved(window, qtbot, tmp_path / "orphan.mfg")
    after = project_file.read(work).photo
    assert (after.exif, after.icc_profile, after.format) == (before.exif, before.icc_profile, before.format)
    assert dict(after.info) == dict(before.info) and ("xmp" in after.info)
    for made in (tmp_path / "out.jpg", tmp_path / "out.png"):
        engine.save_photo(after, made)
        assert b"xmpmeta" in made.read_bytes() and engine.open_photo(made).exif == before.exif


@pytest.mark.parametrize(
    "forged",
    [
        {"dpi": {"row": [0, float("inf")]}},
        {"dpi": {"row": [300]}},
        {"dpi": 300},
        {"xmp": {"bytes": "not base 64!"}},
        {"xmp": "text"},
        {"xmp": {"bytes": 7}},
        {"more": {"table": {"a": {"row": [{"row": [{"row": [{"row": [1]}]}]}]}}}},
        {"more": None},
    ],
)
def test_forged_metadata_are_left_out(forged: dict[str, object]) -> None:
    found = checks.metadata(forged, base64.b64decode)
    assert "dpi" not in found and "xmp" not in found
    with pytest.raises(TypeError):
        checks.metadata([forged], base64.b64decode)
