"""The judge of the portrait pack's edits: a second classifier of another kind, in no loss.

    python weights/recipes/portrait/judge.py --pack FOLDER      # fits it: figures, judge.safetensors

Linear sums, one an attribute, over what VGG16 (ImageNet; the pack's perceptual network) sees in a picture,
and in its mirror image when it judges: unit features of four depths, averaged on a grid of 5 x 5. Fitted by
ridge regression to people's labels only, none of them derived, on features that neither labelled nor trained
the pack's classifier. The features, not the sums, are also those of LPIPS, which holds in an edit what is not
to change. Figures are out of fold, as the classifier's.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from attribute_heads import DRAWS, SCALE, fitted, labelled, stored
from renders import PORTRAIT, calibrate, classifier, common, options
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.attributes import CELEBA_ATTRIBUTES
from engine.models.perceptual import MaskedLPIPS

WEIGHTS = PORTRAIT / "judge.safetensors"
INPUT, GRID = 112, 5
SLICES = ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))
DEPTHS = (1, 2, 3, 4)


class Judge(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> logits (N, 40) in the published order.

    `vgg` is the pack's perceptual network; it is no part of this one's weights.
    """

    def __init__(self, vgg: MaskedLPIPS, features: int) -> None:
        super().__init__()
        self._vgg = (vgg,)
        self.sums = nn.Linear(features, len(CELEBA_ATTRIBUTES))

    def forward(self, image: Tensor) -> Tensor:
        both = torch.cat([image, image.flip(3)])
        first, mirrored = self.sums(seen(self._vgg[0], both)).chunk(2)
        found: Tensor = (first + mirrored) / 2
        return found


@torch.no_grad()
def seen(vgg: MaskedLPIPS, image: Tensor) -> Tensor:
    """What VGG16 sees in pictures (N, 3, H, W): (N, F), every depth of unit mean square."""
    x = F.interpolate(image, size=(INPUT, INPUT), mode="bilinear", antialias=True)
    x, found = (x * 2 - 1 - vgg.shift) / vgg.scale, []
    with torch.autocast(x.device.type, torch.bfloat16):
        for depth, numbers in enumerate(SLICES):
            x = F.max_pool2d(x, 2) if depth else x
            for number in numbers:
                x = F.relu(vgg.features[str(number)](x))
            if depth in DEPTHS:
                found.append(F.adaptive_avg_pool2d(F.normalize(x.float(), dim=1, eps=1e-10), GRID).flatten(1))
    return torch.cat([part / part.square().sum(1, keepdim=True).sqrt() for part in found], 1)


def load(vgg: MaskedLPIPS, weights: Path = WEIGHTS) -> Judge:
    """The fitted judge, on the pack's VGG16."""
    state = {key: value.float() for key, value in load_file(weights).items()}
    judge = Judge(vgg, state["sums.weight"].shape[1])
    judge.load_state_dict(state)
    return judge.to(vgg.shift.device).eval()


def main() -> None:
    args: argparse.Namespace = options(__doc__ or "", 3600).parse_args()
    torch.manual_seed(args.seed)
    people = stored(args.runs / "portrait_classifier", "people", lambda: labelled(args.data))
    vgg = MaskedLPIPS.from_state(load_file(args.pack / "perceptual.safetensors")).requires_grad_(False)
    x = look(vgg, people.images)
    middle = x.mean(0)
    x -= middle
    size = np.sqrt((x**2).sum(1).mean())
    x /= size
    gram = (x @ x.T).astype(np.float64)
    weight, bias, figures = np.zeros((40, x.shape[1])), np.zeros(40), {}
    for k, name in enumerate(CELEBA_ATTRIBUTES):
        rows = np.flatnonzero(people.known[:, k])
        answer = people.values[rows, k] > 0.5
        if min(answer.sum(), (~answer).sum()) < 5:
            continue
        fit = fitted([gram[np.ix_(rows, rows)]], answer, np.ones(len(rows)), people.fold[rows])
        score = fit.score
        scale, shift = calibrate.logistic(
            torch.from_numpy(score).float(), torch.from_numpy(answer).float(), SCALE
        )
        slope = x[rows].T @ fit.dual / size
        weight[k], bias[k] = scale * slope, scale * (fit.dual.sum() - middle @ slope) + shift
        figures[name] = classifier.interval(score, answer.astype(float), DRAWS)
        print(name, json.dumps(figures[name]), flush=True)
    state = {"sums.weight": torch.from_numpy(weight).half(), "sums.bias": torch.from_numpy(bias).float()}
    with common.atomic(args.out / WEIGHTS.name) as temporary:
        save_file(state, temporary)
    path = args.out / "metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))
    metrics["judge"] = {"people_s_pictures": len(rows), "out_of_fold": figures}
    path.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


def look(vgg: MaskedLPIPS, images: np.ndarray) -> np.ndarray:
    """What VGG16 sees in pictures (N, 160, 160, 3), (N, F)."""
    parts = []
    for start in range(0, len(images), 8):
        parts.append(seen(vgg, common.to_tensor(images[start : start + 8])))
    return torch.cat(parts).numpy()


if __name__ == "__main__":
    main()
