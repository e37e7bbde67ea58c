"""What a person meets first: photos as they are, their faces, and how long everything takes.

Rows of `maskfacegan packs evaluate`. Which faces the photos show was counted by hand (`hand_faces.csv` of
the recipes).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..editor import Editor
from ..errors import NoFaceError
from ..packs.pack import ModelPack, load_pack
from ..types import ByteArray, Points
from .detail import usual_photos
from .report import Row, whole_face

_SAME = 0.6
"""Landmarks whose middle is nearer than this share of the eye distance are of the same face."""


def counted(pack: ModelPack, data: Path, by_hand: Mapping[str, Sequence[Any]]) -> Iterator[Row]:
    """Faces found, and answers that are none, in pictures whose faces were counted (`counted.Counted` of the
    recipes, by the picture's path in the data folder)."""
    asked, found, wrong, editor = 0, 0, 0, Editor(pack)
    for name, faces in by_hand.items():
        editor.open(data / name)
        try:
            answers = [box.landmarks for box in editor.faces()]
        except NoFaceError:
            answers = []
        wrong += sum(not any(_is_of(answer, face) for face in faces) for answer in answers)
        wanted = [face for face in faces if face.asked]
        asked += len(wanted)
        found += sum(any(_is_of(answer, face) for answer in answers) for face in wanted)
    pictures = len(by_hand)
    each = 20 * wrong / pictures
    what = f"{pictures} photos counted by hand: found, of {asked} faces"
    yield Row("finder", what, found / asked, ">= 0.95", found >= 0.95 * asked)
    yield Row("finder", "the same: false faces in 20 photos", each, "< 1", each < 1)


def _is_of(landmarks: Points, face: Any) -> bool:
    x, y = landmarks.mean(0)
    return bool(np.hypot(x - face.x, y - face.y) < _SAME * face.eye_distance)


def opening(pack: ModelPack, data: Path) -> Row:
    """The longest time from a photo's file to its first face parsed, over the data's ordinary photos."""
    longest, editor = 0.0, Editor(pack)
    for path in usual_photos(data):
        start = time.monotonic()
        editor.open(path)
        editor.parse(editor.align(editor.faces()[0]))
        longest = max(longest, time.monotonic() - start)
    return Row("speed", "photo opened to its face parsed, s", longest, "< 2", longest < 2)


def speed_and_size(pack: ModelPack, picture: ByteArray, preset: str = "quick") -> Iterator[Row]:
    """Seconds of one edit and of its first step, of loading the pack, and its size in MB (1e6 bytes)."""
    editor = Editor(pack)
    request = editor.request(whole_face(picture), "smiling", preset=preset)
    start, first, end = time.monotonic(), 0.0, 0.0
    for _ in editor.steps(request):
        end = time.monotonic() - start
        first = first or end
    yield Row("speed", "first step, s", first, "< 3", first < 3)
    yield Row("speed", f"one {preset} edit, s", end, "< 60", end < 60)
    start = time.monotonic()
    load_pack(str(pack.manifest.folder), str(pack.device))
    loading = time.monotonic() - start
    yield Row("speed", "loading the pack, s", loading, "< 1.5", loading < 1.5)
    size = sum(f.path.stat().st_size for f in pack.manifest.files.values()) / 1e6
    yield Row("size", "pack, MB", size, "<= 24", size <= 24)
