"""An edit taken apart: what moved, what changed its colour, and what is new.

Everything is decided from three pictures of the aligned square: the input, the generator's picture of it
before the edit (the reconstruction) and after. Lengths are shares of the square's side, differences are
in the image's range 0..1, so that the same numbers hold at every resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..imaging.filters import blurred, dilated, light_of, moved, smoothstep, strongest
from ..imaging.optical_flow import dense_flow, without_folds
from ..imaging.warp import resized
from ..types import FloatArray
from .global_shift import drift
from .guided_recolour import within
from .harmonise import fitting
from .params import (
    AROUND,
    CREASED,
    DARKEST,
    EVENED,
    FACE_AXES,
    FACE_CENTRE,
    FACE_EDGE,
    LEAST_LIGHT,
    LIGHT_WITHIN,
    MISSED,
    MISSED_BELOW,
    MISSED_WITHIN,
    OUTLINE_REACH,
    OUTLINE_WITHIN,
    OUTLINED,
    REACH,
    RESTYLED,
    RESTYLED_WITHIN,
    STRUCTURE,
    is_known,
    is_large,
)

_PULL = (0.06, 0.15)
"""Between which distances from an edited region, in shares of the side, what it pulls along comes to rest."""
_WHOLE = 0.1
"""The share of a region that must be new for all of it to be."""
_DARKENED, _LIGHTENED = (0.2, 0.4), (0.1, 0.22)
"""Between which changes of the luminance a pixel is no longer the same thing in another colour: paint may be
darker than lips, teeth are lighter."""
_SEEN = (3 / 255, 10 / 255)
"""Between which strengths a change of a large region's colour comes to be seen."""
_HALF_EVENED = 0.1
"""Mean mask around a pixel at which half of a change of light is taken out: a lone crease is to be seen."""
_SHADE = 16 / 255
"""The most that a moved pixel's change of light, seen evenly, counts for."""
_SMALL = 256
"""What is decided is smooth: pictures above this size are reduced for it."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The edit's parts, (S, S) or (S, S, C) float32, S the generator's resolution.

    `flow` is x and y in shares of the side: the edit at u shows what lay at u + flow. `change` is added
    to the moved photo. `new` (0..1) says where the photo gives way to `picture`, the edit itself in the
    photo's tint; `grain` (0..1) how far the photo's finest detail stays over it, since new skin beside a new
    mouth has the same pores. `changed` (0..1) is where anything can be seen of the edit.
    """

    flow: FloatArray
    change: FloatArray
    new: FloatArray
    picture: FloatArray
    changed: FloatArray
    grain: FloatArray


def take_apart(
    source: FloatArray,
    before: FloatArray,
    after: FloatArray,
    region: FloatArray | None = None,
    paintable: bool = True,
    hair: FloatArray | None = None,
    recolours: bool = False,
) -> Parts:
    """The parts of the edit from `before` to `after` of the input `source`; all (S, S, 3), 0..1.

    `region` (S, S) is the edited region: far from it a change must be clearer to count. Without one the
    whole face is edited, but of the photo's `hair` (S, S) only the shade. A region is painted only where
    that is allowed (`paintable`) and the generator knows it; what an edit only `recolours` is not.
    """
    size = before.shape[0]
    small = min(size, _SMALL)
    tiny = [resized(p, small) for p in (source, before, after)]
    share = _share_of_improvement(tiny[0], tiny[1], tiny[2])
    fitted = _without_improvement(tiny[0], tiny[1], tiny[2], share)
    near = None if region is None else resized(region, small)
    shift = drift(fitted - tiny[1], tiny[0], near)
    changed = _where_changed(fitted - tiny[1] - shift, near)
    changed = changed * _face_or_known(tiny[0], tiny[1]) if near is None else changed
    if near is None and hair is not None:
        changed = changed * _hair_kept(fitted - tiny[1] - shift, resized(hair, small))
    followed = _followed(tiny[0], tiny[1], near)
    large = near is not None and is_large(near)
    # Between hair of another colour and the skin there is no movement, though it looks like one.
    followed = np.zeros_like(followed) if large else followed
    flow = _trusted_flow(fitted - shift, tiny[1], changed * followed) * followed[..., None]
    flow = without_folds(flow * small) / np.float32(small)
    new = _novelty(fitted - shift, moved(tiny[1], flow * small))
    # Hair is recoloured strand by strand and never painted over: no generator has its texture.
    if near is not None:
        known = not large and paintable and not recolours and _is_known(tiny[0], tiny[1], near)
        new = _whole_region(new, near) if known else np.zeros_like(new)

    flow = resized(flow, size)
    share, changed, new = (_weights(m, size) for m in (share, changed, new))
    level = resized(shift, size)
    edit = _without_improvement(source, before, after, share) - level
    origin = moved(before, flow * np.float32(size))
    rest = edit - origin
    soft = blurred(rest, 0.008 * size)
    fine = rest - soft
    # The generator's fine texture differs between any two renders. It is shown where it is new, or
    # stronger than that; beside a small region creases are all there is, and they are soft.
    structure = np.sqrt(np.maximum(blurred(strongest(fine) ** 2, 0.01 * size), 0))
    strong = smoothstep(structure, 6 / 255, 16 / 255)
    shown = np.maximum(
        new, strong if near is None or large else strong * np.clip(dilated(resized(near, size), REACH), 0, 1)
    )
    change = np.asarray(soft + shown[..., None] * fine, np.float32)
    if near is not None and large:
        change = within(change, resized(near, size), source, before)
        changed = np.maximum(changed, smoothstep(strongest(change), *_SEEN))
    elif near is not None:
        if not new.any():
            own = moved(source, flow * np.float32(size))
            change = _no_lighter_than_around(change, source, own, recolours)
        change = _no_darker_beside(change, source, resized(near, size))
        change = np.asarray(change * (1 - _held(source, resized(near, size)))[..., None], np.float32)
    tint = moved(blurred(source - before, 0.05 * size), flow * np.float32(size))
    return Parts(
        flow=flow,
        change=change,
        new=new,
        picture=fitting(np.asarray(after - level + tint, np.float32), source, before, new),
        changed=changed,
        grain=_beside(region, size),
    )


def fitted_mask(mask: FloatArray, region: FloatArray | None, changed: FloatArray) -> FloatArray:
    """The blend mask (S, S) as far as the edit changed the picture, and grown to where it did.

    `region` is the edited region after the edit where it is known: an opened mouth, larger hair.
    """
    size = mask.shape[0]
    wide = mask if region is None else np.maximum(mask, resized(region, size))
    reach = 0.04 * size
    grown = blurred(ndimage.maximum_filter(wide, max(int(reach), 1)), reach / 2)
    fitted = blurred(np.maximum(wide, grown) * changed, 0.006 * size)
    return np.asarray(np.clip(fitted, 0, 1), np.float32)


def with_even_light(
    content: FloatArray, shown: FloatArray, parts: Parts, region: FloatArray | None, source: FloatArray
) -> FloatArray:
    """The content (S, S, 3) of a recipe whose mask is `shown`, without what the edit does to the light away
    from a small region: a smile draws creases into the cheeks, it makes no darker skin.

    The mean of what is shown around each pixel is taken out, less where little is shown; so is what comes
    from the movement of the photo, `source`: shade that moves into a cheek. An outline that moves is none.
    """
    if region is None or is_large(region):
        return content
    size = len(shown)
    beside = 1 - np.clip(dilated(resized(region, size), CREASED), 0, 1)
    beside = np.maximum(beside * (1 - parts.new), parts.grain * parts.new)[..., None]
    new = parts.new[..., None]
    weight = shown[..., None] * beside
    pulled = moved(source, parts.flow * (shown * np.float32(size))[..., None]) - source
    # By movement a pixel changes whole, however little of the content is shown.
    own = (1 - new) * beside * np.clip(blurred(pulled, EVENED * size), -_SHADE, _SHADE)
    changed = weight * (content - new * source) + own
    mean = blurred(np.concatenate([changed, weight], axis=-1), LIGHT_WITHIN * size)
    even = mean[..., :-1] / (mean[..., -1:] + _HALF_EVENED)
    return np.asarray(content - beside * even, np.float32)


def _share_of_improvement(source: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
    """0..1: how much of what the reconstruction missed the edit's render has made good.

    The optimisation goes on fitting the photo while it edits. That part of the difference is no edit.
    """
    error, change = before - source, after - before
    sigma = 0.03 * before.shape[0]
    along = blurred(-(change * error).sum(axis=-1), sigma)
    missed = blurred((error * error).sum(axis=-1), sigma)
    return np.asarray(np.clip(along / (missed + 1e-4), 0, 1), np.float32)


def _without_improvement(
    source: FloatArray, before: FloatArray, after: FloatArray, share: FloatArray
) -> FloatArray:
    return np.asarray(after + share[..., None] * (before - source), np.float32)


def _weights(values: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.clip(resized(values, size), 0, 1), np.float32)


def _where_changed(change: FloatArray, region: FloatArray | None) -> FloatArray:
    """0..1: where the edit differs from the reconstruction by more than the eye lets pass.

    What passes unseen grows with the edit's own strength, and with the distance from its region.
    """
    size = change.shape[0]
    strength = strongest(blurred(change, 0.006 * size))
    # Of the whole face every shade belongs to the edit: a beard's shadow beside a brow.
    peak = 0.0 if region is None else float(np.quantile(strength, 0.99))
    low, high = np.clip(0.1 * peak, 3 / 255, 8 / 255), np.clip(0.3 * peak, 10 / 255, 24 / 255)
    wide = blurred(ndimage.maximum_filter(strength, max(int(0.02 * size), 1)), 0.01 * size)
    if region is not None:
        far = ndimage.distance_transform_edt(region < 0.5) if (region >= 0.5).any() else np.zeros_like(wide)
        wide = wide * (1 - smoothstep(far / size, 0.08, 0.2))
    return smoothstep(wide, low, high)


def _followed(source: FloatArray, before: FloatArray, region: FloatArray | None) -> FloatArray:
    """0..1: where the reconstruction shows what the photo does, so that its movement is the photo's too.

    A strand of hair or a finger that the generator left out must not be moved with the cheek behind it. The
    edited region itself is always followed: soft as it is drawn there, that is what is to move. Far from it
    nothing moves: an eye that shifts with a smile is by the way; nor does the outline of a cheek before hair
    or a background, which every other code draws a little elsewhere.
    """
    size = source.shape[0]
    wrong = source - before
    wrong = wrong - blurred(wrong, 0.03 * size)
    missed = blurred(strongest(wrong), 0.006 * size)
    believed = 1 - smoothstep(missed, 10 / 255, 30 / 255)
    if region is None or not (region >= 0.5).any():
        return believed
    far = ndimage.distance_transform_edt(region < 0.5) / size
    near = 1 - smoothstep(np.asarray(far, np.float32), *_PULL)
    free = near * (1 - _held(source, region))
    return np.asarray(np.maximum(believed, np.clip(region * 2, 0, 1)) * free, np.float32)


def _held(source: FloatArray, region: FloatArray) -> FloatArray:
    """0..1: where, beside the region, two things of different lightness meet in the photo (S, S, 3)."""
    size, light = len(source), light_of(source)
    mean, square = (blurred(v, OUTLINE_WITHIN * size) for v in (light, light * light))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    outlines = smoothstep(ndimage.maximum_filter(spread, max(int(OUTLINE_REACH * size), 1)), *OUTLINED)
    return np.asarray(outlines * (1 - np.clip(dilated(region, 1.5 * REACH), 0, 1)), np.float32)


def _face_or_known(source: FloatArray, before: FloatArray) -> FloatArray:
    """0..1: the face, and what else the reconstruction shows as the photo does.

    An edit of the whole face changes hair and clothes too. Where the generator had drawn others than the
    photo's, nothing of that belongs to the photo.
    """
    size = source.shape[0]
    y, x = ((i + 0.5) / size for i in np.indices((size, size), np.float32))
    (x0, y0), (wide, high) = FACE_CENTRE, FACE_AXES
    face = 1 - smoothstep(np.hypot((x - x0) / wide, (y - y0) / high), *FACE_EDGE)
    wrong = source - before
    missed = blurred(strongest(wrong - blurred(wrong, MISSED_BELOW * size)), MISSED_WITHIN * size)
    return np.asarray(np.maximum(face, 1 - smoothstep(missed, *MISSED)), np.float32)


def _hair_kept(change: FloatArray, hair: FloatArray) -> FloatArray:
    """0..1: the share of an edit of the whole face that is shown: nothing of what takes hair away.

    Where a render has shorter hair it has a background of its own, and over the photo's hair that is haze.
    """
    strength = blurred(strongest(change), RESTYLED_WITHIN * len(change))
    return np.asarray(1 - np.clip(hair, 0, 1) * smoothstep(strength, *RESTYLED), np.float32)


def _trusted_flow(edit: FloatArray, before: FloatArray, changed: FloatArray) -> FloatArray:
    """The flow in shares of the side, fading to zero where it cannot be trusted or nothing changed."""
    size = edit.shape[0]
    flow, trust = dense_flow(edit, before)
    sigma = 0.01 * size
    unmoved = blurred(strongest(edit - before), sigma)
    left = blurred(strongest(edit - moved(before, flow)), sigma)
    helps = smoothstep(1 - left / (unmoved + 2 / 255), 0.15, 0.5)
    weight = (trust * helps * changed)[..., None]
    smooth = blurred(np.concatenate([flow * weight, weight], axis=-1).astype(np.float32), 1.2 * sigma)
    return np.asarray(smooth[..., :2] / (smooth[..., 2:] + 0.15) / size, np.float32)


def _novelty(edit: FloatArray, origin: FloatArray) -> FloatArray:
    """0..1: where the edit shows something that the moved reconstruction does not have.

    Recoloured lips keep their outline and stay like themselves; teeth between them do not. Nor is that paint
    which becomes so much lighter or darker: teeth where a lip shone are teeth.
    """
    size = edit.shape[0]
    a, b = (p - blurred(p, 0.04 * size) for p in (edit, origin))
    sigma = 0.015 * size
    together, own_a, own_b = (blurred(v.sum(axis=-1), sigma) for v in (a * b, a * a, b * b))
    floor = 3 * (5 / 255) ** 2
    alike = (together + floor) / (np.sqrt(own_a * own_b) + floor)
    rest = blurred(strongest(edit - origin), 0.008 * size)
    unlike = smoothstep(1 - alike, 0.25, 0.6) * smoothstep(rest, 8 / 255, 24 / 255)
    light = blurred(light_of(edit - origin), 0.008 * size)
    repainted = np.maximum(smoothstep(light, *_LIGHTENED), smoothstep(-light, *_DARKENED))
    return np.asarray(np.maximum(unlike, repainted), np.float32)


def _whole_region(new: FloatArray, region: FloatArray) -> FloatArray:
    """Novelty of an edited region (S, S): a small one is new as a whole where a good part of it is, or not
    at all.

    Half a mouth moved and half a mouth painted make no mouth: the old lips show through beside the new.
    Away from the region nothing is new: what an edit paints there is by the way.
    """
    grown = smoothstep(dilated(region, REACH), 0.05, 0.8)
    share = float((new * region).sum() / (region.sum() + 1))
    return np.asarray(grown if share > _WHOLE else np.zeros_like(new), np.float32)


def _is_known(source: FloatArray, before: FloatArray, region: FloatArray) -> bool:
    """Whether the reconstruction shows the edited region as the photo does, lines where it has lines.

    What a generator draws in the place of a mouth that it does not know is a blot. Then nothing is painted:
    the photo's own mouth moves and takes other colours.
    """
    size = source.shape[0]
    weight = dilated(region, REACH)
    a, b = (light_of(p) for p in (source, before))
    fine, coarse = (sigma * size for sigma in STRUCTURE)
    a, b = (blurred(p, fine) - blurred(p, coarse) for p in (a, b))
    return is_known(a, b, weight)


def _no_lighter_than_around(
    change: FloatArray, source: FloatArray, own: FloatArray, recolours: bool
) -> FloatArray:
    """A change of what is not painted, (S, S, 3), that makes the moved photo `own` no lighter than the photo
    is around there (mean and one standard deviation). Teeth where a lip shone would be a white lip. Of what
    only `recolours` the light alone is held back: red is lighter than a beard."""
    size = source.shape[0]
    even, light = (blurred(light_of(p), EVENED * size) for p in (source, own))
    peaks = ndimage.maximum_filter(light_of(change), 4 * int(EVENED * size) + 1)
    more = blurred(peaks, EVENED * size)
    mean, square = (blurred(v, AROUND * size) for v in (even, even * even))
    limit = mean + np.sqrt(np.maximum(square - mean * mean, 0))
    share = np.clip(np.maximum(limit - light, 0) / np.maximum(more, LEAST_LIGHT), 0, 1)
    # Squared: what would have to be much lighter is something else, and a part of it only its tint.
    kept = np.where(more > LEAST_LIGHT, share**2, 1)[..., None]
    if recolours:
        return np.asarray(change - (1 - kept) * np.maximum(light_of(change), 0)[..., None], np.float32)
    return np.asarray(change * kept, np.float32)


def _no_darker_beside(change: FloatArray, source: FloatArray, region: FloatArray) -> FloatArray:
    """A change of what is not painted, (S, S, 3), that darkens the skin beside the region by a share of its
    light at the most: a crease is drawn, no beard."""
    size = source.shape[0]
    beside = 1 - np.clip(blurred(ndimage.maximum_filter(region, 2 * int(REACH * size / 2) + 1), 2), 0, 1)
    light = blurred(light_of(source), EVENED * size)
    darker = blurred(np.maximum(-light_of(change), 0), EVENED * size)
    share = np.clip(DARKEST * light / np.maximum(darker, LEAST_LIGHT), 0, 1)
    return np.asarray(change * (1 - beside * (1 - share))[..., None], np.float32)


def _beside(region: FloatArray | None, size: int) -> FloatArray:
    """0..1: what does not belong to the edited region, neither as it was nor as it is."""
    if region is None:
        return np.zeros((size, size), np.float32)
    return 1 - smoothstep(blurred(resized(region, size), 0.004 * size), 0.05, 0.4)
