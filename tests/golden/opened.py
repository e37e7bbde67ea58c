"""Projects of every version, as this tree opens them, in the words that their writer put down beside them.

The only place of the golden results that knows where the window keeps its projects.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import engine
from maskfacegan_gui.document.edit import Edit
from maskfacegan_gui.document.snapshot import Snapshot
from maskfacegan_gui.project import file as project
from maskfacegan_gui.tasks.compositor import Compositor

FOLDER = Path(__file__).parent / "projects"
VERSIONS = (1, 2, 3, 4, 5)


def expected(version: int) -> dict[str, Any]:
    """What was given to the writer of a project."""
    found: dict[str, Any] = json.loads((FOLDER / f"version-{version}.json").read_text(encoding="utf-8"))
    return found


def opened(version: int) -> Snapshot:
    return project.read(FOLDER / f"version-{version}.mfg")


def saved_again(state: Snapshot, path: Path) -> project.State:
    """Written in the present form and read back."""
    return project.read(project.write(path, state))


def digest(array: np.ndarray) -> str:
    plain = np.ascontiguousarray(array)
    return hashlib.sha256(f"{plain.dtype.str}{plain.shape}".encode() + plain.tobytes()).hexdigest()[:16]


def described(state: Snapshot, version: int) -> dict[str, Any]:
    """A project in the form of `expected`."""
    assert state.pending is not None
    face = state.faces[0]
    turned = {"orientation": engine.to_record(state.orientation)} if version >= 5 else {}
    return {
        **turned,
        "version": version,
        "photo": digest(state.photo.pixels),
        "path": None if state.photo.path is None else str(state.photo.path),
        "boxes": [[*box.box, box.score] for box in state.boxes],
        "landmarks": [box.landmarks.tolist() for box in state.boxes],
        "quads": [quad.tolist() for quad in state.quads],
        "chosen": state.chosen,
        "face": {
            "crop": digest(face.crop.crop),
            "parsed": digest(face.parsed.probabilities),
            "masks": digest(face.masks[: len(engine.REGIONS)]),
            "scores": dict(face.scores),
            "refined": face.refined,
        },
        "edits": [_edit(edit) for edit in state.edits],
        "pending": _edit(state.pending),
    }


def _edit(edit: Edit) -> dict[str, Any]:
    request, result = edit.request, edit.result
    drawn = None if edit.drawn is None else edit.drawn.whole()
    names = ["image", "generated", "source", "blend_mask", "latent", "reconstruction", "latent_before"]
    arrays = {name: getattr(result, name) for name in names}
    return {
        **{name: getattr(edit, name) for name in ("id", "title", "face_index", "mode", "strength")},
        "opacity": edit.opacity,
        "enabled": edit.enabled,
        "quad": edit.face.quad.tolist(),
        "refined": None if edit.blend is None else digest(edit.blend.values),
        "request": {
            "attributes": [[a.name, a.target, a.probability, a.size] for a in request.attributes],
            **{name: getattr(request, name) for name in ("preset", "smoothing", "blend", "encoder_start")},
            "seed": request.seed,
            "settings": dict(request.settings),
            "initial_latent": None if request.initial_latent is None else digest(request.initial_latent),
        },
        "result": {
            "arrays": {name: digest(array) for name, array in arrays.items() if array is not None},
            "noise": [digest(noise) for noise in result.noise],
            "masks": {name: digest(mask) for name, mask in result.masks.items()},
            "tuned": {name: digest(weight) for name, weight in (result.tuned or {}).items()},
            "losses": {stage: dict(terms) for stage, terms in result.losses.items()},
            "probabilities": {name: list(pair) for name, pair in result.probabilities.items()},
            **{name: getattr(result, name) for name in ("seed", "cancelled", "seconds", "steps_done")},
            "warnings": list(result.warnings),
            "enlarged": result.enlarged,
            "everywhere": result.everywhere,
            "recognised": result.recognised,
            "recolours": result.recolours,
        },
        "drawn": None if drawn is None else [drawn.strength, digest(drawn.generated), digest(drawn.image)],
    }


def composed(state: Snapshot) -> np.ndarray:
    """The picture a person sees: the photo with the enabled edits and the pending one, pasted in order."""
    edits = [edit for edit in [*state.edits, state.pending] if edit is not None and edit.enabled]
    return Compositor().compose(state.photo, edits).pixels


def composed_with_all(state: Snapshot) -> np.ndarray:
    """The same with the edits that are switched off."""
    edits = [replace(edit, enabled=True) for edit in state.edits]
    return composed(replace(state, edits=edits))


def frozen(version: int) -> tuple[np.ndarray, np.ndarray]:
    """Both pictures as they were frozen."""
    with np.load(FOLDER / "composed.npz") as stored:
        return stored[f"{version}"], stored[f"{version} with all"]


def write() -> None:
    """Freeze the pictures that the projects show."""
    pictures = {}
    for version in VERSIONS:
        state = opened(version)
        pictures |= {f"{version}": composed(state), f"{version} with all": composed_with_all(state)}
    np.savez_compressed(FOLDER / "composed.npz", **pictures)
