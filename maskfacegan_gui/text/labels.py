"""Translatable display names and explanations. The engine's own names stay in the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

import engine
from engine import AttributeEdit, EditResult

_CONTEXT = "wording"
_LONGEST_WORD, _START, _END = 60, 34, 25
_SAME = 0.1
"""A goal so little below a probability of one half or more is as much of the attribute as there is."""


def _later(text: str) -> str:
    """Marks a text that is translated when it is shown: the language is not known at import."""
    return text


_GROUPS = {
    "mouth": _later("Mouth"),
    "eyebrows": _later("Eyebrows"),
    "eyes": _later("Eyes"),
    "nose": _later("Nose"),
    "hair": _later("Hair"),
    "skin": _later("Skin"),
    "ears": _later("Ears"),
    "belowface": _later("Neck and clothes"),
    "background": _later("Background"),
    "face": _later("Whole face"),
    "in_front": _later("In front of the face"),
}

_PRESETS = {
    "quick": _later("Quick"),
    "fast": _later("Fast"),
    "paper": _later("As published"),
}

_TERMS = {
    "recon": _later("Likeness"),
    "classf": _later("Attribute"),
    "seg": _later("Shape"),
    "size": _later("Size"),
    "n_loss": _later("Noise"),
}


def translated(text: str) -> str:
    """A text of this module in the person's language."""
    return QCoreApplication.translate(_CONTEXT, text)


def attribute(name: str) -> str:
    """An attribute's name for a person: "mouth_slightly_open" is "Mouth open"."""
    title = engine.attribute_title(name)
    return translated(title) if name in engine.ATTRIBUTES else title


def group(name: str) -> str:
    """The name of a region, or of the group of global attributes."""
    return translated(_GROUPS[name]) if name in _GROUPS else name.capitalize()


def preset(name: str) -> str:
    return translated(_PRESETS[name]) if name in _PRESETS else name.capitalize()


def term(name: str) -> str:
    """A loss term's name for a person."""
    return translated(_TERMS[name]) if name in _TERMS else name


def edit_title(attributes: tuple[AttributeEdit, ...], scores: Mapping[str, float] | None = None) -> str:
    """What an edit does: "Smiling, less lipstick". `scores` of the face, 0..1, tell where a goal is less than
    there is; without them one below half is."""
    parts = []
    for edit in attributes:
        name = attribute(edit.name)
        goal, there = edit.goal(0.05), (scores or {}).get(edit.name, 0.5)
        away = goal <= there if goal < 0.5 else goal < there - _SAME
        parts.append(translated("less {0}").format(name.lower()) if away else name)
    title = ", ".join(parts)
    return title[:1].upper() + title[1:]


def fitting(text: str) -> str:
    """A text whose words can be shown: the middle of one that is too long, as a file's name may be, is left
    out. No line could be broken in it; in a path one is broken between the folders."""
    return re.sub(
        rf"[^\s/\\]{{{_LONGEST_WORD + 1},}}", lambda word: f"{word[0][:_START]}…{word[0][-_END:]}", text
    )


def duration(seconds: float) -> str:
    """A time span, rounded as a person would say it."""
    if seconds < 90:
        return translated("{0} s").format(max(0, round(seconds)))
    return translated("{0} min {1} s").format(int(seconds) // 60, int(seconds) % 60)


def figures(result: EditResult, attributes: tuple[AttributeEdit, ...]) -> str:
    """What became of the picked attributes' scores: "Smiling 12 % → 91 %"."""
    parts = []
    for edit in attributes:
        if edit.name in result.probabilities:
            before, after = result.probabilities[edit.name]
            parts.append(f"{attribute(edit.name)} {round(100 * before)} % → {round(100 * after)} %")
    text = " · ".join(parts)
    if result.cancelled:
        text += " · " + translated("stopped early")
    return text
