"""Visibility: where anything is shown of an edit, and how far its blend mask reaches."""

from __future__ import annotations

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
from .scale import BROAD, EXTREME, FACE, FINE, REACH, SEEN, SMALL, UNSEEN

_SHARES = (0.1, 0.3)
"""Of an edit's own strength: what is weaker passes unseen beside it, within the limits of `UNSEEN` and
`SEEN`."""
_FAR = (0.08, 0.2)
"""How far from an edited region, in shares of the side, its changes fade."""
_FACE_EDGE = (1.0, 1.5)
"""Between which multiples of its ellipse an aligned face ends."""
_RESTYLED = (0.04, 0.12)
"""Between which changes the photo's hair would be shorter, longer or gone: more than another light makes."""


def where_visible(
    change: Tensor, source: Tensor, before: Tensor, region: Tensor | None, hair: Tensor | None
) -> Tensor:
    """(1, 1, S, S), 0..1: where a `change` (1, 3, S, S) of the reconstruction `before` can be seen, and is
    shown.

    `source` is the photo. Without an edited `region` (1, 1, S, S) the whole face is edited, of which only the
    face is shown, what else the reconstruction knows, and of the photo's `hair` (1, 1, S, S) the shade.
    """
    changed = _where_changed(change, region)
    if region is not None:
        return changed
    changed = changed * face_or_known(source, before)
    return changed if hair is None else changed * hair_kept(change, hair)


def grown_mask(mask: Tensor, region: Tensor | None) -> Tensor:
    """The blend mask (1, 1, S, S) grown to where an edit may show.

    `region` is the edited region after the edit where it is known: an opened mouth, larger hair.
    """
    size = mask.shape[-1]
    wide = mask if region is None else torch.maximum(mask, resized(region, size))
    reach = BROAD * size
    return torch.maximum(wide, blurred(highest(wide, max(int(reach), 1)), reach / 2))


def fitted_mask(grown: Tensor, changed: Tensor) -> Tensor:
    """A grown blend mask (1, 1, S, S) as far as the edit `changed` the picture."""
    return blurred(grown * changed, FINE * grown.shape[-1]).clamp(0, 1)


def kept(in_front: Tensor | None, within: Tensor | None) -> Tensor | None:
    """What keeps its pixels, (1, 1, S, S) in 0..1: what lies `in_front` of the face, and all that is not
    `within` where the edit is to be shown; None where nothing is known to."""
    if within is None:
        return in_front
    return 1 - within if in_front is None else 1 - within * (1 - in_front)


def uncovered(source: Tensor, before: Tensor, in_front: Tensor | None) -> Tensor:
    """The photo (1, 3, S, S) with its reconstruction `before` in the place of what lies `in_front` of the
    face: what is measured of the two must not take a microphone's colours for the skin's. A little beyond it,
    too, where its edge is soft."""
    if in_front is None:
        return source
    wide = dilated(in_front, FINE).clamp(0, 1)
    return source + wide * (before - source)


def without(shown: Tensor, kept: Tensor | None) -> Tensor:
    """What is `shown` (1, 1, S, S), 0..1, without what is kept, which keeps its bits."""
    return shown if kept is None else shown * (1 - kept).clamp(0, 1)


def _where_changed(change: Tensor, region: Tensor | None) -> Tensor:
    """0..1: where the edit differs from the reconstruction by more than the eye lets pass.

    What passes unseen grows with the edit's own strength, and with the distance from its region.
    """
    size = change.shape[-1]
    strength = strongest(blurred(change, FINE * size))
    # Of the whole face every shade belongs to the edit: a beard's shadow beside a brow.
    peak = 0.0 if region is None else quantile(strength, EXTREME)
    shares = zip(_SHARES, (UNSEEN, SEEN), strict=True)
    low, high = (min(max(share * peak, least), most) for share, (least, most) in shares)
    reach = max(int(REACH * size), 1)
    wide = blurred(highest(strength, reach), REACH / 2 * size)
    if region is not None:
        wide = wide * (1 - smoothstep(distance_to(region) / size, *_FAR))
    return smoothstep(wide, low, high)


def face_or_known(source: Tensor, before: Tensor) -> Tensor:
    """0..1: the face, and what else the reconstruction shows as the photo does.

    An edit of the whole face changes hair and clothes too. Where the generator had drawn others than the
    photo's, nothing of that belongs to the photo.
    """
    size = source.shape[-1]
    at = (torch.arange(size, device=source.device) + 0.5) / size
    (x0, y0), (wide, high) = FACE
    away = torch.hypot((at - x0)[None] / wide, (at - y0)[:, None] / high)
    face = 1 - smoothstep(away, *_FACE_EDGE)
    wrong = source - before
    structure = strongest(wrong - blurred(wrong, BROAD * size))
    missed = blurred(structure, REACH * size)
    return torch.maximum(face, 1 - smoothstep(missed, *SEEN))


def hair_kept(change: Tensor, hair: Tensor) -> Tensor:
    """0..1: the share of an edit of the whole face that is shown: nothing of what takes hair away.

    Where a render has shorter hair it has a background of its own, and over the photo's hair that is haze.
    """
    strength = blurred(strongest(change), SMALL * change.shape[-1])
    return 1 - hair.clamp(0, 1) * smoothstep(strength, *_RESTYLED)
