"""What a person will see of an edit, as a function the optimisation can differentiate.

The published objective shows the classifier the whole render. Most of it is never shown: outside the edited
region the photo stays. A render can please the classifier with its hair or its light, and the photo then has
nothing of it. Here it is shown the composite of mode "detail" on the grid of the aligned square, made by the
same stages; only its finest grain, which `render` gives it at the photo's resolution, is left out. And a
photo of one tone (`tone`) is shown with the colours of its edit: a classifier of colour photos sees no
lipstick in grey, and would have a mouth in its place that the lips open to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, dilated, moved
from ..imaging.tensors import resize
from .decompose import Parts
from .light import Creases, creases
from .pipeline import GRID, Decisions, Given, assembled, content_of, decided
from .scale import FINE, REACH, WIDE
from .strategy import Facts, Strategy
from .visibility import face_or_known, fitted_mask, grown_mask, uncovered, without

_HELD = 8
"""For how many renders with a gradient the decisions are held: they cost as much as the render does."""


class EditedMasks(Protocol):
    """The masks that follow the edited region, (1, 1, R, R) in 0..1."""

    @property
    def blend(self) -> Tensor: ...
    @property
    def dynamic(self) -> Tensor: ...


class EditedFace(Protocol):
    """What compositing asks of the edit that is being optimised; `edit.problem.Problem` is one.

    `source` (1, 3, R, R) and `hair` (1, 1, R, R) in 0..1; `dyed` (1, 1, R, R) is the photo's own hair where
    nothing but its colour is edited, None for any other edit. `uncovered` (1, 1, 512, 512) in 0..1 is where
    nothing lies before the face, `within` where the edit is shown, None all over it, `skin` the photo's where
    that keeps its colour, None where it need not, `reshaped` the photo's hair where only its shape is edited.
    `enlarged` in px of the photo per drawn px; `refined` gives a render (1, 3, R, R) with all the detail that
    the pack draws.
    """

    @property
    def source(self) -> Tensor: ...
    @property
    def hair(self) -> Tensor: ...
    @property
    def dyed(self) -> Tensor | None: ...
    @property
    def masks(self) -> EditedMasks: ...
    @property
    def everywhere(self) -> bool: ...
    @property
    def uncovered(self) -> Tensor | None: ...
    @property
    def within(self) -> Tensor | None: ...
    @property
    def skin(self) -> Tensor | None: ...
    @property
    def enlarged(self) -> float: ...
    @property
    def recolours(self) -> bool: ...
    @property
    def reshaped(self) -> Tensor | None: ...

    def refined(self, render: Tensor) -> Tensor: ...


@dataclass(frozen=True, eq=False)
class _Laid:
    """An edit laid over the photo, (1, C, s, s) each: where it has `changed` the picture, the mask that is
    `shown`, and where more may come to be (`open`), the photo's `own` pixels as they moved, their `fine`
    detail on what is painted, and the creases."""

    changed: Tensor
    shown: Tensor
    open: Tensor
    own: Tensor
    fine: Tensor
    creases: Creases | None


class ShownOnPhoto:
    """Render (1, 3, S, S) -> the photo with the edit, (1, 3, s, s) in 0..1, s at most 256 px.

    `before` is the render of the unedited code. The regions are those of the problem's masks when called.
    What the stages measure of a render (`pipeline.decided`), and the detail that the pack adds to it, is
    measured anew of every render without a gradient, and of the first of each `_HELD` with one; of these the
    picture is exactly the composite. How sure the parser is of a mouth is asked when the edit is done. The
    gradient is the composite's, but that it is also told what would be seen where nothing of the edit is to
    be seen yet.
    """

    def __init__(self, problem: EditedFace, before: Tensor) -> None:
        self.problem = problem
        self.size = min(GRID, problem.source.shape[-1])
        hair = resize(problem.hair, self.size).clamp(0, 1) if problem.everywhere else None
        facts = Facts(problem.enlarged, 1.0, problem.recolours)
        drawn, self._start = self._drawn(before), before.detach()
        front = None if problem.uncovered is None else resize(1 - problem.uncovered, self.size)
        masks = (problem.within, problem.skin, problem.reshaped)
        others = [None if mask is None else resize(mask, self.size) for mask in masks]
        self._source = resize(problem.source, self.size)
        photo = uncovered(self._source, drawn, front)
        self._photo = self._given = Given(photo, drawn, None, facts, hair, front, *others)
        self._known = face_or_known(self._photo.source, drawn)
        self._masks: tuple[Tensor, Tensor] | None = None
        self._grown = self._open = self._known
        self._found: Decisions | None = None
        self._laid: _Laid | None = None
        self._detail = self._of = torch.zeros_like(drawn)
        self._given_of = self._given
        self._uses = 0

    def __call__(self, render: Tensor) -> Tensor:
        if not render.requires_grad and torch.equal(render, self._start):
            return self._source
        self._follow()
        edited = resize(render, self.size)
        found = self._measured(render, edited)
        edited = edited + self._detail
        parts = assembled(self._given, edited, found)
        laid = self._laid_over(parts)
        content = content_of(self._given, parts, laid.creases) + laid.fine
        added = content - parts.new * laid.own
        seen: Tensor = _Seen.apply(added, laid.shown, laid.open)
        return (laid.own + seen).clamp(0, 1)

    @property
    def strategy(self) -> Strategy | None:
        """What the last render was composed by."""
        return None if self._found is None else self._found.strategy

    @torch.no_grad()
    def _laid_over(self, parts: Parts) -> _Laid:
        """What does not depend on the render while the decisions and the masks stand still."""
        if self._laid is None or self._laid.changed is not parts.changed:
            given = self._given
            shown = without(fitted_mask(self._grown, parts.changed), given.kept)
            own = self._source
            if parts.strategy is not Strategy.RECOLOUR:
                own = moved(own, parts.flow * shown * self.size)
            fine = own - blurred(own, FINE * self.size) if parts.paints else torch.zeros_like(own)
            found = creases(shown, parts, given.region, given.source)
            fine, wide = parts.new * parts.grain * fine, torch.maximum(self._open, shown)
            self._laid = _Laid(parts.changed, shown, wide, own, fine, found)
        return self._laid

    @torch.no_grad()
    def _measured(self, render: Tensor, edited: Tensor) -> Decisions:
        due = not render.requires_grad or self._uses % _HELD == 0
        if self._found is None or (due and not self._is_same(render)):
            drawn = self._drawn(render)
            self._detail, self._of, self._given_of = drawn - edited, render.detach(), self._given
            self._found = decided(self._given, drawn)
        self._uses = self._uses + 1 if render.requires_grad else 0
        return self._found

    def _is_same(self, render: Tensor) -> bool:
        """Whether it is the one that was measured last, under the same masks: the first step of an edit is
        where the search along the directions ended."""
        of = self._of
        return self._given is self._given_of and of.shape == render.shape and torch.equal(of, render)

    @torch.no_grad()
    def _drawn(self, render: Tensor) -> Tensor:
        """A render as a result keeps it."""
        return self.problem.refined(resize(render, self.size)).clamp(0, 1)

    @torch.no_grad()
    def _follow(self) -> None:
        """Take over the masks, which stand still in most steps."""
        masks = self.problem.masks
        if self._masks is not None and masks.blend is self._masks[0] and masks.dynamic is self._masks[1]:
            return
        self._masks, self._laid = (masks.blend, masks.dynamic), None
        blend, region = resize(masks.blend, self.size).clamp(0, 1), None
        if not self.problem.everywhere:
            edited = masks.dynamic if self.problem.dyed is None else self.problem.dyed
            region = resize(edited, self.size).clamp(0, 1)
        self._given = replace(self._photo, region=region)
        self._grown = grown_mask(blend, region)
        if region is None:
            wide = blend * self._known
        else:
            near = blend * dilated(region, WIDE).clamp(0, 1)
            wide = torch.maximum(near, dilated(region, REACH).clamp(0, 1))
        self._open = without(wide, self._photo.kept)


class _Seen(torch.autograd.Function):
    """What is added to a photo through the mask `shown`, with the gradient of one that is `open` wider."""

    @staticmethod
    def forward(ctx: Any, added: Tensor, shown: Tensor, wide: Tensor) -> Tensor:
        ctx.save_for_backward(wide)
        return shown * added

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return gradients[0] * ctx.saved_tensors[0], None, None
