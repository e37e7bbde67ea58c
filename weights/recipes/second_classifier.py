"""The judge: a second attribute classifier of another architecture and seed, never in any loss.

    python weights/recipes/second_classifier.py --seconds 540
    python weights/recipes/second_classifier.py --export    # second_classifier.safetensors beside this

It tells whether an edit convinces a network that the optimisation could not deceive. Same labels as the
pack's classifier, which is the one thing that the two share. Not part of the pack.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import classifier
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

WEIGHTS = Path(__file__).with_name("second_classifier.safetensors")
INPUT = 112
WIDTHS = (24, 40, 64, 96, 144)


class Unit(nn.Module):
    """Pre-activation residual unit with group normalisation, halving the size."""

    def __init__(self, cin: int, cout: int) -> None:
        super().__init__()
        self.first, self.second = nn.GroupNorm(8, cin), nn.GroupNorm(8, cout)
        self.a, self.b = nn.Conv2d(cin, cout, 3, 2, 1), nn.Conv2d(cout, cout, 3, 1, 1)
        self.skip = nn.Conv2d(cin, cout, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.b(F.silu(self.second(self.a(F.silu(self.first(x))))))
        return y + self.skip(F.avg_pool2d(x, 2, ceil_mode=True))


class SecondClassifier(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> (N, 40) logits in the published order.

    A residual network with one attention-pooled feature vector for each attribute.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, WIDTHS[0], 5, 2, 2)
        pairs = itertools.pairwise(WIDTHS)
        self.units = nn.Sequential(*(Unit(a, b) for a, b in pairs))
        self.norm = nn.GroupNorm(8, WIDTHS[-1])
        self.where = nn.Conv2d(WIDTHS[-1], 40, 1)
        self.what = nn.Conv2d(WIDTHS[-1], 40, 1)

    def calibrate_(self, scale: Tensor, shift: Tensor) -> None:
        """Build a scale and a shift of the logits (40,) into the last layer."""
        self.what.weight.mul_(scale[:, None, None, None])
        self.what.bias.mul_(scale).add_(shift)

    def forward(self, image: Tensor) -> Tensor:
        x = F.interpolate(image, size=(INPUT, INPUT), mode="area")
        x = F.silu(self.norm(self.units(self.stem((x - 0.5) * 4))))
        attention = torch.softmax(self.where(x).float().flatten(2), 2)
        return (attention * self.what(x).float().flatten(2)).sum(2)


def load() -> SecondClassifier:
    """The trained judge."""
    network = SecondClassifier()
    network.load_state_dict({k: v.float() for k, v in load_file(WEIGHTS).items()})
    return network.eval()


def main() -> None:
    args = classifier.options("Train the second classifier.")
    args.seed += 1000
    classifier.run(args, args.runs / "second_classifier", SecondClassifier, WEIGHTS, 2e-3, 0.7)


if __name__ == "__main__":
    main()
