"""The way through a comparison: faces, who judges, every edit with its figures, the report."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...atomic_file import atomic_write
from ...attributes import CELEBA_ATTRIBUTES
from ...errors import ConfigError, EngineError, OutOfMemoryError, UnsupportedAttributeError, printable
from ...memory import keep_freed_blocks, release_memory
from ...packs.pack import ModelPack, load_pack
from ...run_control import RunControl
from ...types import ByteArray, FloatArray
from . import figures, identity, judges, report_json
from .boundaries import Boundary, Renders
from .datasets import Listing, Picture, find_all
from .ledger import EditRow, FaceRow, Ledger
from .memory_peak import MemoryPeak
from .methods import InterFaceGAN, Method, Ours, Results
from .plan import CONDITIONED, INTERFACEGAN, OURS, Plan, Wish
from .subjects import Subject, as_tensor, present, subject

log = logging.getLogger(__name__)

MOST_LOOKED_AT = 200
"""Faces over which the deviations of the judge's logits are taken, at most."""
_FEWEST_LOOKED_AT, _DRAWN = 20, 32
"""With fewer faces than that, the deviations are those of so many faces that the generator draws."""
_HALF = 0.5
_NAMED = 5
"""Missing pictures that are named where they are told at once; the report names all."""
_QUALITY = 92


@dataclass(frozen=True)
class Progress:
    """How far a comparison is: `done` of `total` in this `part`, and the seconds left if they can be told; or
    a sentence that a person should know of."""

    part: str
    done: int
    total: int
    seconds_left: float | None = None
    note: str = ""


Watch = Callable[[Progress], object]


def evaluate(
    plan: Plan, out: Path, resume: bool, control: RunControl, watch: Watch, command: str = ""
) -> dict[str, Any]:
    """Run a comparison and write its report into `out`; returns the report, `finished` or not.

    `control` ends it after the step under way: what there is by then is reported. Raises `EngineError` with a
    sentence for what cannot be compared at all; a picture or an edit that fails is told in the report.
    """
    listing = find_all(plan.data)
    pack = load_pack(plan.pack or None, plan.device)
    _check_attributes(plan, pack)
    plan = replace(plan, pack=pack.name)
    keep_freed_blocks()
    with Ledger(out, plan.key, resume) as ledger:
        return _Comparison(plan, listing, pack, ledger, control, watch, command).run()


def _check_attributes(plan: Plan, pack: ModelPack) -> None:
    for wish in plan.wishes:
        reason = pack.unsupported_reason(wish.attribute)
        if reason is not None:
            raise UnsupportedAttributeError(reason, f"It edits: {', '.join(pack.supported)}.")


class _Comparison:
    """One comparison under way."""

    def __init__(
        self,
        plan: Plan,
        listing: Listing,
        pack: ModelPack,
        ledger: Ledger,
        control: RunControl,
        watch: Watch,
        command: str,
    ) -> None:
        self.plan, self.listing, self.pack, self.ledger = plan, listing, pack, ledger
        self.control, self.watch, self.command = control, watch, command
        self.judge = judges.judge(pack)
        self.identity = identity.load()
        self.results = {m.name: Results(m, plan.wishes) for m in plan.methods if m.folder is not None}
        self.pictures = {printable(str(picture.path)): picture for picture in listing.pictures}

    def run(self) -> dict[str, Any]:
        methods: dict[str, Method] = {}
        finished = self._take_faces() and self._match_results() and self._find_deviations()
        if finished:
            found = self._methods()
            methods, finished = found or {}, found is not None
        finished = finished and self._edit_all(methods)
        return report_json.write(
            self.plan,
            self.pack,
            self.ledger,
            methods,
            self.listing.left_out,
            report_json.Judged(
                self.judge.sentence + self._deviations_told(), identity.sentence(self.identity)
            ),
            self.command,
            finished,
        )

    # --- faces

    def _take_faces(self) -> bool:
        """Look at pictures until there are as many faces as wished; False where `control` ended it."""
        rows = self.ledger.faces()
        known, good = {row.file for row in rows}, sum(not row.why for row in rows)
        wanted = self.plan.faces or len(self.listing.pictures)
        for picture in self.listing.pictures:
            if good >= wanted:
                break
            if printable(str(picture.path)) in known:
                continue
            if not self.control.wait():
                return False
            self.watch(Progress("looking at the faces", good, wanted))
            row = self._looked_at(picture)
            self.ledger.add_face(row)
            good += not row.why
        if not good:
            raise ConfigError(
                "There is no face in any of the pictures.",
                "See that --data and --dataset are the right ones.",
            )
        return True

    def _looked_at(self, picture: Picture) -> FaceRow:
        file = printable(str(picture.path))
        try:
            face = subject(picture, self.pack).face
        except OutOfMemoryError:
            raise
        except EngineError as error:
            return FaceRow(file, picture.name, error.message)
        logits = self.judge.logits(as_tensor(face.crop, self.pack))[0]
        record = {"judge": logits.tolist(), "classifier": present(face.crop, self.pack).tolist()}
        return FaceRow(file, picture.name, "", record)

    def _chosen(self) -> list[FaceRow]:
        return [row for row in self.ledger.faces() if not row.why]

    def _find_deviations(self) -> bool:
        """The deviations of the judge's logits, found once; False where `control` ended it."""
        if not self.ledger.meta("deviations"):
            logits = [np.array(row.record["judge"], np.float32) for row in self._chosen()][:MOST_LOOKED_AT]
            told = f"the {len(logits)} unedited faces"
            if len(logits) < _FEWEST_LOOKED_AT:
                renders, logits = Renders(self.pack, _DRAWN), []
                told = f"{_DRAWN} faces that the pack's generator draws"
                for number in range(_DRAWN):
                    if not self.control.wait():
                        return False
                    self.watch(Progress("faces that the generator draws", number, _DRAWN))
                    logits.append(self.judge.logits(renders.picture(number))[0])
            self.ledger.set_meta("deviations_of", told)
            self.ledger.set_meta("deviations", report_json.text(judges.deviations(logits).tolist()))
        return True

    def _deviations_told(self) -> str:
        of = self.ledger.meta("deviations_of")
        return (
            " Entanglement is the mean absolute change of all others' logits in standard deviations "
            f"over {of}; no attribute is left out as belonging to the edited one. An attribute is "
            "asked of the faces that lack it by this judge and by the pack's classifier."
        )

    # --- methods

    def _match_results(self) -> bool:
        """Note which edits the results folders lack. `ConfigError` where one has none at all."""
        wished = [(row, wish) for row in self._chosen() for wish in self.plan.wishes if self.lacks(row, wish)]
        for method in self.results.values():
            method.missing = [
                f"{row.name}: {wish.name}" for row, wish in wished if not method.has(row.name, wish)
            ]
            if wished and len(method.missing) == len(wished):
                raise ConfigError(
                    f"No picture of {method.name} is called like a face and an attribute that are compared.",
                    "Name them FOLDER/ATTRIBUTE/FACE.png or FOLDER/FACE-ATTRIBUTE.png, by the data's names.",
                )
            if method.missing:
                words = f"{method.name} has {len(wished) - len(method.missing)} of {len(wished)} pictures"
                some = ", ".join(method.missing[:_NAMED]) + (", ..." if len(method.missing) > _NAMED else "")
                self.watch(Progress("edits", 0, len(wished), note=f"{words}; there is none of {some}."))
        return True

    def _methods(self) -> dict[str, Method] | None:
        """The methods by name; None where `control` ended it before InterFaceGAN's boundaries were known."""
        known: dict[str, Boundary] = {}
        if any(m.kind in (INTERFACEGAN, CONDITIONED) for m in self.plan.methods):
            renders = Renders(self.pack, self.plan.renders)
            if not renders.label(self._labelling()):
                return None
            names = dict.fromkeys(wish.attribute for wish in self.plan.wishes)
            known = {name: renders.boundary(name) for name in names}
        found: dict[str, Method] = {}
        for method in self.plan.methods:
            if method.kind == OURS:
                found[method.name] = Ours(method)
            elif method.folder is not None:
                found[method.name] = self.results[method.name]
            else:
                found[method.name] = InterFaceGAN(method, self.pack, known, self.plan.wishes)
        return found

    def _labelling(self) -> Callable[[int, int], bool]:
        start, first = time.monotonic(), -1

        def go_on(done: int, total: int) -> bool:
            nonlocal first
            first = done if first < 0 else first
            made = done - first
            left = (time.monotonic() - start) / made * (total - done) if made else None
            self.watch(Progress("renders for InterFaceGAN", done, total, left))
            return self.control.wait()

        return go_on

    # --- edits

    def lacks(self, row: FaceRow, wish: Wish) -> bool:
        """Whether a face lacks what is wished, by the judge, where it can tell, and by the classifier."""
        told = row.record["classifier"][self.pack.attributes.index(wish.attribute)]
        lacking = abs(told - wish.target) > _HALF
        if wish.attribute in self.judge.known:
            logit = row.record["judge"][CELEBA_ATTRIBUTES.index(wish.attribute)]
            lacking = lacking and (logit > 0) != bool(wish.target)
        return bool(lacking)

    def _edit_all(self, methods: dict[str, Method]) -> bool:
        """Every edit that is not in the ledger, or failed before. False where `control` ended it."""
        done = {(r.face, r.attribute, r.method) for r in self.ledger.edits() if not r.record.get("error")}
        pace = _Pace()
        open_edits: list[tuple[FaceRow, list[tuple[Wish, Method]]]] = []
        total = 0
        for row in self._chosen():
            mine = self._wished(row, methods)
            total += len(mine)
            left = [(w, m) for w, m in mine if (row.name, w.name, m.name) not in done]
            open_edits += [(row, left)] if left else []
        count = total - sum(len(left) for _, left in open_edits)
        waiting = [m.name for _, left in open_edits for _, m in left]
        for row, left in open_edits:
            face: Subject | None = None
            for wish, method in left:
                self.watch(Progress("edits", count, total, pace.left(waiting)))
                if not self.control.wait():
                    return False
                start = time.monotonic()
                face = face or self._opened(row)
                record = {"error": "The picture cannot be read any more."} if face is None else None
                record = record or self._edited(face, row, wish, method)  # type: ignore[arg-type]
                if record is None:
                    return False
                self.ledger.add_edit(EditRow(row.name, wish.name, method.name, record))
                pace.note(method.name, time.monotonic() - start)
                waiting.remove(method.name)
                count += 1
            release_memory()
        self.watch(Progress("edits", count, total, 0.0))
        return True

    def _wished(self, row: FaceRow, methods: dict[str, Method]) -> list[tuple[Wish, Method]]:
        """The edits of a face, in order."""
        found = []
        for wish in self.plan.wishes:
            if self.lacks(row, wish):
                for method in methods.values():
                    if method.has(row.name, wish):
                        found.append((wish, method))
        return found

    def _opened(self, row: FaceRow) -> Subject | None:
        picture = self.pictures.get(row.file)
        try:
            return None if picture is None else subject(replace(picture, name=row.name), self.pack)
        except EngineError:
            return None

    def _edited(self, face: Subject, row: FaceRow, wish: Wish, method: Method) -> dict[str, Any] | None:
        """One edit with its figures, or its error; None where `control` ended it."""
        shown = {"input": self._kept(f"{row.name}.jpg", np.asarray(face.face.crop))}
        try:
            if method.shares and face.reconstruct(self.control) is None:
                return None
            with MemoryPeak(self.pack.device) as peak:
                start, used = time.monotonic(), time.process_time()
                after = method.edit(face, wish, self.control)
                seconds, used = time.monotonic() - start, time.process_time() - used
        except EngineError as error:
            return {"error": error.message, **shown}
        except Exception as error:  # the other edits go on whatever this one does
            log.exception("%s, %s, %s", row.name, wish.name, method.name)
            return {"error": f"Something unexpected happened ({type(error).__name__}).", **shown}
        if after is None:
            return None
        record = {**self._measured(face, row, wish, after), **shown}
        if not isinstance(method, Results):
            record |= {"seconds": seconds, "processor_seconds": used, "memory_mb": peak.megabytes}
            record["reconstruction_seconds"] = face.reconstruction_seconds
        name = f"{row.name}-{wish.name.replace('=', '-')}-{method.name.replace(':', '-')}.jpg"
        record["result"] = self._kept(name, after)
        return record

    def _measured(self, face: Subject, row: FaceRow, wish: Wish, after: ByteArray) -> dict[str, Any]:
        before = np.asarray(face.face.crop)
        weight = figures.outside(wish.attribute, face.regions, len(before))
        logits = self.judge.logits(as_tensor(after, self.pack))[0]
        own: FloatArray = np.array(row.record["judge"], np.float32)
        knows = wish.attribute in self.judge.known
        alike = None
        if self.identity is not None:
            alike = self.identity.likeness(self.identity.describe(before), self.identity.describe(after))
        scale = np.array(report_json.values(self.ledger.meta("deviations")), np.float32)
        return {
            "reached": self.judge.has(logits, wish.attribute) == bool(wish.target) if knows else None,
            "classifier": float(present(after, self.pack)[self.pack.attributes.index(wish.attribute)]),
            "entanglement": figures.entanglement(own, logits, scale, self.judge.others(wish.attribute)),
            "identity": alike,
            "lpips_outside": figures.lpips(before, after, weight, self.pack),
            "psnr_outside": figures.psnr(before, after, weight),
            "sharpness": figures.sharpness(before, after, face.regions),
            "error": None,
        }

    def _kept(self, name: str, picture: ByteArray) -> str:
        """Write a picture below `pictures`, whole or not at all; its place below the output folder."""
        folder = self.ledger.folder / "pictures"
        folder.mkdir(exist_ok=True)
        coded = io.BytesIO()
        Image.fromarray(picture).save(coded, "JPEG", quality=_QUALITY, subsampling=0)
        with atomic_write(folder / name) as file:
            file.write(coded.getvalue())
        return f"pictures/{name}"


class _Pace:
    """The mean time of each method's edits in this run, for the time that is left."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = {}

    def note(self, method: str, seconds: float) -> None:
        self._seconds.setdefault(method, []).append(seconds)

    def left(self, waiting: list[str]) -> float | None:
        """For these edits; None before the first one."""
        if not self._seconds:
            return None
        means = {name: sum(each) / len(each) for name, each in self._seconds.items()}
        usual = sum(means.values()) / len(means)
        return sum(means.get(name, usual) for name in waiting)
