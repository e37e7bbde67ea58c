"""What a person will see of an edit, as a function the optimisation can differentiate.

The published objective shows the classifier the whole render. Most of it is never shown: outside the
edited region the photo stays. A render can please the classifier with its hair or its light, and the
photo then has nothing of it. This is a smooth stand-in for the default blend mode: the photo, with the
render's own pixels where a small region is edited, in the photo's tint, and with the change around it.
"""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from ..imaging.filters import LUMA
from ..imaging.tensors import resize
from .guided_recolour import DEFAULT as RECOLOURED
from .harmonise import DEFAULT as HARMONISED
from .harmonise import inner_face, lightest_paint
from .light import DEFAULT as LIT
from .painting import DEFAULT as PAINTED
from .painting import has_the_same_lines
from .params import LEAST_LIGHT, REACH
from .strategy import DEFAULT as CHOSEN
from .strategy import covered, is_fine_enough
from .visibility import DEFAULT as SEEN

_SIDE = 256
_COARSE = 64
"""Side in px at which colours are carried on: they are smooth."""
_NEAR = 0.1


class EditedMasks(Protocol):
    """The masks that follow the edited region, (1, 1, R, R) in 0..1."""

    @property
    def blend(self) -> Tensor: ...
    @property
    def dynamic(self) -> Tensor: ...


class EditedFace(Protocol):
    """What compositing asks of the edit that is being optimised; `edit.problem.Problem` is one.

    `source` (1, 3, R, R) and `hair` (1, 1, R, R) in 0..1; `enlarged` in px of the photo per drawn px;
    `refined` gives a render (1, 3, R, R) with all the detail that the pack draws.
    """

    @property
    def source(self) -> Tensor: ...
    @property
    def hair(self) -> Tensor: ...
    @property
    def masks(self) -> EditedMasks: ...
    @property
    def everywhere(self) -> bool: ...
    @property
    def enlarged(self) -> float: ...
    @property
    def recolours(self) -> bool: ...

    def refined(self, render: Tensor) -> Tensor: ...


class ShownOnPhoto:
    """Render (1, 3, S, S) -> the photo with the edit, (1, 3, s, s) in 0..1, s at most 256 px.

    `before` is the render of the unedited code. The regions are those of the problem's masks when called.
    """

    def __init__(self, problem: EditedFace, before: Tensor) -> None:
        self.problem = problem
        self.size = min(_SIDE, problem.source.shape[-1])
        self.source = resize(problem.source, self.size)
        self.before = resize(before, self.size).detach()
        self.tint = _blurred(self.source - self.before, SEEN.missed_below * self.size)
        self.known = _face_or_known(self.source - self.before - self.tint) if problem.everywhere else None
        self.large = (
            not problem.everywhere and covered(resize(problem.masks.dynamic, self.size)) > CHOSEN.large
        )
        missed = _blurred(
            (self.source - self.before).abs().amax(1, keepdim=True), RECOLOURED.missed_within * self.size
        )
        self.drawn = resize(1 - _smoothstep(missed, *RECOLOURED.undrawn), min(_COARSE, self.size))
        self.small = not problem.everywhere and not self.large
        # A colour too is sought on the render's lips, though it is laid on the photo's: more of it is found.
        self.painted = self.small and is_fine_enough(problem.enlarged) and self._is_known()
        face = torch.from_numpy(inner_face(self.size)).to(before.device)
        self.lightest = lightest_paint(
            float(torch.quantile(_light(self.source)[0, 0][face], HARMONISED.brightest))
        )
        self.even_light = _blurred(_light(self.source), LIT.evened * self.size)
        self.hair = resize(problem.hair, self.size).clamp(0, 1) if problem.everywhere else None
        # The masks stand still in most steps.
        self._made: tuple[Tensor, Tensor, Tensor] | None = None
        self._made_of: tuple[Tensor, ...] = ()
        self.room = _room(self.source) if self.small and not self.painted else None

    def __call__(self, render: Tensor) -> Tensor:
        edited = resize(render, self.size)
        shown, new, beside = self._masks()
        change = edited - self.before
        if self.hair is not None:
            shown = shown * _hair_kept(change.detach(), self.hair)
        if self.large:
            change = self._carried_on(change)
        if self.room is not None:
            kept = (self.room / self._gain(change)).clamp(max=1).square()
            lighter = _light(change).clamp(min=0)
            change = change - (1 - kept) * lighter if self.problem.recolours else change * kept
        if self.small:
            change = change * (1 - beside * (1 - self._not_too_dark(change)))
        changed = self.source + shown * change
        painted = self._dimmed(edited + self.tint) if self.painted else edited
        return torch.lerp(changed, painted, new).clamp(0, 1)

    def _carried_on(self, change: Tensor) -> Tensor:
        """A change of colour taken from where it is one, over all of the picture."""
        side = min(_COARSE, self.size)
        region = resize(self.problem.masks.dynamic, side)
        small = resize(change, side)
        with torch.no_grad():
            strength = _blurred(small.abs().amax(1, keepdim=True), RECOLOURED.missed_within * side)
            inside = strength[region > 0.5]
            most = torch.quantile(inside, RECOLOURED.most) if len(inside) else strength.new_ones(())
            share = strength / (most + LEAST_LIGHT)
            weight = region * self.drawn * _smoothstep(share, *RECOLOURED.coloured)
        weighted = torch.cat([weight * small, weight], 1)
        farther = _blurred(weighted, RECOLOURED.carried * side) + RECOLOURED.far_share * weighted.mean(
            (2, 3), keepdim=True
        )
        total = _blurred(weighted, RECOLOURED.outlines * side) + RECOLOURED.far_share * farther
        return resize(total[:, :3] / (total[:, 3:] + 1e-9), self.size)

    def _dimmed(self, picture: Tensor) -> Tensor:
        """A picture whose luminances are bent down to the lightest that is painted."""
        knee = HARMONISED.knee * self.lightest
        light = _light(picture).clamp(min=1e-4)
        over = (light - knee).clamp(min=0) / (self.lightest - knee)
        bent = torch.where(over > 0, knee + (self.lightest - knee) * (1 - torch.exp(-over)), light)
        return picture * (bent / light)

    def _gain(self, change: Tensor) -> Tensor:
        """By how much a change is lighter at the most, around each pixel."""
        reach = 2 * int(LIT.evened * self.size)
        peaks = F.max_pool2d(_light(change), 2 * reach + 1, 1, reach)
        return _blurred(peaks, LIT.evened * self.size).clamp(min=LEAST_LIGHT)

    def _not_too_dark(self, change: Tensor) -> Tensor:
        """The share of a change that darkens the photo no more than skin beside a region may be."""
        darker = _blurred((-_light(change)).clamp(min=0), LIT.evened * self.size).clamp(min=LEAST_LIGHT)
        return (LIT.darkest * self.even_light / darker).clamp(max=1)

    def _masks(self) -> tuple[Tensor, Tensor, Tensor]:
        """Where the change is shown, where the render's pixels are, and what lies beside the edited region;
        (1, 1, s, s) each."""
        followed = (self.problem.masks.blend, self.problem.masks.dynamic)
        if self._made is None or any(a is not b for a, b in zip(followed, self._made_of, strict=True)):
            with torch.no_grad():
                self._made, self._made_of = self._make_masks(), followed
        return self._made

    def _make_masks(self) -> tuple[Tensor, Tensor, Tensor]:
        masks, size = self.problem.masks, self.size
        blend = resize(masks.blend, size).clamp(0, 1)
        if self.known is not None:
            return blend * self.known, torch.zeros_like(blend), torch.zeros_like(blend)
        region = resize(masks.dynamic, size).clamp(0, 1)
        if self.large:
            return region, torch.zeros_like(region), torch.zeros_like(region)
        grown = _grown(region, REACH * size)
        shown = torch.maximum(blend * _grown(region, _NEAR * size), grown)
        beside = 1 - _grown(region, REACH / 2 * size)
        return shown, grown if self.painted else torch.zeros_like(grown), beside

    def _is_known(self) -> bool:
        """Whether the render of the unedited code shows the region as the photo does."""
        size = self.size
        weight = _grown(resize(self.problem.masks.dynamic, size).clamp(0, 1), REACH * size)
        drawn = self.problem.refined(self.before)
        a, b = (_light(p) for p in (self.source, drawn))
        fine, coarse = (sigma * size for sigma in PAINTED.lines)
        a, b = (_blurred(p, fine) - _blurred(p, coarse) for p in (a, b))
        return has_the_same_lines(a, b, weight)


def _face_or_known(missed: Tensor) -> Tensor:
    """Where an edit of the whole face is shown: on the face, and where little of the photo's structure was
    missed, (1, 3, s, s), by the reconstruction."""
    size = missed.shape[-1]
    at = (torch.arange(size, device=missed.device) + 0.5) / size
    (x0, y0), (wide, high) = SEEN.face_centre, SEEN.face_axes
    face = 1 - _smoothstep(torch.hypot((at - x0)[None] / wide, (at - y0)[:, None] / high), *SEEN.face_edge)
    error = _blurred(missed.abs().amax(1, keepdim=True), SEEN.missed_within * size)
    return torch.maximum(face, 1 - _smoothstep(error, *SEEN.missed))


def _hair_kept(change: Tensor, hair: Tensor) -> Tensor:
    """The share of an edit of the whole face that is shown: nothing of what takes the photo's hair away."""
    strength = _blurred(change.abs().amax(1, keepdim=True), SEEN.restyled_within * change.shape[-1])
    return 1 - hair * _smoothstep(strength, *SEEN.restyled)


def _smoothstep(values: Tensor, low: float, high: float) -> Tensor:
    t = ((values - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def _light(image: Tensor) -> Tensor:
    return (image * image.new_tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)


def _room(source: Tensor) -> Tensor:
    """By how much recoloured pixels of the photo may become lighter, (1, 1, s, s)."""
    size = source.shape[-1]
    even = _blurred(_light(source), LIT.evened * size)
    mean, square = (_blurred(v, LIT.around * size) for v in (even, even * even))
    return (mean + (square - mean * mean).clamp(min=0).sqrt() - even).clamp(min=LEAST_LIGHT)


def _grown(mask: Tensor, reach: float) -> Tensor:
    step = max(int(reach / 2), 1)
    wide = F.max_pool2d(mask, (2 * step + 1, 1), 1, (step, 0))
    return _blurred(F.max_pool2d(wide, (1, 2 * step + 1), 1, (0, step)), reach / 2)


def _blurred(image: Tensor, sigma: float) -> Tensor:
    """Three box filters, whose sum is nearly a Gaussian of `sigma` px; the border is repeated."""
    half = max(round(sigma), 1)
    for _ in range(3):
        image = F.avg_pool2d(F.pad(image, (0, 0, half, half), mode="replicate"), (2 * half + 1, 1), 1)
        image = F.avg_pool2d(F.pad(image, (half, half, 0, 0), mode="replicate"), (1, 2 * half + 1), 1)
    return image
