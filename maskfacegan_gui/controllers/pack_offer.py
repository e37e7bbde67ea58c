"""Offers the pack for 1024 px at the start, with its terms, where it is not in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

import engine

from ..dialogs.pack_words import megabytes
from ..settings.settings import Settings
from ..text.messages import Notice

if TYPE_CHECKING:
    from engine import PackState


def offer(state: PackState | None, settings: Settings, get: Callable[[str], None]) -> Notice | None:
    """The message that offers `state`'s pack, or None where there is nothing to offer.

    Its details are the terms of what would be downloaded; pressing the button accepts them, and calls `get`
    with the pack's name. Closed by hand, it does not come again; the list of packs always has the pack.
    """
    if state is None or not settings.get("offer_pack"):
        return None

    def text(sentence: str) -> str:
        return QCoreApplication.translate("pack_offer", sentence)

    terms = [f"{part.component.title}\n{part.component.terms}" for part in state.missing]
    size = megabytes(state.missing_bytes)
    return Notice(
        text("A pack that draws faces at 1024 px can be had: {0} to download.").format(size),
        text("For research and non-commercial use only. Getting it accepts the licences under Details."),
        "\n\n".join(terms),
        action=(text("Get the portrait pack"), lambda: get(state.offer.name)),
        lasting=True,
        closed=lambda: settings.set("offer_pack", False),
    )


def lacking() -> PackState | None:
    """The pack that people are offered, None where it is in place. Not in the window's thread: slow."""
    try:
        states = engine.pack_states()
    except engine.EngineError:
        return None
    return next((s for s in states if s.offer.name == engine.PREFERRED_PACK and not s.ready), None)
