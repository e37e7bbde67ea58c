"""An edit that falls short, carried on along its own line of latent codes until it shows what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch

from ..compositing.pipeline import paints
from ..compositing.strategy import is_recognised
from ..packs.pack import ModelPack
from ..run_control import RunControl
from ..types import EditRequest, EditResult
from .result import FINE, mouth_sureness
from .scoring import scored
from .strength import along

_FACTORS = (1.15, 1.3, 1.5, 2.0, 2.5, 3.0)
_COLOURED = 2.0
"""How much farther than others an edit may be carried that only lays a colour on lips,"""
_VOUCHED = 4 / 3
"""and one of a mouth that the parser takes for one."""
_SURE = 0.8
"""From which `EditResult.recognised` on a mouth may be painted that a weaker edit had moved: what is drawn of
a half-turned face has 0.78, and what is right 0.82."""
_NEAR = 0.14
"""How far from its goal a probability may be for the edit to be enough."""
_WORTH = 0.015
"""By how much a stronger edit must come nearer to its goals to be taken."""


def reaching(
    result: EditResult, request: EditRequest, pack: ModelPack, farthest: float, control: RunControl
) -> EditResult:
    """The result itself where it shows what was asked for (composed in mode "detail"), else the weakest of
    the stronger ones that does, up to `farthest` times as strong, or the nearest to it.

    The optimisation sees the edit on the photo at low resolution and stops after a fixed number of steps;
    some faces need more of the same, lips in another colour above all, and mouths, as long as the parser
    vouches for what is drawn (`EditResult.recognised`). Where it is sure, one that was moved may be painted;
    else, where more than a colour is edited, a stronger edit that would paint what the result does not, or
    move what it paints, is another edit and not taken; nor is one of a region whose size was chosen, or that
    the pack cannot draw. A pack that draws finely (`result.FINE`) may paint what it had moved. After a cancel
    no other is tried.
    """
    sized = any(edit.size for edit in request.attributes)
    able = result.latent_before is not None and is_recognised(result.recognised)
    if farthest <= 1 or sized or not able or result.cancelled:
        return result
    goals = {edit.name: edit.goal(request.smoothing) for edit in request.attributes}
    best, missing = result, _missing(result, goals, pack)
    vouched = result.recognised < 1
    limit = farthest * (_COLOURED if result.recolours else _VOUCHED if vouched else 1)
    for factor in _FACTORS:
        if missing <= _NEAR or factor > limit or control.cancelled:
            break
        # As it will be kept: what composing takes apart of it is remembered with it.
        stronger = replace(along(result, pack, factor), strength=1.0)
        if vouched:
            stronger = replace(stronger, recognised=_sureness(stronger, pack))
        if not result.recolours and pack.detail < FINE and not _is_same_edit(stronger, best):
            break
        left = _missing(stronger, goals, pack)
        if left < missing - _WORTH:
            best, missing = stronger, left
    return best


def _is_same_edit(stronger: EditResult, result: EditResult) -> bool:
    """Whether a stronger edit shows its region in the same way, painted or moved, or paints a mouth now that
    the parser is sure of."""
    if not is_recognised(stronger.recognised):
        return False
    sure = _SURE < stronger.recognised < 1
    return paints(stronger) == paints(result) or (sure and paints(stronger))


def _sureness(result: EditResult, pack: ModelPack) -> float:
    render = torch.from_numpy(result.generated).permute(2, 0, 1)[None].to(pack.device)
    return mouth_sureness(pack, render)


def _missing(result: EditResult, goals: Mapping[str, float], pack: ModelPack) -> float:
    """The largest distance of a probability from its goal, also where the photo's one tone hides a colour."""
    shown = scored(result, pack, in_colour=True).probabilities
    return max(abs(shown[name][1] - goal) for name, goal in goals.items())
