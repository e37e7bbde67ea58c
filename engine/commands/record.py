"""What `maskfacegan edit` writes beside a picture: names, the JSON record, latent codes, traces."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np

from .._version import __version__
from ..atomic_file import atomic_write, fitting_name, is_read_only, longest_name
from ..errors import EngineError, SaveError
from ..records import to_record
from ..types import EditRequest, EditResult, Face, FloatArray, Step

if TYPE_CHECKING:
    from ..packs.pack import ModelPack


_RECORD = ".json"

_OF_OTHERS = ("face", "masks", "config", "settings", "initial_latent", "tuned", "start")
"""What the record names by where it came from, or by what became of it."""


class Names:
    """The name of a result and the record that goes beside it."""

    def __init__(
        self,
        folder: Path,
        image: Path,
        request: EditRequest,
        result: EditResult,
        pack: ModelPack,
        options: argparse.Namespace,
    ) -> None:
        self.folder, self.image = folder, image
        self.request, self.result = request, result
        self.pack, self.options = pack, options

    def free_path(self, suffix: str) -> Path:
        """A path that says what was done and takes the place of no different edit's result or record, nor of
        a file that may not be written.

        Where the whole would be too long for a name, the photo's own name is cut; what in it is no text, or
        would break a line, is "_".
        """
        parts = []
        for attribute in self.request.attributes:
            parts.append(f"{attribute.name}-{attribute.goal(self.request.smoothing):.2f}")
            if attribute.size:
                parts[-1] += f"-x{attribute.size:g}"
        if self.request.preset != "quick":
            parts.append(self.request.preset)
        if self.request.blend == "no_skin":
            parts.append("no_skin")
        if self.request.force_global:
            parts.append("global")
        done, number = "-".join(parts), 1
        path = self._named(f"-{done}", suffix)
        while self._taken(path):
            number += 1
            path = self._named(f"-{done}-{number}", suffix)
        return path

    def _named(self, done: str, suffix: str) -> Path:
        """The photo's name and what was done, with room for either of the two suffixes."""
        longest = longest_name(self.folder) - max(len(suffix), len(_RECORD))
        return self.folder / (fitting_name(safe(self.image.stem), done, longest) + suffix)

    def _taken(self, path: Path) -> bool:
        record = record_path(path)
        if is_read_only(path) or is_read_only(record):
            return True
        return (path.exists() or record.exists()) and not self._same_run(record)

    def _same_run(self, record: Path) -> bool:
        try:
            found = json.loads(record.read_text(encoding="utf-8"))["request"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return bool(found == json.loads(json.dumps(self._request())))

    def _request(self) -> dict[str, Any]:
        request, options = self.request, self.options
        return {
            "image": str(self.image.absolute()),
            "aligned": options.aligned,
            "face": options.face,
            "landmarks": options.landmarks,
            **to_record(request, _OF_OTHERS),
            "settings": dict(self.result.settings),
            "initial_latent": str(options.init_latent.absolute()) if options.init_latent else None,
            "composite": options.composite,
            "weights": str(options.weights or self.pack.name),
            "device": str(self.pack.device),
            "precision": options.precision,
        }

    def record(self, face: Face) -> dict[str, Any]:
        """Everything needed to repeat the run, and its final figures."""
        result = self.result
        names = [a.name for a in self.request.attributes]
        return {
            "version": __version__,
            "request": self._request(),
            "pack": {"name": self.pack.name, "resolution": self.pack.resolution},
            "quad": face.quad.tolist(),
            "landmarks": face.box.landmarks.tolist() if face.box else None,
            "losses": result.losses,
            "probabilities": {
                name: {"before": result.probabilities[name][0], "after": result.probabilities[name][1]}
                for name in [*names, *(n for n in self.pack.supported if n not in names)]
            },
            "seconds": round(result.seconds, 3),
            "steps": result.steps_done,
            "cancelled": result.cancelled,
            "warnings": list(result.warnings),
        }


def safe(stem: str) -> str:
    """A photo's name as part of the name of its result: what is no text, or would break a line, is "_"."""
    return "".join(c if c.isprintable() else "_" for c in stem)


def record_path(picture: Path) -> Path:
    """Where the record of a picture is."""
    return picture.with_suffix(_RECORD)


def check_record(picture: Path) -> None:
    """SaveError when the record beside a picture would take the place of a file that is none."""
    path = record_path(picture)
    try:
        ours = not path.exists() or "request" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        ours = False
    if not ours:
        raise SaveError(
            f"The record would take the place of {path.name}.", "Choose another name for --output.", path=path
        )


def write_record(picture: Path, record: dict[str, Any]) -> None:
    """The record as JSON beside the picture, whole or not at all."""
    path = record_path(picture)
    try:
        with atomic_write(path, replace_read_only=False) as file:
            file.write((json.dumps(record, indent=2) + "\n").encode())
    except SaveError as error:
        raise SaveError(
            f"The record {path.name} could not be written ({error.reason}).", path=path
        ) from error


_LARGEST_LATENT = 2**20
"""Bytes; a code of 18 x 512 numbers has 37 thousand."""


def write_latent(path: Path, latent: FloatArray) -> None:
    """A latent code (L, D) float32 as .npy under exactly this name."""
    try:
        with atomic_write(path, replace_read_only=False) as file:
            np.save(file, latent)
    except SaveError as error:
        raise SaveError(
            f"The latent code {path} could not be written ({error.reason}).", path=path
        ) from error


def read_latent(path: Path) -> FloatArray:
    """A latent code (L, D) float32 that `write_latent` wrote; EngineError for anything else."""
    hint = "Give a file that --save-latent wrote."
    try:
        with path.open("rb") as file:
            if path.stat().st_size > _LARGEST_LATENT:
                raise ValueError("too large for a latent code")
            values = np.load(file, allow_pickle=False)
    except OSError as error:
        raise EngineError(
            f"The latent code {path} cannot be read ({error.strerror}).", hint, path=path
        ) from error
    except Exception as error:  # numpy's parser raises whatever the bytes lead it to
        raise EngineError(f"{path.name} does not hold a latent code.", hint, path=path) from error
    if not isinstance(values, np.ndarray) or values.ndim != 2 or values.dtype.kind != "f":
        raise EngineError(f"{path.name} does not hold a latent code.", hint, path=path)
    if not np.isfinite(values).all():
        raise EngineError(
            f"The latent code in {path.name} holds numbers that are not finite.", hint, path=path
        )
    return values.astype(np.float32)


class Trace:
    """One JSON line per step: {"stage", "step", "losses": {...}, "total"}; does nothing without a path."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if self.path is not None:
            try:
                self._file = self.path.open("w", encoding="utf-8")
            except OSError as error:
                raise SaveError(f"The trace {self.path} cannot be written ({error.strerror}).") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()

    def write(self, step: Step) -> None:
        if self._file is None:
            return
        line = {"stage": step.stage, "step": step.step, "losses": dict(step.losses), "total": step.loss}
        try:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
        except OSError as error:  # the run is worth more than its trace
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        print(f"warning: The trace ends here ({error.strerror}).", file=sys.stderr)
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()
