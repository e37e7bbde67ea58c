"""An edit that falls short or goes too far, moved along its own line of latent codes until it shows what was
asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch

from ..attributes import move_face
from ..compositing.pipeline import paints
from ..compositing.strategy import is_recognised
from ..packs.pack import ModelPack
from ..run_control import RunControl
from ..types import EditRequest, EditResult
from .result import FINE, mouth_sureness
from .scoring import scored
from .strength import along, moved_along, reduced

_SEEN_AT = 256
"""Side in px of the pictures of an edit that are compared: the classifier looks at no more, and a picture of
1024 px takes ten times as long to draw and to compose."""
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
"""By how much another strength must come nearer to the goals to be taken."""
_CLEARLY = 1.25
"""How many times as strong as the weakest that its classifier takes for one an expression is shown, for
other eyes to see it too. Chosen on thirteen faces that do not smile, eleven of them of CelebA-HQ 800 to 849:
a judge sees eleven of the smiles, and the identity (`evaluate.comparison`) is .92 in the median; of the
weakest it sees half at .96, of the run's own twelve at .82."""
_HALVINGS = 3
"""How often the span between an edit that falls short and one that goes too far is halved, and"""
_LEAST = 0.05
"""from where on a span is too small to be: near its beginning an edit is the photo."""


def reaching(
    result: EditResult, request: EditRequest, pack: ModelPack, farthest: float, control: RunControl
) -> EditResult:
    """The result itself where it shows what was asked for (composed in mode "detail"), else the weakest of
    the stronger ones that does, up to `farthest` times as strong, or the nearest to it. Where the goals lie
    between two strengths, as those of a slider in the middle do, one between them is sought.

    The optimisation sees the edit on the photo at low resolution and stops after a fixed number of steps;
    some faces need more of the same, lips in another colour above all, and mouths, as long as the parser
    vouches for what is drawn (`EditResult.recognised`). Where it is sure, one that was moved may be painted;
    else, where more than a colour is edited, a stronger edit that would paint what the result does not, or
    move what it paints, is another edit and not taken; nor is one of a region whose size was chosen, or that
    the pack cannot draw. A pack that draws finely (`result.FINE`) may paint what it had moved. After a cancel
    no other is tried.

    An expression that all of a face takes part in is hardly more than the weakest that shows what was asked
    for, whatever `farthest` says: of two smiles that a classifier takes for one, the wider is the stranger.
    """
    sized = any(edit.size for edit in request.attributes)
    able = result.latent_before is not None and is_recognised(result.recognised)
    if able and not result.cancelled and _is_of_whole_face(result, request):
        search = _Search(result, request, pack, control)
        if search.past:
            search.takes(min(_CLEARLY * _weakest(search), 1.0))
        return search.found()
    if farthest <= 1 or sized or not able or result.cancelled:
        return result
    search = _Search(result, request, pack, control)
    limit = farthest * (_COLOURED if result.recolours else _VOUCHED if search.vouched else 1)
    short, far = (0.0, 1.0) if search.past else _carried(search, limit)
    if far is not None:
        _halved(search, short, far)
    return search.found()


def _carried(search: _Search, limit: float) -> tuple[float, float | None]:
    """Carry the edit on, up to `limit` times as strong: the last strength that fell short, and the first one
    that went too far, None where none did."""
    short = 1.0
    for factor in _FACTORS:
        if search.done or factor > limit or not search.tries(factor):
            break
        if search.past:
            return short, factor
        short = factor
    return short, None


def _is_of_whole_face(result: EditResult, request: EditRequest) -> bool:
    return result.everywhere and move_face(request.attributes) and not request.force_global


def _weakest(search: _Search) -> float:
    """Below an edit that goes too far, the weakest strength that was found to reach the goals."""
    short, far = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (short + far) / 2
        if search.control.cancelled:
            break
        short, far = (short, middle) if search.reaches(middle) else (middle, far)
    return far


def _halved(search: _Search, short: float, far: float) -> None:
    """Look between a strength that falls short and one that goes too far."""
    for _ in range(_HALVINGS):
        middle = (short + far) / 2
        if search.done or far - short < _LEAST or not search.tries(middle):
            break
        short, far = (short, middle) if search.past else (middle, far)


class _Search:
    """Strengths of one edit that are tried, and the best of them, which is `found`. `past` tells of the last
    one whether it went too far."""

    def __init__(
        self, result: EditResult, request: EditRequest, pack: ModelPack, control: RunControl
    ) -> None:
        self._result, self._pack, self.control = result, pack, control
        self._seen = self._best_seen = reduced(result, pack, _SEEN_AT)
        self._goals = {edit.name: edit.goal(request.smoothing) for edit in request.attributes}
        self.vouched = result.recognised < 1
        self._best, self._sure = 1.0, result.recognised
        found = _missing(self._seen, self._goals, pack)
        self._missing, self.past = found.amount, found.past

    @property
    def done(self) -> bool:
        """Whether what was asked for is shown, or nobody wants it any more."""
        return self._missing <= _NEAR or self.control.cancelled

    def reaches(self, factor: float) -> bool:
        """Whether an edit so many times as strong reaches the goals."""
        found = _missing(self._of(factor), self._goals, self._pack)
        return found.past or found.amount <= _WORTH

    def takes(self, factor: float) -> None:
        """Make an edit so many times as strong the best."""
        self._best = factor

    def tries(self, factor: float) -> bool:
        """Look at an edit so many times as strong; False where it would be another edit."""
        other = self._of(factor)
        if self.vouched:
            other = replace(other, recognised=_sureness(other, self._pack))
        soft = not self._result.recolours and self._pack.detail < FINE
        if soft and not _is_same_edit(other, self._best_seen):
            return False
        found = _missing(other, self._goals, self._pack)
        self.past = found.past
        if found.amount < self._missing - _WORTH:
            self._best, self._best_seen, self._sure = factor, other, other.recognised
            self._missing = found.amount
        return True

    def found(self) -> EditResult:
        """The best one, at the result's own size; the result itself where that is it."""
        if self._best == 1:
            return self._result
        # As it will be kept: what composing takes apart of it is remembered with it.
        return replace(along(self._result, self._pack, self._best), strength=1.0, recognised=self._sure)

    def _of(self, factor: float) -> EditResult:
        return replace(moved_along(self._seen, self._pack, factor), strength=1.0)


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


@dataclass(frozen=True)
class _Distance:
    """The largest distance of a probability from its goal, 0..1, and whether it lies beyond it."""

    amount: float
    past: bool


def _missing(result: EditResult, goals: Mapping[str, float], pack: ModelPack) -> _Distance:
    """Seen from the photo, also where the photo's one tone hides a colour."""
    shown = scored(result, pack, in_colour=True).probabilities
    name = max(goals, key=lambda name: abs(shown[name][1] - goals[name]))
    (before, after), goal = shown[name], goals[name]
    return _Distance(abs(after - goal), (after - goal) * (goal - before) > 0)
