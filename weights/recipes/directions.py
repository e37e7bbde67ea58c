"""Attribute directions in W+: what one attribute, all others alike, changes in the codes of pictures.

    python weights/recipes/directions.py      # after generator.py and labels.py

A ridge regression of the training pictures' codes on all their labels at once, and on the collection each
comes from: without that, "smiling" would bring the light and the backdrop of the collections that smile
more. Labels are centred, unknown ones count as average; of the codes only the mirror-symmetric coordinates
take part, since no attribute has a side. Attributes with fewer than 40 known examples of either kind get
no direction.
"""

from __future__ import annotations

import common
import labels as labelling
import torch
from generator import SOURCES
from safetensors.torch import save_file
from stylenet import num_layers
from torch import Tensor

common.import_engine()

from engine.attributes import CELEBA_ATTRIBUTES  # noqa: E402

RIDGE = 0.02
LEAST = 40


def directions(
    codes: Tensor, sign: Tensor, values: Tensor, weights: Tensor, sources: Tensor
) -> dict[str, Tensor]:
    """By attribute (D,): codes (N, D) with mirror signs (D,), label values and weights (N, 40) in 0..1,
    one-hot sources (N, S)."""
    known = [
        k for k in range(values.shape[1])
        if min((weights * values)[:, k].sum(), (weights * (1 - values))[:, k].sum()) >= LEAST
    ]  # fmt: skip
    values, weights = values[:, known], weights[:, known]
    x = (values - (values * weights).sum(0) / weights.sum(0)) * weights
    x = torch.cat([x, sources - sources.mean(0)], 1)
    y = torch.where(sign > 0, codes - codes.mean(0), torch.zeros(()))
    solved = torch.linalg.solve(x.T @ x / len(x) + RIDGE * torch.eye(x.shape[1]), x.T @ y / len(x))
    return {CELEBA_ATTRIBUTES[k]: row for k, row in zip(known, solved, strict=False)}


def main() -> None:
    args = common.arguments(__doc__ or "").parse_args()
    state = common.load_checkpoint(args.runs / "generator" / "checkpoint.pt")
    if state is None:
        raise SystemExit("Train the generator first.")
    names, _ = common.load_faces(args.data, SOURCES, "train", 32)
    known = labelling.load_labels(args.runs / "labels" / "labels.npz")
    row = {name: i for i, name in enumerate(known.names)}
    rows = [row[name] for name in names]
    values, weights = (torch.from_numpy(a[rows]).float() for a in (known.values, known.weights))
    folders = [
        name.rstrip("0123456789") if name.startswith("unaligned/") else name.split("/")[0] for name in names
    ]
    kinds = sorted(set(folders))
    sources = torch.tensor([[float(folder == kind) for kind in kinds] for folder in folders])
    found = directions(state["codes"], state["pca"]["sign"], values, weights, sources)
    layers = num_layers(256)
    whole = {name: d[None].expand(layers, -1).half().contiguous() for name, d in sorted(found.items())}
    with common.atomic(args.out / "directions.safetensors") as temporary:
        save_file(whole, temporary)
    print({name: round(float(d.norm()), 2) for name, d in found.items()})


if __name__ == "__main__":
    main()
