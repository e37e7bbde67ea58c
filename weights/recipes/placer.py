"""Fit the last step of the starter pack's face finder: where landmarks lie beside the refiner's answer.

    python weights/recipes/placer.py        # after finder.py --export; two minutes of one core

Closed form, no training: what the refiner sees around its landmarks in a closer crop (`Placer` in
engine.models.face_finder) against where they are, by ridge regression whose rows are weighted again and
again until it is the distance that gets small, not its square. The truth is the listing for generated/ and
the hand-made masks for celebahq/, which agree on eyes and mouth corners; a mask knows no nose tip, and the
refiner's own stays. The listing of the photos (lfw, aaf) is rougher than the refiner's answers and is not
used; see the README. Writes the step into finder.safetensors, and the metrics.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import augment
import common
import composites
import finder as recipe
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor

common.import_engine()

from engine.faces.align import cut_square  # noqa: E402
from engine.faces.detect import second_look  # noqa: E402
from engine.faces.squares import closer, upright_quad  # noqa: E402
from engine.models.face_finder import CROP_SIZE, FaceFinder  # noqa: E402
from engine.types import Photo  # noqa: E402

SAMPLES, BATCH = 24_000, 48
CUT, WIDE = 200, 1.15  # px of a stored cut, and its side as a share of the refiner's crop
SHARES = {"generated": 1.0, "celebahq": 4.0}  # how often a picture is drawn
MIDDLE = 0.8  # of engine.models.face_finder.LOOKS
RIDGE, ROUNDS = 40.0, 4
USUAL = np.array([[0.375, 0.46], [0.625, 0.46], [0.5, 0.61], [0.4, 0.72], [0.6, 0.72]])
WRONG = 0.2  # a truth that far (in eye distances) from the refiner's answer is taken for a mistake


@dataclass
class Cuts:
    """Upright cuts (N, 200, 200, 3) uint8, landmarks (N, 5, 2) in -1..1 of them, how often each is drawn."""

    images: Tensor
    marks: Tensor
    share: np.ndarray


def looked_at(network: FaceFinder, photo: Photo, marks: np.ndarray) -> tuple[np.ndarray, float]:
    """The refiner's landmarks from a start, and its score."""
    score = 0.0
    for _ in range(3):
        quad = upright_quad(marks)
        place, judged = second_look(network, cut_square(photo, quad, CROP_SIZE)[None])
        marks, score = recipe.in_photo(place[0], quad), float(judged[0])
    return marks, score


def truth(picture: common.Picture, found: np.ndarray) -> np.ndarray | None:
    """The landmarks of a training picture; None where they are hidden."""
    if picture.landmarks is not None:
        return picture.landmarks
    marks = composites.mask_landmarks(picture.path.with_suffix(".png"))
    if marks is not None:
        marks[2] = found[2]
    return marks


def load_cuts(network: FaceFinder, data: Path) -> Cuts:
    """The training faces, cut out around the refiner's answer as at inference."""
    images, marks, share = [], [], []
    for folder, amount in SHARES.items():
        for picture in common.pictures(data, folder, "train"):
            photo = recipe.open_plain(picture.path)
            start = USUAL * photo.width if picture.landmarks is None else picture.landmarks
            found, score = looked_at(network, photo, start)
            wanted = truth(picture, found) if score > 0.6 else None
            if wanted is None or recipe.eye_error(found, wanted) > WRONG:
                continue
            quad = closer(upright_quad(found), WIDE)
            edges = np.column_stack([quad[3] - quad[0], quad[1] - quad[0]])
            images.append(np.asarray(common.crop_quad(Image.fromarray(photo.pixels), quad, CUT)))
            marks.append(2 * np.linalg.solve(edges, (wanted - quad[0]).T).T - 1)
            share.append(amount)
    weight = np.array(share)
    stack = torch.from_numpy(np.stack(images))
    return Cuts(stack, torch.from_numpy(np.array(marks)).float(), weight / weight.sum())


def drawn(cuts: Cuts, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Crops (B, 3, 96, 96), a little off, mirrored, recoloured, blurred; landmarks in px; which count."""

    def normal(spread: float, *more: int) -> Tensor:
        return torch.from_numpy(random.normal(0, spread, (BATCH, *more))).float()

    picked = random.choice(len(cuts.share), BATCH, p=cuts.share)
    angle, zoom, stretch, shear = normal(0.052), normal(0.12).exp(), normal(0.03).exp(), normal(0.02)
    zoom = zoom * MIDDLE / WIDE
    mirror = torch.from_numpy(np.where(random.random(BATCH) < 0.5, -1.0, 1.0)).float()
    cos, sin, move = angle.cos() * zoom, angle.sin() * zoom, normal(0.02, 2)
    matrix = torch.stack(
        [
            torch.stack([cos * stretch * mirror, -sin / stretch + shear * zoom], 1),
            torch.stack([sin * stretch * mirror, cos / stretch], 1),
        ],
        1,
    )
    size = [BATCH, 3, CROP_SIZE, CROP_SIZE]
    grid = F.affine_grid(torch.cat([matrix, move[:, :, None]], 2), size, align_corners=False)
    crops = augment.sample(common.to_tensor(cuts.images[picked].numpy()), grid)
    marks = torch.linalg.solve(matrix, (cuts.marks[picked] - move[:, None]).mT).mT
    marks = torch.where(mirror[:, None, None] < 0, marks[:, composites.SWAP], marks)
    crops = augment.degrade(augment.colour(augment.shade(crops)), 0.5)
    return crops, (marks + 1) * (CROP_SIZE / 2), (marks.abs() < 1).all(2).float()


def fit(network: FaceFinder, cuts: Cuts, seed: int) -> None:
    """Set the network's linear step."""
    random = np.random.default_rng(seed)
    seen, steps, known = [], [], []
    for _ in range(SAMPLES // BATCH):
        crops, marks, counts = drawn(cuts, random)
        with torch.inference_mode(), common.amp(torch.device("cpu")):
            features, found = network.placer.features(network.refiner, crops)
        eyes = torch.linalg.vector_norm(found[:, 1] - found[:, 0], dim=1)[:, None, None]
        seen.append(features.half())
        steps.append((marks - found) / eyes)
        known.append(counts)
    rows, step, count = torch.cat(seen), torch.cat(steps), torch.cat(known)
    solved = [regression(rows[:, k].float(), step[:, k], count[:, k]) for k in range(5)]
    network.placer.weight.copy_(torch.stack(solved))


def regression(rows: Tensor, wanted: Tensor, known: Tensor) -> Tensor:
    """The linear map (features, 2) from rows (N, features) to `wanted` (N, 2), of small distances."""
    spread = rows.std(0) + 1e-3
    rows = rows / spread
    weight, answer = known, torch.zeros(0)
    for _ in range(ROUNDS):
        weighted = rows * weight[:, None]
        square = weighted.mT @ rows + RIDGE * torch.eye(rows.shape[1])
        answer = torch.linalg.solve(square, weighted.mT @ wanted)
        left = torch.linalg.vector_norm(wanted - rows @ answer, dim=1)
        weight = known / (left + 0.01)
        weight = weight / weight.mean()
    return answer / spread[:, None]


def main() -> None:
    args = common.arguments("Fit the last step of the face finder.").parse_args()
    common.seed_everything(args.seed)
    path, folder = args.out / "finder.safetensors", args.runs / "finder"
    network = FaceFinder.from_state(load_file(path))
    fit(network, load_cuts(network, args.data), args.seed)
    stored = {k: v.half().contiguous() for k, v in network.state_dict().items()}
    network = FaceFinder.from_state(stored)
    result = recipe.evaluate(network, args.data)
    common.Metrics(folder / "log.jsonl")(**result)
    with common.atomic(path) as temporary:
        save_file(stored, temporary)
        temporary.chmod(0o644)
    with common.atomic(folder / "metrics.json") as temporary:
        temporary.write_text(json.dumps(result, indent=1))
    recipe.sheet(network, args.data, folder / "sheet.png")


if __name__ == "__main__":
    main()
