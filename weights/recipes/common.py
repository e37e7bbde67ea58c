"""What all recipes share: the data folders and their fixed splits, alignment, checkpoints, metrics, sheets.

Data folder (`--data`, by default `shared/data` beside or above the checkout): see its README for
sources and terms. No picture of it enters the repository.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import random
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "weights" / "starter"
RUNS = ROOT / "runs"

Split = Literal["train", "held_out", "all"]

# How many pictures at the end of each sorted listing are never trained on. London counts pairs, so
# that a person is on one side only; the others are held out by file.
HELD_OUT = {"celebahq": 100, "generated": 100, "london": 20, "celeba": 60, "lfw": 60, "aaf": 20}

# CelebAMask-HQ palette index -> class of engine.types.REGIONS (mouth, brows, eyes with glasses, hair,
# nose, skin, ears with earrings, below the face with necklace; a hat counts as background).
CELEBAMASK_TO_REGION = np.array([0, 6, 5, 3, 3, 3, 2, 2, 7, 7, 1, 1, 1, 4, 0, 7, 8, 8, 8], np.uint8)


@dataclass(frozen=True)
class Picture:
    """One file of the data folder. `landmarks` (5, 2) in px of the file, None where none are listed."""

    name: str
    path: Path
    folder: str
    landmarks: np.ndarray | None = None
    aligned: bool = True


def default_data() -> Path:
    """The data folder beside the checkout, or the one inside it (a copied checkout)."""
    inside = ROOT / "shared" / "data"
    return inside if inside.is_dir() else ROOT.parent / "shared" / "data"


def read_csv(path: Path) -> dict[str, dict[str, str]]:
    """Rows of a listing by their `name`."""
    with path.open(newline="", encoding="utf-8") as stream:
        return {row["name"]: row for row in csv.DictReader(stream)}


def landmarks_of(row: Mapping[str, str]) -> np.ndarray:
    """The five landmarks (5, 2) of a listing's row."""
    keys = ("right_eye", "left_eye", "nose", "mouth_right", "mouth_left")
    return np.array([[float(row[f"x_{k}"]), float(row[f"y_{k}"])] for k in keys])


# Where CelebA's own alignment puts the five landmarks in its 178 x 218 px files.
CELEBA_LANDMARKS = np.array([[69.0, 111.0], [108.0, 111.0], [88.5, 132.0], [73.0, 152.0], [106.0, 152.0]])


def _split(names: list[Any], count: int, split: Split) -> list[Any]:
    if split == "all":
        return names
    return names[-count:] if split == "held_out" else names[:-count]


def pictures(data: Path, folder: str, split: Split = "all") -> list[Picture]:
    """The pictures of one source: celebahq, generated, london, celeba, lfw or aaf (both in unaligned/)."""
    if folder in ("lfw", "aaf"):
        rows = read_csv(data / "unaligned.csv")
        names = _split(sorted(n for n in rows if n.startswith(folder)), HELD_OUT[folder], split)
        return [
            Picture(f"unaligned/{n}", data / "unaligned" / f"{n}.webp", folder, landmarks_of(rows[n]), False)
            for n in names
        ]
    files = sorted((data / folder).glob("*.webp"))
    if folder == "london":
        people = _split(sorted({f.stem.split("_")[0] for f in files}), HELD_OUT["london"], split)
        files = [f for f in files if f.stem.split("_")[0] in set(people)]
    else:
        files = _split(files, HELD_OUT[folder], split)
    rows = read_csv(data / "generated.csv") if folder == "generated" else {}
    found = []
    for f in files:
        marks = CELEBA_LANDMARKS if folder == "celeba" else None
        if f.stem in rows:
            marks = landmarks_of(rows[f.stem])
        found.append(Picture(f"{folder}/{f.stem}", f, folder, marks, folder != "celeba"))
    return found


def ffhq_quad(landmarks: np.ndarray) -> np.ndarray:
    """Corners (4, 2) of the FFHQ-like square: top left, bottom left, bottom right, top right, in px."""
    eyes, mouth = landmarks[:2].mean(0), landmarks[3:5].mean(0)
    eye, down = landmarks[1] - landmarks[0], mouth - eyes
    x = eye - np.array([-down[1], down[0]])
    x *= max(2.0 * np.hypot(*eye), 1.8 * np.hypot(*down)) / np.hypot(*x)
    y = np.array([-x[1], x[0]])
    centre = eyes + 0.1 * down
    return np.stack([centre - x - y, centre - x + y, centre + x + y, centre + x - y])


def quad_outside(quad: np.ndarray, width: int, height: int) -> float:
    """Fraction of the square (corners `quad`) outside a picture of that size."""
    u = (np.arange(32) + 0.5) / 32
    p = quad[0] + u[:, None, None] * (quad[3] - quad[0]) + u[None, :, None] * (quad[1] - quad[0])
    inside = (p[..., 0] >= 0) & (p[..., 1] >= 0) & (p[..., 0] < width) & (p[..., 1] < height)
    return float(1 - inside.mean())


def crop_quad(image: Image.Image, quad: np.ndarray, size: int) -> Image.Image:
    """The square resampled to `size` px, smoothly also when it shrinks; outside, the picture is reflected."""
    side = float(np.hypot(*(quad[3] - quad[0])))
    shrink = max(1, int(side / size))
    pad = max(0, math.ceil(max(-quad.min(), (quad - [image.width, image.height]).max()) + 2))
    pixels = np.asarray(image.convert("RGB"))
    if pad:
        pixels = np.pad(pixels, ((pad, pad), (pad, pad), (0, 0)), mode="reflect")
    source, corners = Image.fromarray(pixels), (quad + pad)
    if shrink > 1:
        source, corners = source.reduce(shrink), corners / shrink
    return source.transform(
        (size, size), Image.Transform.QUAD, tuple(corners.ravel()), Image.Resampling.BICUBIC
    )


def load_picture(picture: Picture, size: int) -> np.ndarray | None:
    """The aligned face as (size, size, 3) uint8; None where its crop leaves the frame or is too small."""
    image = Image.open(picture.path).convert("RGB")
    if picture.aligned:
        if image.size != (size, size):
            image = image.resize((size, size), Image.Resampling.LANCZOS)
        return np.asarray(image)
    assert picture.landmarks is not None
    quad = ffhq_quad(picture.landmarks)
    if quad_outside(quad, *image.size) > 0.03 or np.hypot(*(quad[3] - quad[0])) < 110:
        return None
    return np.asarray(crop_quad(image, quad, size))


def load_faces(data: Path, folders: Iterable[str], split: Split, size: int) -> tuple[list[str], np.ndarray]:
    """Names and pictures (N, size, size, 3) uint8 of the aligned faces, cached under runs/cache."""
    folders = list(folders)
    cache = RUNS / "cache" / f"{'+'.join(folders)}-{split}-{size}.npz"
    if cache.exists():
        stored = np.load(cache)
        return [str(n) for n in stored["names"]], stored["images"]
    names, images = [], []
    for folder in folders:
        for picture in pictures(data, folder, split):
            image = load_picture(picture, size)
            if image is not None:
                names.append(picture.name)
                images.append(image)
    if not images:
        raise SystemExit(f"No pictures found in {data}: give the data folder with --data.")
    stack = np.stack(images)
    with atomic(cache) as temporary:
        np.savez(temporary.open("wb"), names=np.array(names), images=stack)
    return names, stack


def load_regions(data: Path, split: Split, size: int) -> np.ndarray:
    """CelebAMask-HQ masks as classes of engine.types.REGIONS, (N, size, size) uint8, celebahq/'s order."""
    masks = []
    for picture in pictures(data, "celebahq", split):
        mask = Image.open(picture.path.with_suffix(".png"))
        if mask.size != (size, size):
            mask = mask.resize((size, size), Image.Resampling.NEAREST)
        masks.append(CELEBAMASK_TO_REGION[np.asarray(mask)])
    return np.stack(masks)


class atomic:  # noqa: N801  (used like a function)
    """`with atomic(path) as temporary:` write there; the file appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{os.getpid()}")

    def __enter__(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.temporary

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.temporary.chmod(0o644)
            self.temporary.replace(self.path)
        else:
            self.temporary.unlink(missing_ok=True)


PART = 15 * 2**20


def save_checkpoint(path: Path, state: Mapping[str, Any], part: int = PART) -> None:
    """Write a checkpoint of tensors and plain values, atomically, in files of at most `part` bytes.

    A larger one lies in numbered parts beside `path`, which then names them.
    """
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    content, old = buffer.getvalue(), _parts(path)
    if len(content) <= part:
        _write(path, content)
    else:
        tag = time.time_ns()
        names = [f"{path.name}.{tag}.{i:03d}" for i in range(math.ceil(len(content) / part))]
        for i, name in enumerate(names):
            _write(path.with_name(name), content[i * part : (i + 1) * part])
        _write(path, _MARK + json.dumps(names).encode())
    for name in old:
        path.with_name(name).unlink(missing_ok=True)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The checkpoint, or None where there is none yet."""
    if not path.exists():
        return None
    names = _parts(path)
    content = b"".join(path.with_name(n).read_bytes() for n in names) if names else path.read_bytes()
    state: dict[str, Any] = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return state


_MARK = b"parts "


def _parts(path: Path) -> list[str]:
    """Names of the files that a checkpoint is spread over; none for one in a single file."""
    if not path.exists():
        return []
    with path.open("rb") as stream:
        if stream.read(len(_MARK)) != _MARK:
            return []
        names: list[str] = json.loads(stream.read())
    return names


def _write(path: Path, content: bytes) -> None:
    with atomic(path) as temporary:
        temporary.write_bytes(content)


class Metrics:
    """One JSON object a line in `runs/<recipe>/metrics.jsonl`, echoed to the terminal."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def __call__(self, **values: Any) -> None:
        row = {k: round(v, 5) if isinstance(v, float) else v for k, v in values.items()}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)


def save_sheet(path: Path, rows: Sequence[torch.Tensor], scale: int = 1) -> None:
    """A contact sheet: each row (N, 3, H, W) in 0..1, all of one size."""
    lines = [torch.cat(list(row.detach().float().cpu()), dim=2) for row in rows]
    width = max(line.shape[2] for line in lines)
    lines = [torch.nn.functional.pad(line, (0, width - line.shape[2])) for line in lines]
    pixels = (torch.cat(lines, dim=1).clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    image = Image.fromarray(pixels)
    if scale > 1:
        image = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def to_tensor(images: np.ndarray, device: torch.device | str = "cpu") -> torch.Tensor:
    """(N, H, W, 3) uint8 -> (N, 3, H, W) float32 in 0..1, channels last in memory."""
    t = torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2)
    return t.float().div_(255).contiguous(memory_format=torch.channels_last)


def seed_everything(seed: int) -> None:
    """Seed python, numpy and torch."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def pick_device(name: str = "auto") -> torch.device:
    """CUDA where there is one, else the CPU."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def amp(device: torch.device) -> torch.autocast:
    """Autocast to bfloat16, on the CPU too."""
    return torch.autocast(device.type, dtype=torch.bfloat16)


def arguments(description: str, seconds: float = 540) -> argparse.ArgumentParser:
    """The options that every recipe has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=default_data(), help="the data folder")
    parser.add_argument("--runs", type=Path, default=RUNS, help="checkpoints, metrics and sheets go here")
    parser.add_argument("--out", type=Path, default=STARTER, help="the pack's folder")
    parser.add_argument("--seconds", type=float, default=seconds, help="end in a checkpoint after this long")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def set_gradients(parameters: Sequence[torch.Tensor], parts: Sequence[Sequence[torch.Tensor | None]]) -> None:
    """Give every parameter the mean of its gradients over the parts of a batch.

    In the parameter's own memory format: the fused optimisers read both as flat memory.
    """
    for parameter, *grads in zip(parameters, *parts, strict=True):
        known = [g for g in grads if g is not None]
        parameter.grad = torch.empty_like(parameter).copy_(sum(known) / len(grads)) if known else None


class Clock:
    """A budget of seconds from now on. SIGTERM ends it early, so that a recipe ends in its checkpoint."""

    def __init__(self, seconds: float) -> None:
        self.start, self.seconds = time.monotonic(), seconds
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, *_: object) -> None:
        self.seconds = 0.0

    @property
    def spent(self) -> float:
        return time.monotonic() - self.start

    @property
    def over(self) -> bool:
        return self.spent >= self.seconds


def import_engine() -> None:
    """Make `import engine` work when a recipe is started from anywhere."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
