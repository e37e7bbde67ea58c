"""Names and explanations for people, translatable. The engine's own names stay in the engine."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

import engine
from engine import AttributeEdit, EditResult

_CONTEXT = "wording"

_GROUPS = {
    "mouth": QT_TRANSLATE_NOOP("wording", "Mouth"),
    "eyebrows": QT_TRANSLATE_NOOP("wording", "Eyebrows"),
    "eyes": QT_TRANSLATE_NOOP("wording", "Eyes"),
    "nose": QT_TRANSLATE_NOOP("wording", "Nose"),
    "hair": QT_TRANSLATE_NOOP("wording", "Hair"),
    "skin": QT_TRANSLATE_NOOP("wording", "Skin"),
    "ears": QT_TRANSLATE_NOOP("wording", "Ears"),
    "belowface": QT_TRANSLATE_NOOP("wording", "Neck and clothes"),
    "background": QT_TRANSLATE_NOOP("wording", "Background"),
    "face": QT_TRANSLATE_NOOP("wording", "Whole face"),
}

_PRESETS = {
    "quick": QT_TRANSLATE_NOOP("wording", "Quick"),
    "fast": QT_TRANSLATE_NOOP("wording", "Fast"),
    "paper": QT_TRANSLATE_NOOP("wording", "As published"),
}

_TERMS = {
    "recon": QT_TRANSLATE_NOOP("wording", "Likeness"),
    "classf": QT_TRANSLATE_NOOP("wording", "Attribute"),
    "seg": QT_TRANSLATE_NOOP("wording", "Shape"),
    "size": QT_TRANSLATE_NOOP("wording", "Size"),
    "n_loss": QT_TRANSLATE_NOOP("wording", "Noise"),
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


def edit_title(attributes: tuple[AttributeEdit, ...]) -> str:
    """What an edit does: "Smiling, no Lipstick"."""
    parts = []
    for edit in attributes:
        name = attribute(edit.name)
        away = edit.goal(0.05) < 0.5
        parts.append(translated("less {0}").format(name.lower()) if away else name)
    title = ", ".join(parts)
    return title[:1].upper() + title[1:]


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
