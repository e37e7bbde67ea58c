"""Texts about model packs: download sizes, network roles, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

import engine

from ..text import number_format
from ..text.engine_sentences import translated

if TYPE_CHECKING:
    from engine import DownloadProgress, Imported, PackState


def tr(text: str) -> str:
    return QCoreApplication.translate("PacksDialog", text)


def megabytes(count: int) -> str:
    return (
        f"{number_format.whole(count / 1e6)} MB" if count >= 1e6 else f"{number_format.whole(count / 1e3)} kB"
    )


def time_left(seconds: float) -> str:
    if seconds < 90:
        return tr("{0} s left").format(round(seconds))
    if seconds < 5400:
        return tr("{0} min left").format(round(seconds / 60))
    return tr("{0} h left").format(round(seconds / 3600))


def imported_text(one: Imported) -> str:
    """What became of a file that was imported, in a line."""
    return (
        f"✓ {one.path.name}: {role_title(one.role)}"
        if one.role
        else f"✗ {one.path.name}: {translated(one.reason)}"
    )


def progress_text(now: DownloadProgress) -> str:
    """A download's state in a line: what, how much, how fast, how long still."""
    components = engine.pack_components()
    title = components[now.component].title if now.component in components else now.component
    if now.phase == "connecting":
        return tr("{0}: connecting to {1}…").format(title, now.source)
    if now.phase == "paused":
        return tr("{0}: paused at {1}.").format(title, megabytes(now.done))
    if now.phase == "waiting":
        return tr("{0}: waiting, then trying again ({1}: {2}).").format(title, now.source, now.note)
    if now.phase == "checking":
        return tr("{0}: checking…").format(title)
    parts = [megabytes(now.done) + (f" / {megabytes(now.total)}" if now.total else "")]
    if now.speed > 0:
        parts.append(f"{megabytes(round(now.speed))}/s")
    if now.left is not None:
        parts.append(time_left(now.left))
    return f"{title}: " + " · ".join(parts)


def role_title(role: str) -> str:
    names = {
        "generator": tr("Generator"),
        "parser": tr("Face parser"),
        "classifier": tr("Attributes"),
        "encoder": tr("Encoder"),
        "perceptual": tr("Likeness"),
        "heads": tr("Small pictures"),
        "finder": tr("Face finder"),
        "directions": tr("Directions"),
        "refiner": tr("Mouth refiner"),
        "judge": tr("Judge of edits"),
    }
    return names.get(role, role)


def is_made_of_files(state: PackState) -> bool:
    """Whether a pack's parts are model files as they come, not members of packages."""
    return bool(state.parts) and all(part.component.package is None for part in state.parts)
