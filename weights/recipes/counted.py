"""Faces counted by hand: 40 pictures never trained on, nine ordinary photos among them (`hand_faces.csv`).

Every answer of the finder was looked at, and every picture for faces without one. A row is one face: the
middle of its features and its eye distance, in px of the picture, to 5 px, and whether it is asked for; faces
that the frame cuts off and those under 40 px are not.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

HAND_FACES = Path(__file__).with_name("hand_faces.csv")


@dataclass(frozen=True)
class Counted:
    """One face of a picture."""

    x: float
    y: float
    eye_distance: float
    asked: bool


def faces_by_hand() -> dict[str, list[Counted]]:
    """The faces of each picture, by its path in the data folder."""
    found: dict[str, list[Counted]] = {}
    with HAND_FACES.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            face = Counted(
                float(row["x"]), float(row["y"]), float(row["eye_distance"]), row["asked"] == "yes"
            )
            found.setdefault(row["picture"], []).append(face)
    return found
