"""What a pack's files do, beyond being the right bytes: the mean face is rendered, parsed and scored.

A generator that renders noise, a parser that sees no mouth, a classifier that says the same of every
picture, an encoder that returns another face: each loads without an error, and each is called out here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import EngineError
from ..packs.manifest import Manifest, find
from ..packs.pack import ModelPack, load_pack
from ..run_control import RunControl
from ..types import REGIONS

SEED = 7
_FACES = 4
_LEAST_SHARE = {"mouth": 0.001, "eyes": 0.001, "nose": 0.002, "skin": 0.05, "eyebrows": 0.0005}
"""The least part of the mean face's pixels that each region must have."""
_LEAST_CONTRAST = 0.03
_LEAST_CHANGE = 1e-3
_SIDE = 64


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `good` is false for what makes the pack unusable or doubtful."""

    what: str
    good: bool
    text: str


def verify_pack(source: str | Path, control: RunControl | None = None, device: str = "auto") -> list[Finding]:
    """Look at a pack's files and at what they do; nothing is raised for a pack that is not in order."""
    control = control or RunControl()
    try:
        manifest = find(source)
    except EngineError as error:
        return [Finding("manifest", False, error.message)]
    findings = _files(manifest)
    if not all(finding.good for finding in findings):
        return findings
    try:
        pack = load_pack(source, device=device, precision="float32")
        findings.append(Finding("parts", True, f"The parts fit together, {pack.resolution} px."))
    except EngineError as error:
        return [*findings, Finding("parts", False, error.message)]
    for look in (_look_at_face, _look_at_encoder):
        if not control.wait():
            break
        try:
            findings += look(pack)
        except EngineError as error:
            findings.append(Finding("parts", False, error.message))
    return findings


def _files(manifest: Manifest) -> list[Finding]:
    missing = manifest.missing()
    findings = [Finding("files", False, f"{name} is missing.") for name in missing]
    for role, file in manifest.files.items():
        if not file.path.is_file():
            continue
        try:
            file.verify()
        except EngineError as error:
            findings.append(Finding(role, False, error.message))
        else:
            known = "size and checksum are right" if file.sha256 else "no checksum is known"
            findings.append(Finding(role, True, f"{file.path.name}: {known}."))
    return findings


@torch.no_grad()
def _look_at_face(pack: ModelPack) -> list[Finding]:
    picture = pack.generator(pack.latent_mean[None], pack.generator.start_noise()).float()
    if not bool(torch.isfinite(picture).all()):
        return [Finding("generator", False, "The mean face holds numbers that are not finite.")]
    face = picture.clamp(0, 1)
    contrast = float(face.std((2, 3)).mean())
    good = contrast > _LEAST_CONTRAST
    text = f"The mean face is rendered (contrast {contrast:.2f})."
    findings = [Finding("generator", good, text if good else "The mean face is an even grey.")]
    findings.append(regions(pack.parser(face)[0]))
    findings.append(scores(pack.classifier, face))
    return findings


def regions(masks: Tensor) -> Finding:
    """Whether a face's masks (9, H, W) show everything that a face has."""
    if not bool(torch.isfinite(masks).all()):
        return Finding("parser", False, "The regions hold numbers that are not finite.")
    winner = masks.argmax(0)
    shares = {name: float((winner == number).float().mean()) for number, name in enumerate(REGIONS)}
    lacking = [name for name, least in _LEAST_SHARE.items() if shares[name] < least]
    if lacking:
        return Finding(
            "parser", False, f"The mean face has no {_listed(lacking)}: the parser does not see it."
        )
    seen = ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items() if share >= 0.001)
    return Finding("parser", True, f"The mean face's regions: {seen}.")


def scores(classifier: Callable[[Tensor], Tensor], face: Tensor) -> Finding:
    """Whether the classifier tells the face from a grey picture."""
    seen = torch.sigmoid(classifier(face).float())
    grey = torch.sigmoid(classifier(torch.full_like(face, 0.5)).float())
    if not bool(torch.isfinite(seen).all()):
        return Finding("classifier", False, "The scores hold numbers that are not finite.")
    change = float((seen - grey).abs().max())
    if change < _LEAST_CHANGE:
        return Finding("classifier", False, "The classifier gives the same scores for every picture.")
    return Finding("classifier", True, f"The mean face is scored (up to {change:.2f} from an empty picture).")


@torch.no_grad()
def _look_at_encoder(pack: ModelPack) -> list[Finding]:
    encoder = pack.encoder
    if encoder is None:
        return [Finding("encoder", True, "The pack has no encoder; edits of the whole face need one.")]
    codes = sample_codes(pack)
    noise = pack.generator.start_noise()

    def render(code: Tensor) -> Tensor:
        picture: Tensor = pack.generator(code[None], noise)
        return picture.float().clamp(0, 1)

    return [same_face(codes, render, encoder)]


def sample_codes(pack: ModelPack) -> Tensor:
    """A few faces of nobody, between the mean and a sample: (N, L, D), the same every time."""
    source = torch.Generator().manual_seed(SEED)
    z = torch.randn(_FACES, pack.generator.style_dim, generator=source).to(pack.device)
    drawn = pack.generator.mapping(z)[:, None]
    mean = pack.latent_mean[None]
    return mean + 0.7 * (drawn - mean)


def same_face(
    codes: Tensor, render: Callable[[Tensor], Tensor], encode: Callable[[Tensor], Tensor]
) -> Finding:
    """Each face, encoded and rendered again, must be nearer to itself than to every other face."""
    faces = [_small(render(code)) for code in codes]
    again = [_small(render(encode(render(code))[0])) for code in codes]
    own, others = [], []
    for number, picture in enumerate(again):
        distances = [float((picture - face).square().mean()) for face in faces]
        own.append(distances[number])
        others.append(min(d for other, d in enumerate(distances) if other != number))
    wrong = sum(1 for a, b in zip(own, others, strict=True) if not a < b)
    if wrong:
        return Finding("encoder", False, f"The encoder returns another face ({wrong} of {len(codes)} tried).")
    nearer = sum(others) / max(sum(own), 1e-12)
    return Finding("encoder", True, f"Faces come back as themselves ({nearer:.1f} times nearer than others).")


def _small(picture: Tensor) -> Tensor:
    size = (min(_SIDE, picture.shape[-2]), min(_SIDE, picture.shape[-1]))
    return F.interpolate(picture, size=size, mode="area")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
