"""Train the starter pack's face finder on composites.

    python weights/recipes/finder.py --seconds 540        # again and again: it goes on where it stopped
    python weights/recipes/finder.py --relabel            # landmarks of all training faces by the refiner
    python weights/recipes/finder.py --export             # write finder.safetensors and the metrics
    python weights/recipes/placer.py                      # then the last step, and the metrics again

Landmarks come from the listings and, for celebahq/, from the masks. A few listed ones are wrong, and
sources differ in what they call a mouth corner: after `--relabel`, training goes on with the refiner's own
answers for the pictures that have none or whose listing it contradicts grossly.
"""

from __future__ import annotations

import copy
import json
import math
import types
from pathlib import Path
from typing import Any

import augment
import common
import composites
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn

common.import_engine()

from engine.errors import NoFaceError  # noqa: E402
from engine.faces.align import cut_square  # noqa: E402
from engine.faces.detect import find_faces, second_look  # noqa: E402
from engine.faces.squares import face_square, upright_quad  # noqa: E402
from engine.models.conv_blocks import fold  # noqa: E402
from engine.models.face_finder import CROP_SIZE, LANDMARK_UNIT, LARGEST, SMALLEST, STRIDE, FaceFinder  # noqa: E402
from engine.types import Photo  # noqa: E402

SCENES, CROPS, MINED = 6, 64, 20
CELLS = composites.CANVAS // STRIDE
PERIOD = 48_000  # scenes in one cosine of the learning rate


def targets(scenes: list[composites.Scene]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Heat (B, S, S), its weight, landmarks (B, 10, S, S) in units of 16 px, and their weight (B, S, S)."""
    n = len(scenes)
    heat, weight = np.zeros((n, CELLS, CELLS), np.float32), np.ones((n, CELLS, CELLS), np.float32)
    marks, near = np.zeros((n, 10, CELLS, CELLS), np.float32), np.zeros((n, CELLS, CELLS), np.float32)
    y, x = (np.mgrid[0:CELLS, 0:CELLS] + 0.5) * STRIDE
    for i, scene in enumerate(scenes):
        for face in scene.faces:
            (cx, cy), half = face_square(face)
            spread = max(0.11 * half, 0.75 * STRIDE)
            bump = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * spread**2))
            shown = 0 <= cx < composites.CANVAS and 0 <= cy < composites.CANVAS
            if not SMALLEST <= 2 * half <= LARGEST or not shown:
                if 0.6 * SMALLEST < 2 * half < 1.6 * LARGEST:
                    weight[i][np.hypot(x - cx, y - cy) < 0.6 * half + STRIDE] = 0
                continue
            heat[i] = np.maximum(heat[i], bump)
            heat[i, int(cy / STRIDE), int(cx / STRIDE)] = 1
            relative = (face[:, :, None, None] - np.stack([x, y])) / LANDMARK_UNIT
            here = bump > 0.4
            marks[i][:, here] = relative.reshape(10, CELLS, CELLS)[:, here]
            near[i][here] = (bump * 20 / half)[here]
    return tuple(torch.from_numpy(a) for a in (heat, weight, marks, near))  # type: ignore[return-value]


def detector_loss(y: Tensor, wanted: tuple[Tensor, Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """CenterNet's focal loss of the heat map, and the landmarks' L1 near the centres."""
    heat, weight, marks, near = wanted
    logit = y[:, 0].float()
    p = torch.sigmoid(logit).clamp(1e-5, 1 - 1e-5)
    hit = heat.eq(1)
    count = hit.sum().clamp_min(1)
    positive = (torch.log(p) * (1 - p) ** 2)[hit].sum()
    negative = (torch.log(1 - p) * p**2 * (1 - heat) ** 4 * weight)[~hit].sum()
    offset = ((y[:, 1:].float() - marks).abs().sum(1) * near).sum() / near.sum().clamp_min(1)
    return -(positive + negative) / count, offset


def mined_crops(
    y: Tensor, images: Tensor, scenes: list[composites.Scene], most: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Crops around the detector's own answers: its hits with its own errors, and its false alarms."""
    score = torch.sigmoid(y[:, 0].detach().float())
    top = F.max_pool2d(score[:, None], 3, 1, 1)[:, 0]
    cells = torch.nonzero((score == top) & (score > 0.05)).tolist()
    cells.sort(key=lambda c: -float(score[c[0], c[1], c[2]]))
    crops, places, labels, used = [], [], [], {}
    for i, row, column in cells:
        used[i] = used.get(i, 0) + 1
        cell = np.array([column + 0.5, row + 0.5]) * STRIDE
        relative = y[i, 1:, row, column].detach().double().cpu().numpy().reshape(5, 2)
        points = relative * LANDMARK_UNIT + cell
        centre, half = face_square(points)
        if used[i] > 3 or len(crops) == most or not 5 < half < 60:
            continue
        truth = [f for f in scenes[i].faces if np.hypot(*(face_square(f)[0] - centre)) < face_square(f)[1]]
        near = [f for f in truth if _mean_error(points, f) < 0.45 and face_square(f)[1] > 0.4 * SMALLEST]
        if truth and not near:
            continue
        quad = upright_quad(points)
        edges = np.column_stack([quad[3] - quad[0], quad[1] - quad[0]])
        crops.append(_cut(images[i : i + 1], quad))
        labels.append(float(bool(near)))
        face = near[0] if near else points
        places.append(np.linalg.solve(edges, (face - quad[0]).T).T * CROP_SIZE)
    if not crops:
        empty = torch.zeros(0, 3, CROP_SIZE, CROP_SIZE, device=images.device)
        return empty, torch.zeros(0, 5, 2), torch.zeros(0)
    return torch.cat(crops), torch.from_numpy(np.stack(places)).float(), torch.tensor(labels)


def _cut(image: Tensor, quad: np.ndarray) -> Tensor:
    """The square `quad` (px) of one canvas, (1, 3, 96, 96)."""
    unit = quad / composites.CANVAS * 2 - 1
    matrix = np.column_stack([(unit[3] - unit[0]) / 2, (unit[1] - unit[0]) / 2, (unit[2] + unit[0]) / 2])
    theta = torch.from_numpy(matrix).float()[None].to(image.device)
    grid = F.affine_grid(theta, [1, 3, CROP_SIZE, CROP_SIZE], align_corners=False)
    return F.grid_sample(image, grid, padding_mode="reflection", align_corners=False)


def _mean_error(a: np.ndarray, b: np.ndarray) -> float:
    """Mean landmark distance as a fraction of the eye distance (or of the eyes-to-mouth one if longer)."""
    return float(np.hypot(*(a - b).T).mean() / (face_square(b)[1] / 1.35))


def refiner_loss(places: Tensor, logit: Tensor, wanted: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
    """Landmark distance (a smooth L1 in px, faces only) and the face's cross entropy."""
    inside = ((wanted > 0) & (wanted < CROP_SIZE)).all(-1).float() * label[:, None]
    error = F.smooth_l1_loss(places, wanted, reduction="none", beta=1.0).sum(-1)
    distance = (error * inside).sum() / inside.sum().clamp_min(1)
    return distance, F.binary_cross_entropy_with_logits(logit, label)


class Batches:
    """Scenes and crops, augmented in torch."""

    def __init__(self, data: Path, folder: Path, seed: int) -> None:
        stored = folder / "landmarks.npz"
        better = dict(np.load(stored)) if stored.exists() else {}
        self.composer = composites.Composer(composites.load_sources(data, better), seed)

    def scenes(self, device: torch.device) -> tuple[Tensor, list[composites.Scene]]:
        made = [self.composer.scene() for _ in range(SCENES)]
        return self._augmented(np.stack([s.image for s in made]), device, 0.5), made

    def crops(self, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        made = [self.composer.crop(CROP_SIZE) for _ in range(CROPS)]
        images = self._augmented(np.stack([c[0] for c in made]), device, 1.0)
        marks = torch.from_numpy(np.stack([c[1] for c in made])).float()
        return images, marks.to(device), torch.tensor([c[2] for c in made], device=device)

    @staticmethod
    def _augmented(images: np.ndarray, device: torch.device, amount: float) -> Tensor:
        x = augment.shade(augment.colour(common.to_tensor(images, device), 1.3))
        return augment.degrade(x, amount).contiguous(memory_format=torch.channels_last)


def train(args: Any, folder: Path, device: torch.device) -> FaceFinder:
    """Go on for `--seconds`, or to the end of the cosine; give the averaged network (not folded)."""
    network = FaceFinder(norm=True).to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, betas=(0.9, 0.98), weight_decay=1e-3)
    seen = 0
    if (state := common.load_checkpoint(folder / "checkpoint.pt")) is not None:
        network.load_state_dict(with_placer(state["network"], network))
        average.load_state_dict(with_placer(state["average"], average))
        optimiser.load_state_dict(state["optimiser"])
        seen = int(state["seen"])
    common.seed_everything(args.seed + seen)
    batches = Batches(args.data, folder, args.seed + seen)
    clock, log, begun, ended = common.Clock(args.seconds), common.Metrics(folder / "log.jsonl"), seen, False
    terms = torch.zeros(4)
    while not ended:
        rate = 2e-3 * min(1, seen / 4000 + 0.02)
        rate *= max(0.01, 0.5 + 0.5 * math.cos(math.pi * (seen % args.period) / args.period))
        for group in optimiser.param_groups:
            group["lr"] = rate
        losses = _step(network, batches, device)
        optimiser.zero_grad(set_to_none=True)
        (losses[0] + 2 * losses[1] + 0.5 * losses[2] + losses[3]).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        seen += SCENES
        _follow(average, network, seen)
        terms += torch.stack([v.detach().cpu() for v in losses])
        ended = clock.over or seen % args.period < SCENES
        if seen // SCENES % 100 == 0:
            names = dict(zip(("heat", "offset", "place", "judge"), (terms / 100).tolist(), strict=True))
            log(seen=seen, **names, rate=rate, speed=(seen - begun) / clock.spent)
            terms.zero_()
        if seen // SCENES % 400 == 0 or ended:
            everything = {"network": network, "average": average, "optimiser": optimiser}
            stored = {k: v.state_dict() for k, v in everything.items()}
            common.save_checkpoint(folder / "checkpoint.pt", {**stored, "seen": seen})
    return average


def with_placer(state: dict[str, Tensor], network: FaceFinder) -> dict[str, Tensor]:
    """A checkpoint's tensors, and the network's own last step: `placer.py` fits that, nothing trains it."""
    return {"placer.weight": network.placer.weight, **state}


def _step(network: FaceFinder, batches: Batches, device: torch.device) -> tuple[Tensor, ...]:
    """The four loss terms of one batch."""
    images, scenes = batches.scenes(device)
    crops, places, labels = batches.crops(device)
    with common.amp(device):
        y = network.detector(images)
    mined, mined_places, mined_labels = mined_crops(y, images, scenes, MINED)
    crops = torch.cat([crops, mined]).contiguous(memory_format=torch.channels_last)
    places = torch.cat([places, mined_places.to(device)])
    labels = torch.cat([labels, mined_labels.to(device)])
    with common.amp(device):
        found, logit = network.refiner(crops)
    heat, offset = detector_loss(y, tuple(t.to(device) for t in targets(scenes)))  # type: ignore[arg-type]
    return heat, offset, *refiner_loss(found, logit, places, labels)


def _follow(average: nn.Module, network: nn.Module, seen: int) -> None:
    rate = min(0.998, 1 - 50 / (seen / SCENES + 60))
    with torch.no_grad():
        for a, b in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
            a.lerp_(b, 1 - rate) if a.is_floating_point() else a.copy_(b)


def open_plain(path: Path) -> Photo:
    """A training picture as the engine's Photo."""
    return Photo(np.asarray(Image.open(path).convert("RGB")), "RGB", path)


HAND_MARKS = Path(__file__).with_name("hand_marks.csv")
ALL, MASKED = [0, 1, 2, 3, 4], [0, 1, 3, 4]


def evaluate(network: FaceFinder, data: Path) -> dict[str, Any]:
    """Shares found and landmark errors on the held-out pictures.

    `median_error` is of eyes and mouth corners as marked by hand: `HAND_MARKS` for lfw and aaf (the pictures
    that it names), the masks for celebahq; for generated, of all five against the listing. For lfw and aaf
    also `with_nose`, whose tip the sources place differently, and `against_listing`, of all five: the listing
    there is rougher than the finder.
    """
    pack = types.SimpleNamespace(finder=network)
    by_hand = {k: common.landmarks_of(row) for k, row in common.read_csv(HAND_MARKS).items()}
    result: dict[str, Any] = {}
    for folder in ("lfw", "aaf", "generated", "celebahq"):
        found, extra, errors, nose_errors, listed_errors = 0, 0, [], [], []
        listed = common.pictures(data, folder, "held_out")
        for picture in listed:
            truth = picture.landmarks
            if truth is None:
                truth = composites.mask_landmarks(picture.path.with_suffix(".png"))
            try:
                faces = find_faces(open_plain(picture.path), pack)  # type: ignore[arg-type]
            except NoFaceError:
                continue
            if truth is None:
                found += 1
                continue
            near = [f.landmarks for f in faces if eye_error(f.landmarks, truth) < 0.35]
            found += bool(near)
            extra += len(faces) - len(near)
            if not near:
                continue
            if folder not in ("lfw", "aaf"):
                errors.append(eye_error(near[0], truth, MASKED if folder == "celebahq" else ALL))
                continue
            listed_errors.append(eye_error(near[0], truth))
            if (marked := by_hand.get(picture.path.stem)) is not None:
                errors.append(eye_error(near[0], marked, MASKED))
                nose_errors.append(eye_error(near[0], marked))
        result[folder] = {
            "pictures": len(listed),
            "found": found / len(listed),
            "median_error": float(np.median(errors)) if errors else None,
            "others_found": extra,
        }
        if listed_errors:
            result[folder] |= {
                "marked": len(errors),
                "with_nose": float(np.median(nose_errors)),
                "against_listing": float(np.median(listed_errors)),
            }
    return result


def eye_error(a: np.ndarray, b: np.ndarray, which: list[int] = ALL) -> float:
    """Mean distance of those landmarks as a fraction of the eye distance."""
    return float(np.hypot(*(a - b)[which].T).mean() / np.hypot(*(b[1] - b[0])))


def in_photo(place: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """Points in px of the refiner's crop in px of the photo that it was cut from."""
    unit = place / CROP_SIZE
    return quad[0] + unit[:, :1] * (quad[3] - quad[0]) + unit[:, 1:] * (quad[1] - quad[0])


def sheet(network: FaceFinder, data: Path, path: Path) -> None:
    """Crops of held-out faces as they come out aligned: the eyes should lie on one line everywhere."""
    pack = types.SimpleNamespace(finder=network)
    rows = []
    for folder in ("lfw", "aaf", "celebahq"):
        row = []
        for picture in common.pictures(data, folder, "held_out")[:10]:
            photo = open_plain(picture.path)
            try:
                face = find_faces(photo, pack)[0]  # type: ignore[arg-type]
                crop = cut_square(photo, upright_quad(face.landmarks), CROP_SIZE)
            except NoFaceError:
                crop = np.zeros((CROP_SIZE, CROP_SIZE, 3), np.uint8)
            row.append(crop)
        rows.append(common.to_tensor(np.stack(row)))
    common.save_sheet(path, rows, 2)


def relabel(network: FaceFinder, data: Path, path: Path) -> None:
    """Store the refiner's landmarks for pictures without any, and where it contradicts the listing.

    It begins from the listing, or for aligned pictures from where FFHQ's alignment puts the landmarks.
    """
    usual = np.array([[0.375, 0.46], [0.625, 0.46], [0.5, 0.61], [0.4, 0.72], [0.6, 0.72]])
    stored, wrong = {}, 0
    for folder in ("celebahq", "london", "lfw", "aaf", "generated"):
        for picture in common.pictures(data, folder, "train"):
            photo, truth = open_plain(picture.path), picture.landmarks
            marks = usual * photo.width if truth is None else truth
            for _ in range(3):
                quad = upright_quad(marks)
                place, score = second_look(network, cut_square(photo, quad, CROP_SIZE)[None])
                marks = in_photo(place[0], quad)
            if score[0] > 0.8 and (truth is None or eye_error(marks, truth) > 0.16):
                stored[picture.name] = marks
                wrong += truth is not None
    print(f"{len(stored)} pictures relabelled, {wrong} of them against their listing")
    with common.atomic(path) as temporary:
        np.savez(temporary.open("wb"), **stored)


def main() -> None:
    options = common.arguments("Train the face finder.")
    options.add_argument("--export", action="store_true", help="write the averaged network; train nothing")
    options.add_argument("--relabel", action="store_true", help="write better landmarks; train nothing")
    options.add_argument("--period", type=int, default=PERIOD, help="scenes in one learning rate cosine")
    args = options.parse_args()
    device, folder = common.pick_device(args.device), args.runs / "finder"
    if args.export or args.relabel:
        state = common.load_checkpoint(folder / "checkpoint.pt")
        if state is None:
            raise SystemExit("Train first: there is no checkpoint yet.")
        average = FaceFinder(norm=True)
        average.load_state_dict(with_placer(state["average"], average))
    else:
        average = train(args, folder, device)
    network = fold(average).to(device)
    if args.relabel:
        relabel(network, args.data, folder / "landmarks.npz")
        return
    result = evaluate(network, args.data)
    common.Metrics(folder / "log.jsonl")(**result)
    sheet(network, args.data, folder / "sheet.png")
    if args.export:
        half = {k: v.half().contiguous() for k, v in network.state_dict().items()}
        with common.atomic(args.out / "finder.safetensors") as temporary:
            save_file(half, temporary)
            temporary.chmod(0o644)
        with common.atomic(folder / "metrics.json") as temporary:
            temporary.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
