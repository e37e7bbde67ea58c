"""Translates the engine's sentences into the window's language.

The engine knows no Qt and speaks English: an error is one finished sentence. `packaging/translations.py`
collects these sentences from its sources as templates, "The model file {0} is missing.", and puts them among
the texts to be translated. Here a sentence is matched with the templates, and what stands in the places of
its numbers is put into the translation.
"""

from __future__ import annotations

import functools
import json
import re

from PySide6.QtCore import QCoreApplication

import engine

CONTEXT = "sentences"
_DEEPEST = 3  # sentences within sentences
_PLACE = re.compile(r"\{\d+\}")


def translated(sentence: str, _depth: int = 0) -> str:
    """The sentence in the application's language; itself where it is not known or not translated.

    What is put into a template may be a sentence of its own, and is translated as well.
    """
    found = _translate(sentence)
    if found != sentence or not sentence or _depth == _DEEPEST:
        return found
    for template, pattern, pieces in _templates():
        if not all(piece in sentence for piece in pieces):
            continue
        translation = _translate(template)
        match = re.fullmatch(pattern, sentence, re.DOTALL) if translation != template else None
        if match is not None:
            return translation.format(*(translated(part, _depth + 1) for part in match.groups()))
    return sentence


def _translate(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text) if text else ""


@functools.cache
def _templates() -> list[tuple[str, str, list[str]]]:
    """Templates with places, as a pattern and as what stands between the places; the most telling first."""
    path = engine.resource("translations", "sentences.json")
    rows = []
    for template in json.loads(path.read_text(encoding="utf-8")):
        pieces = _PLACE.split(template)
        if len(pieces) > 1:
            rows.append((template, "(.+)".join(map(re.escape, pieces)), [p for p in pieces if p]))
    return sorted(rows, key=lambda row: -sum(map(len, row[2])))
