"""Visibility: where anything is shown of an edit, and how far its blend mask reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..imaging.filters import blurred, smoothstep, strongest
from ..imaging.warp import resized
from ..types import FloatArray


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
    smoothed by `fitted`.
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


DEFAULT = Params()


def where_visible(
    change: FloatArray,
    source: FloatArray,
    before: FloatArray,
    region: FloatArray | None,
    hair: FloatArray | None,
    params: Params = DEFAULT,
) -> FloatArray:
    """(S, S), 0..1: where a `change` (S, S, 3) of the reconstruction `before` can be seen, and is shown.

    `source` is the photo. Without an edited `region` (S, S) the whole face is edited, of which only the face
    is shown, what else the reconstruction knows, and of the photo's `hair` (S, S) the shade.
    """
    changed = _where_changed(change, region, params)
    if region is not None:
        return changed
    changed = changed * face_or_known(source, before, params)
    return changed if hair is None else changed * hair_kept(change, hair, params)


def fitted_mask(
    mask: FloatArray, region: FloatArray | None, changed: FloatArray, params: Params = DEFAULT
) -> FloatArray:
    """The blend mask (S, S) as far as the edit changed the picture, and grown to where it did.

    `region` is the edited region after the edit where it is known: an opened mouth, larger hair.
    """
    size = mask.shape[0]
    wide = mask if region is None else np.maximum(mask, resized(region, size))
    reach = params.grown * size
    grown = blurred(ndimage.maximum_filter(wide, max(int(reach), 1)), reach / 2)
    fitted = blurred(np.maximum(wide, grown) * changed, params.fitted * size)
    return np.asarray(np.clip(fitted, 0, 1), np.float32)


def _where_changed(change: FloatArray, region: FloatArray | None, params: Params) -> FloatArray:
    """0..1: where the edit differs from the reconstruction by more than the eye lets pass.

    What passes unseen grows with the edit's own strength, and with the distance from its region.
    """
    size = change.shape[0]
    strength = strongest(blurred(change, params.seen_within * size))
    # Of the whole face every shade belongs to the edit: a beard's shadow beside a brow.
    peak = 0.0 if region is None else float(np.quantile(strength, params.peak))
    shares = zip(params.peak_shares, (params.least_seen, params.surely_seen), strict=True)
    low, high = (np.clip(share * peak, *limits) for share, limits in shares)
    reach = max(int(params.peak_reach * size), 1)
    wide = blurred(ndimage.maximum_filter(strength, reach), params.peak_reach / 2 * size)
    if region is not None:
        far = ndimage.distance_transform_edt(region < 0.5) if (region >= 0.5).any() else np.zeros_like(wide)
        wide = wide * (1 - smoothstep(far / size, *params.far))
    return smoothstep(wide, low, high)


def face_or_known(source: FloatArray, before: FloatArray, params: Params = DEFAULT) -> FloatArray:
    """0..1: the face, and what else the reconstruction shows as the photo does.

    An edit of the whole face changes hair and clothes too. Where the generator had drawn others than the
    photo's, nothing of that belongs to the photo.
    """
    size = source.shape[0]
    y, x = ((i + 0.5) / size for i in np.indices((size, size), np.float32))
    (x0, y0), (wide, high) = params.face_centre, params.face_axes
    face = 1 - smoothstep(np.hypot((x - x0) / wide, (y - y0) / high), *params.face_edge)
    wrong = source - before
    structure = strongest(wrong - blurred(wrong, params.missed_below * size))
    missed = blurred(structure, params.missed_within * size)
    return np.asarray(np.maximum(face, 1 - smoothstep(missed, *params.missed)), np.float32)


def hair_kept(change: FloatArray, hair: FloatArray, params: Params = DEFAULT) -> FloatArray:
    """0..1: the share of an edit of the whole face that is shown: nothing of what takes hair away.

    Where a render has shorter hair it has a background of its own, and over the photo's hair that is haze.
    """
    strength = blurred(strongest(change), params.restyled_within * len(change))
    return np.asarray(1 - np.clip(hair, 0, 1) * smoothstep(strength, *params.restyled), np.float32)
