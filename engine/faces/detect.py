"""Finding faces in a photo: a small copy, an image pyramid, and a second look at every candidate.

The detector (`engine.models.face_finder`) answers to faces of one octave and a half in size, so that it runs
over copies of the photo, each half as large as the last. What it proposes is cut out of the photo upright and
at one scale; the refiner places the landmarks there and discards what is no face. What is left is cut out
again, from several distances, for the landmarks alone. Faces that are turned too far for the detector are
looked for in turned copies: very small ones beside a face that was found, larger ones where there is none.
What is not found so either is looked for once more, brightened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..errors import NoFaceError, PhotoError
from ..models.face_finder import CROP_SIZE, LARGEST, LOOKS, MULTIPLE, SMALLEST, FaceFinder
from ..packs.spare import falls_back
from ..types import ByteArray, FaceBox, Photo, Points
from .align import SMALLEST as SMALLEST_CROP
from .align import align, check_square, cut_square, ffhq_quad
from .search_copies import small_copy, turned_copy

if TYPE_CHECKING:
    from ..packs.pack import ModelPack

LONGEST = 800
"""Side in px of the largest copy of a photo that is searched."""

_ACCEPTED = 0.5
_PROPOSAL = _ACCEPTED**2
"""The score is the geometric mean of both networks', so that less from the detector is never enough."""
_OVERLAP = 0.35
_MOST_PROPOSALS = 256
_BATCH = 32
_PASSES = 2
_DOUBTFUL = 0.65
"""Scores below this are looked at by the face parser: at most so many in a photo, the lowest ones."""
_MOST_DOUBTS = 12
_NOSE = (0.5, 0.7, 0.4, 0.6)
"""Where an aligned face has its nose: top, bottom, left, right, in shares of the square."""
_LEAST_NOSE = 0.12
"""Mean probability of a nose there. Held-out pictures' true faces of such scores have 0.21 and more, a boot
and a hand 0.05."""
_TURNED_LONGEST, _BESIDE_LONGEST, _TURNS = 400, 192, (-35.0, 35.0)
"""Copies of at most that many px, and of half the photo's, are searched, turned by so many degrees: where no
face is seen, and where one is, beside it."""
_BESIDE = 0.6
"""What is found there has to be surer than a face that is seen at once. Of twenty turned faces of training
pictures nineteen had 0.67 and more; in 959 photos nothing had 0.6 that is no face."""
_LEAST_TURN = 12.0
"""To be turned by more than so many degrees: of upright ones the first search has judged."""
_APART = 0.2
"""And to have less than this share of its square in common with a face that is known."""
_LIT_LONGEST, _LIT_GAMMA = 1600, 0.7
"""Where none is seen turned either, the photo is looked at again, brightened: a copy of at most that many px,
to that power."""
_MIRRORED = [1, 0, 2, 4, 3]


def face_square(landmarks: Points) -> tuple[Points, float]:
    """Centre (2,) and half side of the upright square from hairline to chin, both in px.

    `landmarks` (5, 2) as in `FaceBox`.
    """
    eyes, mouth = landmarks[:2].mean(0), landmarks[3:].mean(0)
    across, down = landmarks[1] - landmarks[0], mouth - eyes
    scale = max(float(np.hypot(*across)), 0.9 * float(np.hypot(*down)))
    return eyes + 0.4 * down, 1.35 * scale


def upright_quad(landmarks: Points) -> Points:
    """The refiner's crop, turned with the face: (4, 2) px in the order of `Face.quad`."""
    centre, half = face_square(landmarks)
    across = landmarks[1] - landmarks[0]
    down = landmarks[3:].mean(0) - landmarks[:2].mean(0)
    x = across + np.array([down[1], -down[0]])
    x = x * (1.5 * half / max(float(np.hypot(*x)), 1e-6))
    y = np.array([-x[1], x[0]])
    return np.stack([centre - x - y, centre - x + y, centre + x + y, centre + x - y])


@falls_back
def find_faces(photo: Photo, pack: ModelPack, limit: int | None = None) -> list[FaceBox]:
    """The faces of a photo, largest first, at most `limit` of them.

    Works on a copy of at most 800 px, so that memory does not grow with the photo: faces of 40 px are
    found in photos of up to 1600 px, in larger ones those from 2.5 % of the longer side. Faces that are
    turned by 20 to 45 degrees are found from 10 % of it, and from 5 % in a photo without upright ones;
    only where there are none either are very dark ones looked for. Raises `NoFaceError` when there is
    none, and `EngineError` when the pack has no finder.
    """
    finder = cast(FaceFinder, pack.finder)
    for found in _searches(finder, photo):
        boxes = [_face_box(photo, score, marks) for score, marks in _placed(finder, photo, found)]
        boxes = _without_noseless(photo, boxes, pack)
        if boxes:
            boxes.sort(key=lambda face: face.box[2] - face.box[0], reverse=True)
            return boxes[:limit]
    raise NoFaceError("No face was found in this photo.", path=photo.path)


def face_from_points(photo: Photo, landmarks: Points) -> FaceBox:
    """A face that a person marked: five landmarks (5, 2) in px of the photo, in the order of `FaceBox`.

    Raises `PhotoError` when they do not make a face or lie outside the photo.
    """
    marks = np.array(landmarks, np.float64)
    check_square(photo, ffhq_quad(marks))
    return _face_box(photo, 1.0, marks)


Candidate = tuple[float, Points]
"""A score 0..1 and five landmarks (5, 2) in px."""


def _searches(finder: FaceFinder, photo: Photo) -> Iterator[list[Candidate]]:
    """What the searches find: first all that most photos need, then the cheaper of the others."""
    small = small_copy(photo, LONGEST)
    found = _search(finder, photo, small)
    yield found + (_search_turned(finder, photo, small, found) if found else [])
    yield _search_turned(finder, photo, small)
    yield _search_lit(finder, photo)


def _search(finder: FaceFinder, photo: Photo, small: ByteArray) -> list[Candidate]:
    """The faces of a photo and its small copy, each once, as the refiner sees them."""
    scale = max(photo.width, photo.height) / max(small.shape[:2])
    proposals = _suppress(_propose(finder, small))
    return _suppress(_refine(finder, photo, [(score, marks * scale) for score, marks in proposals]))


def _search_turned(
    finder: FaceFinder, photo: Photo, small: ByteArray, known: Sequence[Candidate] = ()
) -> list[Candidate]:
    """The faces of a small copy turned, in px of the photo: those turned too far for the detector, and beside
    those that are known.

    Every proposal is looked at, also those that better ones overlap: what the detector takes a turned face
    for is often some part of it, which would hide the face from the refiner.
    """
    longest, sure = (_BESIDE_LONGEST, _BESIDE) if known else (_TURNED_LONGEST, _ACCEPTED)
    small = small_copy(Photo(small, "RGB"), max(min(longest, max(photo.width, photo.height) // 2), 1))
    scale = max(photo.width, photo.height) / max(small.shape[:2])
    proposals: list[Candidate] = []
    for degrees in _TURNS:
        copy, back = turned_copy(small, degrees)
        found = _pyramid(finder, _as_batch(finder, copy), copy.shape[1])
        proposals += [(score, (marks @ back[:, :2].T + back[:, 2]) * scale) for score, marks in found]
    if known:
        proposals = _apart([c for c in proposals if c[0] > sure**2], known)
    proposals.sort(key=lambda c: c[0], reverse=True)
    faces = _suppress(_refine(finder, photo, proposals[:_MOST_PROPOSALS]))
    if not known:
        return faces
    return [(score, marks) for score, marks in _apart(faces, known) if score > sure and _is_turned(marks)]


def _is_turned(marks: Points) -> bool:
    x, y = marks[1] - marks[0]
    return abs(float(np.degrees(np.arctan2(y, x)))) > _LEAST_TURN


def _apart(candidates: Sequence[Candidate], known: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that lie beside the known ones, or hardly on them."""
    squares = np.stack([_square(marks) for _, marks in known])
    return [(score, marks) for score, marks in candidates if _overlap(_square(marks), squares).max() < _APART]


def _search_lit(finder: FaceFinder, photo: Photo) -> list[Candidate]:
    """The faces of a brightened copy of a photo, in px of the photo: very dark ones are seen better there."""
    small = small_copy(photo, _LIT_LONGEST)
    lit = np.rint(255 * (np.arange(256) / 255) ** _LIT_GAMMA).astype(np.uint8)[small]
    scale = max(photo.width, photo.height) / max(small.shape[:2])
    bright = Photo(lit, "RGB")
    return [(score, marks * scale) for score, marks in _search(finder, bright, small_copy(bright, LONGEST))]


def _propose(finder: FaceFinder, small: ByteArray) -> list[Candidate]:
    """Candidates from every level of the pyramid, in px of the small copy."""
    image = _as_batch(finder, small)
    # Faces of 40 px are looked for at half size, unless shrinking has done that already.
    level = image if max(small.shape[:2]) >= LONGEST else F.interpolate(image, scale_factor=0.5, mode="area")
    return _pyramid(finder, level, small.shape[1])


def _as_batch(finder: FaceFinder, picture: ByteArray) -> Tensor:
    device = next(finder.parameters()).device
    return torch.from_numpy(picture.copy()).to(device).permute(2, 0, 1)[None].float() / 255


def _pyramid(finder: FaceFinder, level: Tensor, width: int) -> list[Candidate]:
    """Candidates from a level and all smaller ones, in px of a picture of that width."""
    found: list[Candidate] = []
    while True:
        found += _peaks(finder, level, width / level.shape[3])
        if max(level.shape[2:]) <= LARGEST * 1.2 or min(level.shape[2:]) < 12:
            return found
        level = F.interpolate(level, scale_factor=0.5, mode="area")


def _peaks(finder: FaceFinder, level: Tensor, scale: float) -> list[Candidate]:
    """Local maxima of one level's heat map, landmarks in px of the small copy (`scale` times the level's)."""
    height, width = level.shape[2:]
    border = MULTIPLE
    right, bottom = border + -width % MULTIPLE, border + -height % MULTIPLE
    with torch.inference_mode():
        padded = F.pad(level, (border, right, border, bottom), value=0.5)
        score, marks = finder(padded)
    top = F.max_pool2d(score[:, None], 3, 1, 1)[:, 0]
    picked = torch.nonzero((score == top) & (score > _PROPOSAL))[:, 1:]
    found = []
    for row, column in picked.tolist():
        points = marks[0, row, column].double().cpu().numpy() - border
        half = face_square(points)[1]
        if 0.6 * SMALLEST < 2 * half < 1.5 * LARGEST:
            found.append((float(score[0, row, column]), points * scale))
    return found


def _suppress(candidates: list[Candidate]) -> list[Candidate]:
    """Non-maximum suppression over the squares: the best of each group that overlaps."""
    kept: list[Candidate] = []
    squares = np.zeros((0, 3))
    for candidate in sorted(candidates, key=lambda c: c[0], reverse=True)[: 4 * _MOST_PROPOSALS]:
        square = _square(candidate[1])
        if not len(kept) or _overlap(square, squares).max() < _OVERLAP:
            kept.append(candidate)
            squares = np.concatenate([squares, square[None]])
    return kept[:_MOST_PROPOSALS]


def _square(marks: Points) -> Points:
    """The square of landmarks as centre and half side, (3,) px."""
    centre, half = face_square(marks)
    return np.array([*centre, half])


def _overlap(square: Points, others: Points) -> Points:
    """The common areas of a square and others, (N,), as fractions of the smaller of the two.

    `square` (3,) is centre and half side, `others` (N, 3).
    """
    low = np.maximum(square[:2] - square[2], others[:, :2] - others[:, 2:])
    high = np.minimum(square[:2] + square[2], others[:, :2] + others[:, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    smaller = np.minimum(square[2], others[:, 2])
    return np.asarray(common / np.maximum(4 * smaller**2, 1e-9))


def _refine(finder: FaceFinder, photo: Photo, proposals: list[Candidate]) -> list[Candidate]:
    """The proposals that prove to be faces, with exact landmarks in px of the photo.

    Both networks have a say: the score is the geometric mean of theirs.
    """
    heats, faces = [score for score, _ in proposals], [marks for _, marks in proposals]
    scores: list[float] = []
    for _ in range(_PASSES):
        inside = [k for k, marks in enumerate(faces) if _is_inside(photo, marks)]
        if not inside:
            return []
        quads = [upright_quad(faces[k]) for k in inside]
        places, judged = second_look(finder, np.stack([cut_square(photo, q, CROP_SIZE) for q in quads]))
        heats = [heats[k] for k in inside]
        scores = [float(np.sqrt(heat * judge)) for heat, judge in zip(heats, judged, strict=True)]
        kept = [k for k, score in enumerate(scores) if score > _ACCEPTED]
        faces = [_to_photo(places[k], quads[k]) for k in kept]
        heats, scores = [heats[k] for k in kept], [scores[k] for k in kept]
    return list(zip(scores, faces, strict=True))


def _placed(finder: FaceFinder, photo: Photo, faces: list[Candidate]) -> list[Candidate]:
    """The faces with their landmarks (px of the photo) placed by the last looks from several distances."""
    inside = [marks for _, marks in faces if _is_inside(photo, marks)]
    if not inside:
        return faces
    quads = [closer(upright_quad(marks), share) for marks in inside for share in LOOKS]
    places = last_look(finder, np.stack([cut_square(photo, quad, CROP_SIZE) for quad in quads]))
    answers = np.stack([_to_photo(place, quad) for place, quad in zip(places, quads, strict=True)])
    placed = iter(answers.reshape(-1, len(LOOKS), 5, 2).mean(axis=1))
    return [(score, next(placed) if _is_inside(photo, marks) else marks) for score, marks in faces]


def closer(quad: Points, share: float) -> Points:
    """The middle of a square, with that share of its side."""
    centre = quad.mean(axis=0)
    result: Points = centre + share * (quad - centre)
    return result


def last_look(finder: FaceFinder, crops: ByteArray) -> Points:
    """Landmarks (N, 5, 2) px of crops (N, 96, 96, 3), averaged over each and its mirror image."""
    device = next(finder.parameters()).device
    answers = []
    for start in range(0, len(crops), _BATCH):
        with torch.inference_mode():
            places = finder.place(_both_ways(crops[start : start + _BATCH], device))
        answers.append(_halves(places))
    return _without_mirror(np.concatenate(answers, axis=1))


def second_look(finder: FaceFinder, crops: ByteArray) -> tuple[Points, Points]:
    """The refiner's answer to crops (N, 96, 96, 3) uint8, averaged over each crop and its mirror image.

    Landmarks (N, 5, 2) in px of the crop and scores (N,) in 0..1.
    """
    device = next(finder.parameters()).device
    answers = []
    for start in range(0, len(crops), _BATCH):
        with torch.inference_mode():
            places, scores = finder.refine(_both_ways(crops[start : start + _BATCH], device))
        answers.append((_halves(places), _halves(scores)))
    judged = np.concatenate([s for _, s in answers], axis=1).mean(0)
    return _without_mirror(np.concatenate([p for p, _ in answers], axis=1)), judged


def _both_ways(crops: ByteArray, device: torch.device) -> Tensor:
    """Crops (N, S, S, 3) as a batch (2 N, 3, S, S) in 0..1: first as they are, then mirrored."""
    batch = torch.from_numpy(np.array(crops)).to(device).permute(0, 3, 1, 2).float() / 255
    return torch.cat([batch, batch.flip(3)])


def _halves(answer: Tensor) -> Points:
    """The answers (2, N, ...) to crops and to their mirror images."""
    values = answer.double().cpu().numpy()
    return np.asarray(values.reshape(2, len(values) // 2, *values.shape[1:]))


def _without_mirror(places: Points) -> Points:
    """The mean of landmarks in crops and in their mirror images, (2, N, 5, 2) -> (N, 5, 2)."""
    straight, mirrored = places
    return np.asarray((straight + mirrored[:, _MIRRORED] * [-1, 1] + [CROP_SIZE, 0]) / 2)


def _to_photo(place: Points, quad: Points) -> Points:
    """Points in px of the refiner's crop in px of the photo."""
    unit = place / CROP_SIZE
    result: Points = quad[0] + unit[:, :1] * (quad[3] - quad[0]) + unit[:, 1:] * (quad[1] - quad[0])
    return result


def _is_inside(photo: Photo, marks: Points) -> bool:
    """Whether a candidate's centre lies in the photo and its square is not absurdly large."""
    centre, half = face_square(marks)
    within = 0 <= centre[0] <= photo.width and 0 <= centre[1] <= photo.height
    return bool(within and 1 < half < max(photo.width, photo.height))


def _without_noseless(photo: Photo, boxes: list[FaceBox], pack: ModelPack) -> list[FaceBox]:
    """The faces less those doubtful ones in which the face parser sees no nose where one would be.

    A boot or a hand may look like a face at the finder's size; at the parser's it does not. Only few are
    doubtful, so that a clear photo costs nothing. A finder that is measured by itself has no parser.
    """
    doubtful = [box for box in boxes if box.score < _DOUBTFUL]
    if not doubtful or getattr(pack, "parser", None) is None:
        return boxes
    doubtful.sort(key=lambda box: box.score)
    wrong = [box for box in doubtful[:_MOST_DOUBTS] if not _has_nose(photo, box, pack)]
    return [box for box in boxes if not any(box is other for other in wrong)]


def _has_nose(photo: Photo, box: FaceBox, pack: ModelPack) -> bool:
    from .parse import parse

    try:
        masks = parse(align(photo, box, SMALLEST_CROP), pack)
    except PhotoError:
        return True
    size = masks["nose"].shape[0]
    top, bottom, left, right = (round(share * size) for share in _NOSE)
    return float(masks["nose"][top:bottom, left:right].mean()) > _LEAST_NOSE


def _face_box(photo: Photo, score: float, marks: Points) -> FaceBox:
    (x, y), half = face_square(marks)
    box = (
        max(float(x - half), 0.0),
        max(float(y - half), 0.0),
        min(float(x + half), float(photo.width)),
        min(float(y + half), float(photo.height)),
    )
    marks.setflags(write=False)
    return FaceBox(box, score, marks)
