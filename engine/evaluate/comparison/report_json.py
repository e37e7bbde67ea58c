"""The report's files: report.json, report.csv, and the page made of them."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._version import __version__
from ...atomic_file import atomic_write
from ...attributes import is_global
from ...errors import printable
from ...packs.pack import ModelPack
from ...paths import without_names
from . import kernel
from .bootstrap import interval
from .datasets import LeftOut
from .ledger import EditRow, Ledger
from .methods import Method
from .page import write_page
from .plan import OURS, MethodName, Plan

FORMAT = 1
FIGURES = (
    "reached",
    "entanglement",
    "identity",
    "lpips_outside",
    "psnr_outside",
    "sharpness",
    "seconds",
)
"""What has an interval, by its key."""
_MOST_LPIPS = 0.5


@dataclass(frozen=True)
class Judged:
    """Sentences about who judged attributes and identity."""

    attributes: str
    identity: str


def text(values: object) -> str:
    return json.dumps(values)


def values(stored: str) -> Any:
    return json.loads(stored)


def write(
    plan: Plan,
    pack: ModelPack,
    ledger: Ledger,
    methods: Mapping[str, Method],
    left_out: Sequence[LeftOut],
    judged: Judged,
    command: str,
    finished: bool,
) -> dict[str, Any]:
    """Write report.json, report.csv and report.html of what the ledger holds; the report."""
    compared = {method.name for method in plan.methods}
    rows = [row for row in ledger.edits() if row.method in compared]
    report = {
        **_head(plan, pack, ledger, left_out, command),
        "methods": [_method(m, methods.get(m.name), rows) for m in plan.methods],
        "attributes": [
            {
                "name": wish.name,
                "title": wish.title,
                "local": not is_global(wish.attribute),
                "target": int(wish.target),
            }
            for wish in plan.wishes
        ],
        "judges": {
            "attributes": judged.attributes,
            "identity": judged.identity,
            "kernel": kernel.sentence(pack),
        },
        "figures": _figures(plan, rows, _kernel_distances(plan, rows, ledger.folder, pack)),
        "pictures": [_picture(row) for row in rows],
        "finished": finished,
    }
    _save(ledger.folder / "report.json", json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    _save(ledger.folder / "report.csv", _table(report["figures"]))
    write_page(report, ledger.folder)
    return report


def _head(
    plan: Plan, pack: ModelPack, ledger: Ledger, left_out: Sequence[LeftOut], command: str
) -> dict[str, Any]:
    faces = ledger.faces()
    out = [{"file": printable(gone.file), "why": gone.why} for gone in left_out]
    out += [{"file": Path(row.file).name, "why": row.why} for row in faces if row.why]
    return {
        "format": FORMAT,
        "program": __version__,
        "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": without_names(printable(command)),
        "pack": {"name": pack.name, "title": pack.title, "resolution": pack.resolution},
        "device": str(pack.device),
        "presets": [method.preset for method in plan.methods if method.kind == OURS],
        "dataset": {
            "kind": ", ".join(kind for kind, _ in plan.data),
            "folder": ", ".join(without_names(printable(str(folder))) for _, folder in plan.data),
            "faces": sum(not row.why for row in faces),
            "left_out": out,
        },
    }


def _method(method: MethodName, made: Method | None, rows: Iterable[EditRow]) -> dict[str, Any]:
    how = "The evaluation ended before this method began." if made is None else made.how
    times = {r.face: t for r in rows if (t := r.record.get("reconstruction_seconds")) is not None}
    if made is not None and times and method.folder is None:
        how += f" The reconstruction took {sum(times.values()) / len(times):.1f} s a face in the mean."
    return {
        "name": method.name,
        "title": method.name if made is None else made.title,
        "how": how,
        "missing": [] if made is None else list(made.missing),
    }


def _figures(
    plan: Plan, rows: Sequence[EditRow], distances: Mapping[tuple[str, str], float]
) -> list[dict[str, Any]]:
    found = []
    for method in plan.methods:
        for attribute in [*(wish.name for wish in plan.wishes), "all"]:
            some = [
                row
                for row in rows
                if row.method == method.name
                and attribute in (row.attribute, "all")
                and not row.record.get("error")
            ]
            found.append(
                {
                    "method": method.name,
                    "attribute": attribute,
                    "faces": len({row.face for row in some}),
                    **{name: _interval(some, name) for name in FIGURES},
                    "kernel_distance": distances.get((method.name, attribute)),
                    "memory_mb": max((m for r in some if (m := r.record.get("memory_mb"))), default=None),
                }
            )
    return found


def _interval(rows: Sequence[EditRow], figure: str) -> dict[str, float] | None:
    known = [(float(v), row.face) for row in rows if (v := row.record.get(figure)) is not None]
    if not known:
        return None
    value, low, high = interval([value for value, _ in known], [face for _, face in known])
    return {"value": value, "low": low, "high": high}


def _kernel_distances(
    plan: Plan, rows: Sequence[EditRow], folder: Path, pack: ModelPack
) -> dict[tuple[str, str], float]:
    """Of every method and attribute with enough faces: its edits of every second face against the others."""
    found: dict[tuple[str, str], float] = {}
    if kernel.lacking(pack):
        return found
    for method in plan.methods:
        for wish in plan.wishes:
            some = [r for r in rows if (r.method, r.attribute) == (method.name, wish.name)]
            some = sorted((r for r in some if not r.record.get("error")), key=lambda r: r.face)
            if len(some) >= kernel.FEWEST:
                edited = kernel.features([folder / r.record["result"] for r in some[::2]], pack)
                others = kernel.features([folder / r.record["input"] for r in some[1::2]], pack)
                found[method.name, wish.name] = kernel.distance(edited, others)
    return found


def _picture(row: EditRow) -> dict[str, Any]:
    record = row.record
    figures = {name: record.get(name) for name in FIGURES}
    return {
        "face": row.face,
        "attribute": row.attribute,
        "method": row.method,
        **figures,
        "worst": badness(record),
        "input": record.get("input"),
        "result": record.get("result"),
        "error": record.get("error"),
    }


def badness(record: Mapping[str, Any]) -> float:
    """How bad an edited picture is, 0..1, 1 for one that failed: the mean of what was measured of whether it
    reached its target, entanglement, identity lost and LPIPS outside, each brought to 0..1."""
    if record.get("error"):
        return 1.0
    parts: dict[str, Callable[[Any], float]] = {
        "reached": lambda v: float(not v),
        "entanglement": lambda v: v / (1 + v),
        "identity": lambda v: min(max(1 - v, 0.0), 1.0),
        "lpips_outside": lambda v: min(v / _MOST_LPIPS, 1.0),
    }
    told = [part(record[name]) for name, part in parts.items() if record.get(name) is not None]
    return round(sum(told) / len(told), 4) if told else 0.0


def _table(figures: Sequence[Mapping[str, Any]]) -> str:
    """The figures as CSV: a line a method and attribute, each figure with the ends of its interval."""
    file = io.StringIO()
    columns = ["method", "attribute", "faces"]
    columns += [name + end for name in FIGURES for end in ("", "_low", "_high")]
    columns += ["kernel_distance", "memory_mb"]
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    for figure in figures:
        line = {
            name: figure[name] for name in ("method", "attribute", "faces", "kernel_distance", "memory_mb")
        }
        for name in FIGURES:
            known = figure[name] or {"value": None, "low": None, "high": None}
            line |= {name: known["value"], f"{name}_low": known["low"], f"{name}_high": known["high"]}
        writer.writerow(line)
    return file.getvalue()


def _save(path: Path, content: str) -> None:
    with atomic_write(path) as file:
        file.write(content.encode("utf-8", "replace"))
