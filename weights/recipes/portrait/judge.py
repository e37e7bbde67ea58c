"""The judge of the portrait pack's edits: a second classifier of another kind, in no loss.

    python weights/recipes/portrait/judge.py --pack FOLDER      # fits it: figures, judge.safetensors

Fits the sums of `engine.models.judge` on the pack's VGG16 by ridge regression to people's labels only, none
of them derived, on features that neither labelled nor trained the pack's classifier. Figures are out of fold,
as the classifier's, and lie in the file, so that whoever asks the judge sees of what it knows enough.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
import torch
from attribute_heads import DRAWS, SCALE, fitted, labelled, stored
from renders import calibrate, classifier, common, options
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.attributes import CELEBA_ATTRIBUTES
from engine.models.judge import seen
from engine.models.perceptual import MaskedLPIPS

FILE = "judge.safetensors"


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
    with common.atomic(args.out / FILE) as temporary:
        save_file(state(weight, bias, figures), temporary)
    path = args.out / "metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))
    metrics["judge"] = {"people_s_pictures": len(x), "out_of_fold": figures}
    path.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


def state(weight: np.ndarray, bias: np.ndarray, figures: dict[str, dict[str, float]]) -> dict[str, Tensor]:
    """The file's tensors from weights (40, F), shifts (40,) and the figures by attribute."""
    told = {
        key: torch.tensor([figures.get(name, {}).get(key, 0.0) for name in CELEBA_ATTRIBUTES])
        for key in ("auc", "auc_low")
    }
    return {
        "judge.weight": torch.from_numpy(weight).half(),
        "judge.bias": torch.from_numpy(bias).half(),
        **told,
    }


def look(vgg: MaskedLPIPS, images: np.ndarray) -> np.ndarray:
    """What VGG16 sees in pictures (N, 160, 160, 3), (N, F)."""
    parts = []
    for start in range(0, len(images), 8):
        parts.append(seen(vgg, common.to_tensor(images[start : start + 8])))
    return torch.cat(parts).numpy()


if __name__ == "__main__":
    main()
