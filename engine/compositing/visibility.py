"""Visibility: where anything is shown of an edit, and how far its blend mask reaches."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..imaging.tensor_filters import (
    blurred,
    dilated,
    distance_to,
    highest,
    quantile,
    resized,
    smoothstep,
    strongest,
)


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    Seen is a change whose strength (within the sigma `seen_within`, of its highest within `peak_reach`) lies
    between `peak_shares` of the edit's own (its quantile `peak`), within the limits `least_seen` and
    `surely_seen`; beyond `far` from an edited region it fades. The aligned face is an ellipse, `face_centre`
    and `face_axes` x and y, that ends between the multiples `face_edge` of it. Outside it the reconstruction
    no longer shows the photo between the errors of its structure `missed`, in neighbourhoods of sigma
    `missed_within`; above `missed_below` a difference is a tint. Between the changes `restyled` of a photo's
    hair (sigma `restyled_within`) it would be shorter, longer or gone. A blend mask grows by `grown` and is
    smoothed by `fitted`. What lies before the face is taken for `cleared` wider when colours are compared.
    """

    seen_within: float = 0.006
    peak: float = 0.99
    peak_shares: tuple[float, float] = (0.1, 0.3)
    least_seen: tuple[float, float] = (3 / 255, 8 / 255)
    surely_seen: tuple[float, float] = (10 / 255, 24 / 255)
    peak_reach: float = 0.02
    far: tuple[float, float] = (0.08, 0.2)
    face_centre: tuple[float, float] = (0.5, 0.58)
    face_axes: tuple[float, float] = (0.27, 0.34)
    face_edge: tuple[float, float] = (1.0, 1.5)
    missed: tuple[float, float] = (8 / 255, 20 / 255)
    missed_within: float = 0.02
    missed_below: float = 0.03
    restyled: tuple[float, float] = (0.04, 0.12)
    restyled_within: float = 0.01
    grown: float = 0.04
    fitted: float = 0.006
    cleared: float = 0.008


DEFAULT = Params()


def where_visible(
    change: Tensor,
    source: Tensor,
    before: Tensor,
    region: Tensor | None,
    hair: Tensor | None,
    params: Params = DEFAULT,
) -> Tensor:
    """(1, 1, S, S), 0..1: where a `change` (1, 3, S, S) of the reconstruction `before` can be seen, and is
    shown.

    `source` is the photo. Without an edited `region` (1, 1, S, S) the whole face is edited, of which only the
    face is shown, what else the reconstruction knows, and of the photo's `hair` (1, 1, S, S) the shade.
    """
    changed = _where_changed(change, region, params)
    if region is not None:
        return changed
    changed = changed * face_or_known(source, before, params)
    return changed if hair is None else changed * hair_kept(change, hair, params)


def grown_mask(mask: Tensor, region: Tensor | None, params: Params = DEFAULT) -> Tensor:
    """The blend mask (1, 1, S, S) grown to where an edit may show.

    `region` is the edited region after the edit where it is known: an opened mouth, larger hair.
    """
    size = mask.shape[-1]
    wide = mask if region is None else torch.maximum(mask, resized(region, size))
    reach = params.grown * size
    return torch.maximum(wide, blurred(highest(wide, max(int(reach), 1)), reach / 2))


def fitted_mask(grown: Tensor, changed: Tensor, params: Params = DEFAULT) -> Tensor:
    """A grown blend mask (1, 1, S, S) as far as the edit `changed` the picture."""
    return blurred(grown * changed, params.fitted * grown.shape[-1]).clamp(0, 1)


def kept(in_front: Tensor | None, within: Tensor | None) -> Tensor | None:
    """What keeps its pixels, (1, 1, S, S) in 0..1: what lies `in_front` of the face, and all that is not
    `within` where the edit is to be shown; None where nothing is known to."""
    if within is None:
        return in_front
    return 1 - within if in_front is None else 1 - within * (1 - in_front)


def uncovered(source: Tensor, before: Tensor, in_front: Tensor | None, params: Params = DEFAULT) -> Tensor:
    """The photo (1, 3, S, S) with its reconstruction `before` in the place of what lies `in_front` of the
    face: what is measured of the two must not take a microphone's colours for the skin's. A little beyond it,
    too, where its edge is soft."""
    if in_front is None:
        return source
    wide = dilated(in_front, params.cleared).clamp(0, 1)
    return source + wide * (before - source)


def without(shown: Tensor, kept: Tensor | None) -> Tensor:
    """What is `shown` (1, 1, S, S), 0..1, without what is kept, which keeps its bits."""
    return shown if kept is None else shown * (1 - kept).clamp(0, 1)


def _where_changed(change: Tensor, region: Tensor | None, params: Params) -> Tensor:
    """0..1: where the edit differs from the reconstruction by more than the eye lets pass.

    What passes unseen grows with the edit's own strength, and with the distance from its region.
    """
    size = change.shape[-1]
    strength = strongest(blurred(change, params.seen_within * size))
    # Of the whole face every shade belongs to the edit: a beard's shadow beside a brow.
    peak = 0.0 if region is None else quantile(strength, params.peak)
    shares = zip(params.peak_shares, (params.least_seen, params.surely_seen), strict=True)
    low, high = (min(max(share * peak, least), most) for share, (least, most) in shares)
    reach = max(int(params.peak_reach * size), 1)
    wide = blurred(highest(strength, reach), params.peak_reach / 2 * size)
    if region is not None:
        wide = wide * (1 - smoothstep(distance_to(region) / size, *params.far))
    return smoothstep(wide, low, high)


def face_or_known(source: Tensor, before: Tensor, params: Params = DEFAULT) -> Tensor:
    """0..1: the face, and what else the reconstruction shows as the photo does.

    An edit of the whole face changes hair and clothes too. Where the generator had drawn others than the
    photo's, nothing of that belongs to the photo.
    """
    size = source.shape[-1]
    at = (torch.arange(size, device=source.device) + 0.5) / size
    (x0, y0), (wide, high) = params.face_centre, params.face_axes
    away = torch.hypot((at - x0)[None] / wide, (at - y0)[:, None] / high)
    face = 1 - smoothstep(away, *params.face_edge)
    wrong = source - before
    structure = strongest(wrong - blurred(wrong, params.missed_below * size))
    missed = blurred(structure, params.missed_within * size)
    return torch.maximum(face, 1 - smoothstep(missed, *params.missed))


def hair_kept(change: Tensor, hair: Tensor, params: Params = DEFAULT) -> Tensor:
    """0..1: the share of an edit of the whole face that is shown: nothing of what takes hair away.

    Where a render has shorter hair it has a background of its own, and over the photo's hair that is haze.
    """
    strength = blurred(strongest(change), params.restyled_within * change.shape[-1])
    return 1 - hair.clamp(0, 1) * smoothstep(strength, *params.restyled)
