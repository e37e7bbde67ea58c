"""Write weights/portrait/manifest.json: what the program brings along for the portrait pack.

    python weights/recipes/portrait/portrait_pack.py        # after the other recipes

Hashes and sizes of the files that are there, terms, presets, the attributes with their figures, and the
figures that the recipes measured (`metrics.json` beside the files). Figures of the attributes that the
starter pack's network serves are taken over from that pack's manifest.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from renders import PORTRAIT, common
from safetensors.torch import load_file

from engine.attributes import area_of, is_expression, is_global

ROLES = ("heads", "classifier", "encoder", "directions", "judge")
LARGEST, ALL = 16 * 2**20, 24 * 2**20
TERMS = (
    "Research and non-commercial use only. The parts trained for this pack were fitted to renders of "
    "MobileStyleGAN, a student of StyleGAN2 (NVIDIA Source Code License-NC), which was trained on FFHQ "
    "(CC BY-NC-SA 4.0), the encoder also to photos of CelebAMask-HQ, classifier and judge to people's labels "
    "of CelebA (both for non-commercial research): they are handed out under CC BY-NC-SA 4.0. No picture is "
    "part of the pack."
)
DATA = (
    ("CelebAMask-HQ (260 photos, encoder; 799, classifier)", "non-commercial research and education"),
    (
        "generated portraits (260, encoder; 200, judge; 1,000, classifier)",
        "public repository without a licence: treated as research only",
    ),
    (
        "features of faceres-deep, which scored photos and renders (classifier, directions)",
        "MIT; trained on research data",
    ),
    ("renders of MobileStyleGAN", "derived from FFHQ (CC BY-NC-SA 4.0) and StyleGAN2 (non-commercial)"),
    ("CelebA's labels of 400 photos (classifier, judge)", "non-commercial research"),
    ("London face set (100 photos, classifier, judge)", "CC BY 4.0"),
    ("the starter pack's classifier, a part of this one's", "the starter pack's terms"),
)
UNFIT = ("bald", "straight_hair", "bags_under_eyes")
"""Told and drawn, and not offered: what is composed of it does not show it. Hair stays the photo's (bald);
straight hair and bags under the eyes showed nothing."""
RATE, RATES = 0.1, {"beard": 0.3, "chin": 0.3}
"""By how much of the learning rate an edit of the whole face follows the gradient of the sums on the parser's
backbone, which were not trained to bear it; more where it is shown in a part of the face alone. At 1, and
all over the face at .3, it got spectacles with its fat, lips of plastic and brows grown together (836,
805); at .1 the goals are reached, or nearly, by the direction's own face (young=0 .95 to .06, young .06 to
.80). A moustache is .64 at .1 and .79 at .3 (836), as well drawn. In a region's edit the masks hold the
rest. Expressions have it, too: what the starter's part says of a face in poor light (840, a smile of its
direction: .01) is no gradient to follow, at 1 it ended in a mask; and five of six smiles please the judge
more at .1 than at 1."""


def entry(path: Path) -> dict[str, Any]:
    """File name, hash and size of one part."""
    data = path.read_bytes()
    if len(data) > LARGEST:
        raise SystemExit(f"{path.name} has {len(data):,} bytes; no part may have more than {LARGEST:,}.")
    return {"file": path.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def offered(metrics: dict[str, Any], out: Path) -> dict[str, Any]:
    """The attributes that the sums serve and that have a direction: without one an edit has only the gradient
    of a network that was not trained to bear being followed."""
    able = set(load_file(out / "directions.safetensors")) - set(UNFIT)
    entries = metrics["classifier"]["attributes"].items()
    return {
        name: {**entry, "rate": RATES.get(area_of(name) or "", RATE)} if is_global(name) else entry
        for name, entry in entries
        if name in able
    }


def with_codes(entries: dict[str, Any]) -> dict[str, Any]:
    """The attributes, with the vectors of a code that draw them, where `code_spans.py` found a part to do."""
    spans = json.loads(Path(__file__).with_name("spans.json").read_text(encoding="utf-8"))
    return {
        name: {**entry, "codes": spans[name]} if name in spans else entry for name, entry in entries.items()
    }


def told(entries: dict[str, Any]) -> dict[str, Any]:
    """The attributes that the starter's classifier tells, with the rate of those that move the whole face."""
    return {
        name: {**entry, "rate": RATE} if is_expression(name) else entry for name, entry in entries.items()
    }


def main() -> None:
    parser = common.arguments(__doc__ or "")
    parser.set_defaults(out=PORTRAIT)
    args = parser.parse_args()
    starter = json.loads((common.STARTER / "manifest.json").read_text(encoding="utf-8"))
    files = {role: entry(args.out / f"{role}.safetensors") for role in ROLES}
    if (total := sum(file["bytes"] for file in files.values())) > ALL:
        raise SystemExit(f"All parts together have {total:,} bytes; at most {ALL:,} are allowed.")
    metrics = json.loads((args.out / "metrics.json").read_text(encoding="utf-8"))
    manifest = {
        "format": 1,
        "name": "portrait",
        "title": "Portrait pack, 1024 px",
        "version": "1",
        "resolution": 1024,
        "terms": TERMS,
        "data": [{"name": name, "terms": terms} for name, terms in DATA],
        "files": files,
        "attributes": with_codes({**told(starter["attributes"]), **offered(metrics, args.out)}),
        "metrics": metrics,
        "presets": json.loads(Path(__file__).with_name("presets.json").read_text(encoding="utf-8")),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (args.out / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
