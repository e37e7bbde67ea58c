"""Find which of a code's vectors draw each attribute, for weights/recipes/portrait/spans.json.

    python weights/recipes/portrait/code_spans.py [--codes 16] [--attributes smiling ...]

A direction moves all 23 vectors of a code, and most of them draw nothing of its attribute: a smile along
all of them is tanned, in another light, before another wall. Here random codes go along each direction, and
the first vectors, then the last ones, are left as they were, as long as `KEPT` of what the classifier's
logit gains in the mean stays. What is written are the attributes for which a part is enough. That layers of
a style-based generator draw different things, coarse to fine, is told by Karras et al. 2019, "A style-based
generator architecture for generative adversarial networks", 3.1; moving some of them only is done by
Härkönen et al. 2020, "GANSpace".
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from renders import PORTRAIT, common
from safetensors.torch import load_file
from torch import Tensor

import engine
from engine.models.directions import AttributeDirections
from engine.packs.pack import ModelPack

STARTS, ENDS = (2, 6), (10,)
"""Candidates, of 23 vectors with three a block: pose lies below 2, shape below 10, colour from 6 on. With
finer ones a smile was 4 to 8, which leaves the cheeks behind."""
ATTRIBUTES = (
    "smiling",
    "mouth_slightly_open",
    "eyeglasses",
    "blond_hair",
    "black_hair",
    "brown_hair",
    "wearing_lipstick",
)
"""Those whose edits were looked at with and without. Gray hair is worse with it: on 820 parts of it are
blue. The entry of `male` in spans.json was chosen by eye among 0, 2 to 10, 14, 23: with the first vectors the
chin sinks into the neck (802), with the last ones the skin is another's."""
WAY, SIDE = 1.25, 256
KEPT = 0.9
OUT = Path(__file__).with_name("spans.json")


def logits(pack: ModelPack, codes: Tensor) -> Tensor:
    """(N, A) of renders of codes (N, L, D)."""
    found = [
        pack.classifier(pack.generator(w[None], pack.generator.start_noise(), SIDE).clamp(0, 1))
        for w in codes
    ]
    return torch.cat(found)


def gain(
    pack: ModelPack, codes: Tensor, before: Tensor, direction: Tensor, span: tuple[int, int], index: int
) -> float:
    """By how much the mean logit of an attribute rises along a part of its direction (L, D)."""
    part = torch.zeros_like(direction)
    part[slice(*span)] = direction[slice(*span)]
    return float((logits(pack, codes + WAY * part) - before)[:, index].mean())


def span_of(
    pack: ModelPack, directions: AttributeDirections, codes: Tensor, before: Tensor, name: str
) -> tuple[int, int] | None:
    """The vectors that draw an attribute; None where all are needed, or its direction does not draw it."""
    direction = directions.toward({name: 1.0})
    if direction is None:
        return None
    index, last = pack.attributes.index(name), len(direction)
    whole = gain(pack, codes, before, direction, (0, last), index)
    if whole <= 0.5:
        return None
    enough = [end for end in ENDS if gain(pack, codes, before, direction, (0, end), index) >= KEPT * whole]
    end = min(enough, default=last)
    starts = [
        start
        for start in STARTS
        if start < end and gain(pack, codes, before, direction, (start, end), index) >= KEPT * whole
    ]
    start = max(starts, default=0)
    return None if (start, end) == (0, last) else (start, end)


@torch.no_grad()
def main() -> None:
    parser = common.arguments(__doc__ or "")
    parser.add_argument("--codes", type=int, default=16)
    parser.add_argument("--attributes", nargs="+", default=ATTRIBUTES)
    args = parser.parse_args()
    pack = engine.load_pack("portrait", device="cpu")
    directions = AttributeDirections.from_state(load_file(PORTRAIT / "directions.safetensors"))
    z = torch.randn(args.codes, pack.generator.style_dim, generator=torch.Generator().manual_seed(7))
    codes = pack.generator.mapping(z)[:, None].expand(-1, pack.generator.num_layers, -1)
    codes = pack.latent_mean + 0.7 * (codes - pack.latent_mean)
    before = logits(pack, codes)
    known = json.loads(OUT.read_text(encoding="utf-8")) if OUT.is_file() else {}
    for name in args.attributes:
        found = span_of(pack, directions, codes, before, name)
        known.pop(name, None)
        if found is not None:
            known[name] = list(found)
        print(name, found, flush=True)
        OUT.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
