"""Finding faces in a photo: a small copy, an image pyramid, and a second look at every candidate.

The detector (`engine.models.face_finder`) answers to faces of one octave and a half in size, so that it runs
over copies of the photo, each half as large as the last. What it proposes is cut out of the photo upright and
at one scale; the refiner places the landmarks there and discards what is no face. What is left is cut out
again, from several distances, for the landmarks alone. Faces that are turned too far for the detector are
looked for in turned copies: very small ones beside a face that was found, larger ones where there is none.
The face parser has a say in what is a face (`confirm`); where it confirms none, the photo may lie on its
side, and is searched so. What is not found so either is looked for once more, brightened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..errors import NoFaceError
from ..models.face_finder import CROP_SIZE, LARGEST, LOOKS, MULTIPLE, SMALLEST, FaceFinder
from ..packs.spare import falls_back
from ..types import ByteArray, FaceBox, Photo, Points
from .align import check_square, cut_square, ffhq_quad
from .confirm import CONFIRMED, confirmed
from .search_copies import small_copy, turned_copy
from .squares import closer, face_box, face_square, is_inside, overlap, square_of, to_photo, upright_quad

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
_LYING = (90.0, -90.0, 180.0)
"""By how many degrees the photo is turned anticlockwise where it shows no face as it is: it may lie on its
side or be upside down."""
_MIRRORED = [1, 0, 2, 4, 3]


@falls_back
def find_faces(photo: Photo, pack: ModelPack, limit: int | None = None) -> list[FaceBox]:
    """The faces of a photo, largest first, at most `limit` of them.

    Works on a copy of at most 800 px, so that memory does not grow with the photo: faces of 40 px are
    found in photos of up to 1600 px, in larger ones those from 2.5 % of the longer side. Faces that are
    turned by 20 to 45 degrees are found from 10 % of it, and from 5 % in a photo without upright ones. Where
    no face is found that the face parser confirms, the photo is searched as if it were turned by right
    angles; the answer is the one turn of which the parser is surest, in px of the photo as it is. Only where
    there are none either are very dark ones looked for. So beside a face that is confirmed none that lies is
    looked for. Raises `NoFaceError` when there is none, and `EngineError` when the pack has no finder.
    """
    evidence, boxes = 0.0, list[FaceBox]()
    finder = cast(FaceFinder, pack.finder)
    for lying, searches in _searches(finder, photo):
        if boxes and not lying:
            continue
        for search in searches:
            found = [face_box(photo, score, marks) for score, marks in _placed(finder, photo, search())]
            answers = (evidence, boxes), confirmed(photo, found, pack, lying)
            evidence, boxes = max(answers, key=lambda answer: (answer[0], len(answer[1])))
            if evidence >= CONFIRMED:
                break
        # A photo that lies may show what looks like an upright face: what is in doubt is compared.
        if evidence >= CONFIRMED or (boxes and lying):
            break
    if not boxes:
        raise NoFaceError("No face was found in this photo.", path=photo.path)
    boxes.sort(key=lambda face: face.box[2] - face.box[0], reverse=True)
    return boxes[:limit]


def face_from_points(photo: Photo, landmarks: Points) -> FaceBox:
    """A face that a person marked: five landmarks (5, 2) in px of the photo, in the order of `FaceBox`.

    Raises `PhotoError` when they do not make a face or lie outside the photo.
    """
    marks = np.array(landmarks, np.float64)
    check_square(photo, ffhq_quad(marks))
    return face_box(photo, 1.0, marks)


Candidate = tuple[float, Points]
"""A score 0..1 and five landmarks (5, 2) in px."""
Search = Callable[[], list[Candidate]]


def _searches(finder: FaceFinder, photo: Photo) -> Iterator[tuple[bool, list[Search]]]:
    """The searches of a photo in stages, of the photo as it is and lying: first what most photos need, then
    what costs more. Nothing is computed before it is called."""
    small = small_copy(photo, LONGEST)
    search = partial(_search_with_beside, finder, photo, small)
    turned = partial(_search_turned, finder, photo, small)
    yield False, [search]
    yield False, [turned]
    yield True, [partial(search, about) for about in _LYING]
    yield True, [partial(turned, about=about) for about in _LYING]
    lit = partial(_search_lit, finder, photo, _lit(photo))
    yield False, [partial(lit, 0.0)]
    yield True, [partial(lit, about) for about in _LYING]


def _search_with_beside(
    finder: FaceFinder, photo: Photo, small: ByteArray, about: float = 0.0
) -> list[Candidate]:
    """The faces of a small copy turned anticlockwise by `about`, and those beside them that are turned."""
    found = _search(finder, photo, small, about)
    return found + (_search_turned(finder, photo, small, found, about) if found else [])


def _search(finder: FaceFinder, photo: Photo, small: ByteArray, about: float = 0.0) -> list[Candidate]:
    """The faces of a photo whose small copy is turned anticlockwise by `about`, in px of the photo, each
    once, as the refiner sees them."""
    scale = max(photo.width, photo.height) / max(small.shape[:2])
    copy, back = turned_copy(small, about)
    proposals = _suppress(_propose(finder, copy))
    return _suppress(_refine(finder, photo, _led_back(proposals, back, scale)))


def _search_turned(
    finder: FaceFinder,
    photo: Photo,
    small: ByteArray,
    known: Sequence[Candidate] = (),
    about: float = 0.0,
) -> list[Candidate]:
    """The faces of a small copy turned by more and by less than `about` degrees, in px of the photo: those
    turned too far for the detector, and beside those that are known.

    Every proposal is looked at, also those that better ones overlap: what the detector takes a turned face
    for is often some part of it, which would hide the face from the refiner.
    """
    longest, sure = (_BESIDE_LONGEST, _BESIDE) if known else (_TURNED_LONGEST, _ACCEPTED)
    small = small_copy(Photo(small, "RGB"), max(min(longest, max(photo.width, photo.height) // 2), 1))
    scale = max(photo.width, photo.height) / max(small.shape[:2])
    proposals: list[Candidate] = []
    for degrees in _TURNS:
        copy, back = turned_copy(small, about + degrees)
        found = _pyramid(finder, _as_batch(finder, copy), copy.shape[1])
        proposals += _led_back(found, back, scale)
    if known:
        proposals = _apart([c for c in proposals if c[0] > sure**2], known)
    proposals.sort(key=lambda c: c[0], reverse=True)
    faces = _suppress(_refine(finder, photo, proposals[:_MOST_PROPOSALS]))
    if not known:
        return faces
    beside = [(score, marks) for score, marks in _apart(faces, known) if score > sure]
    return [(score, marks) for score, marks in beside if abs(_turn_of(marks, about)) > _LEAST_TURN]


def _led_back(candidates: Sequence[Candidate], back: Points, scale: float) -> list[Candidate]:
    """Candidates of a turned copy in px of the photo."""
    return [(score, (marks @ back[:, :2].T + back[:, 2]) * scale) for score, marks in candidates]


def _turn_of(marks: Points, about: float) -> float:
    """By how many degrees a face is turned clockwise in a copy that is turned anticlockwise by `about`."""
    x, y = marks[1] - marks[0]
    return (float(np.degrees(np.arctan2(y, x))) - about + 180) % 360 - 180


def _apart(candidates: Sequence[Candidate], known: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that lie beside the known ones, or hardly on them."""
    squares = np.stack([square_of(marks) for _, marks in known])
    return [
        (score, marks) for score, marks in candidates if overlap(square_of(marks), squares).max() < _APART
    ]


def _lit(photo: Photo) -> Photo:
    """A brightened copy of a photo: very dark faces are seen better there."""
    small = small_copy(photo, _LIT_LONGEST)
    return Photo(np.rint(255 * (np.arange(256) / 255) ** _LIT_GAMMA).astype(np.uint8)[small], "RGB")


def _search_lit(finder: FaceFinder, photo: Photo, lit: Photo, about: float) -> list[Candidate]:
    """The faces of the brightened copy of a photo, turned anticlockwise by `about`, in px of the photo."""
    scale = max(photo.width, photo.height) / max(lit.width, lit.height)
    return [(score, marks * scale) for score, marks in _search(finder, lit, small_copy(lit, LONGEST), about)]


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
        square = square_of(candidate[1])
        if not len(kept) or overlap(square, squares).max() < _OVERLAP:
            kept.append(candidate)
            squares = np.concatenate([squares, square[None]])
    return kept[:_MOST_PROPOSALS]


def _refine(finder: FaceFinder, photo: Photo, proposals: list[Candidate]) -> list[Candidate]:
    """The proposals that prove to be faces, with exact landmarks in px of the photo.

    Both networks have a say: the score is the geometric mean of theirs.
    """
    heats, faces = [score for score, _ in proposals], [marks for _, marks in proposals]
    scores: list[float] = []
    for _ in range(_PASSES):
        inside = [k for k, marks in enumerate(faces) if is_inside(photo, marks)]
        if not inside:
            return []
        quads = [upright_quad(faces[k]) for k in inside]
        places, judged = second_look(finder, np.stack([cut_square(photo, q, CROP_SIZE) for q in quads]))
        heats = [heats[k] for k in inside]
        scores = [float(np.sqrt(heat * judge)) for heat, judge in zip(heats, judged, strict=True)]
        kept = [k for k, score in enumerate(scores) if score > _ACCEPTED]
        faces = [to_photo(places[k] / CROP_SIZE, quads[k]) for k in kept]
        heats, scores = [heats[k] for k in kept], [scores[k] for k in kept]
    return list(zip(scores, faces, strict=True))


def _placed(finder: FaceFinder, photo: Photo, faces: list[Candidate]) -> list[Candidate]:
    """The faces with their landmarks (px of the photo) placed by the last looks from several distances."""
    inside = [marks for _, marks in faces if is_inside(photo, marks)]
    if not inside:
        return faces
    quads = [closer(upright_quad(marks), share) for marks in inside for share in LOOKS]
    places = last_look(finder, np.stack([cut_square(photo, quad, CROP_SIZE) for quad in quads]))
    answers = np.stack([to_photo(place / CROP_SIZE, quad) for place, quad in zip(places, quads, strict=True)])
    placed = iter(answers.reshape(-1, len(LOOKS), 5, 2).mean(axis=1))
    return [(score, next(placed) if is_inside(photo, marks) else marks) for score, marks in faces]


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
