"""Write weights/starter/manifest.json from the networks that lie there and what their recipes measured.

    python weights/recipes/pack.py

Reads `runs/<role>/metrics.json` for every role (the classifier's may hold `attributes`: name -> {auc,
auc_low, auc_high, labels, positives, negatives}); where a role was not measured in this checkout, what the
manifest said before is kept, as long as its file is the same. Run it after each export.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from common import arguments, atomic
from safetensors import safe_open

ROLES = ("generator", "encoder", "parser", "classifier", "finder", "directions", "refiner")
LIMIT = 24_000_000
LOWEST_AUC = 0.85
DETAIL = 128
"""The side in px at which the generator draws; its layers beyond enlarge that (see the README)."""

TERMS = (
    "Research and non-commercial use only: the weights were trained on pictures whose terms say so "
    "(CelebAMask-HQ, CelebA, LFW, All-Age-Faces, a collection of generated portraits without a stated "
    "licence; Face Research Lab London Set under CC BY 4.0). No picture is part of the pack."
)
DATA = [
    {
        "name": "generated portraits",
        "pictures": 2400,
        "terms": "public repository hmdghoul's face collection, no licence stated: treated as research "
        "only; no real persons",
    },
    {
        "name": "CelebAMask-HQ (subset)",
        "pictures": 800,
        "terms": "non-commercial research and education",
    },
    {"name": "CelebA (subset)", "pictures": 340, "terms": "non-commercial research"},
    {
        "name": "Face Research Lab London Set (DeBruine & Jones 2017)",
        "pictures": 100,
        "terms": "CC BY 4.0",
    },
    {"name": "Labeled Faces in the Wild (subset)", "pictures": 490, "terms": "research"},
    {"name": "All-Age-Faces (subset, adults)", "pictures": 180, "terms": "research"},
]
HOW = (
    "Trained with weights/recipes on two CPU cores. Generator: StyleGAN2 layout, latent codes started from "
    "a mirror-aware PCA of 32 px faces and optimised together with the network; mapping network fitted to "
    "the codes' distribution. Encoder: linear projection corrected by a residual net, through the frozen "
    "generator. Mouth refiner: from 128 to 256 px, learnt against a critic. See weights/recipes/README.md "
    "for figures and held-out lists."
)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file, empty where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def describe(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"file": path.name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def resolution(path: Path) -> int:
    """The generator's resolution: four, doubled by each further RGB layer."""
    with safe_open(path, "pt") as stored:
        return 4 * 2 ** sum(k.startswith("to_rgbs.") and k.endswith(".conv.weight") for k in stored.keys())  # noqa: SIM118


def build(out: Path, runs: Path, presets: dict[str, Any]) -> dict[str, Any]:
    """The manifest of the files in `out`."""
    before = read_json(out / "manifest.json")
    files = {r: describe(out / f"{r}.safetensors") for r in ROLES if (out / f"{r}.safetensors").exists()}
    metrics = {}
    for role, file in files.items():
        measured = read_json(runs / role / "metrics.json")
        same = before.get("files", {}).get(role, {}).get("sha256") == file["sha256"]
        metrics[role] = measured or (before.get("metrics", {}).get(role, {}) if same else {})
    attributes = metrics.get("classifier", {}).pop("attributes", None) or before.get("attributes", {})
    return {
        "format": 1,
        "name": "starter",
        "title": "Built-in faces",
        "version": "1",
        "resolution": resolution(out / "generator.safetensors"),
        "detail": DETAIL,
        "terms": TERMS,
        "data": DATA,
        "how": HOW,
        "files": files,
        "attributes": {k: v for k, v in attributes.items() if v["auc"] >= LOWEST_AUC},
        "metrics": metrics,
        "presets": presets,
    }


def write(args: argparse.Namespace) -> None:
    presets = read_json(Path(__file__).with_name("presets.json"))
    manifest = build(args.out, args.runs, presets)
    size = sum(f["bytes"] for f in manifest["files"].values())
    if size > LIMIT:
        raise SystemExit(f"The pack has {size} bytes, more than {LIMIT}.")
    with atomic(args.out / "manifest.json") as temporary:
        temporary.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(manifest['files'])} networks, {size} bytes, {len(manifest['attributes'])} attributes")


if __name__ == "__main__":
    write(arguments(__doc__ or "").parse_args())
