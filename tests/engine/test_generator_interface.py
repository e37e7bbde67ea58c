"""A generator of another kind, added by its module and a line of the registry, does what StyleGAN2 does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import engine
from engine import paths
from engine.distribution import install, verify
from engine.edit.strength import at_strength
from engine.models.generators.base import size_at_most
from engine.packs import registry
from engine.packs.pack import ModelPack, load_pack

from . import other_generator, standin
from .conftest import as_bytes

ROWS, SIDE = 23, 1024
ROLES = ("generator", "parser", "classifier", "encoder")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelPack]:
    """A pack whose generator takes 23 codes and draws 1024 px, imported into an empty program."""
    folder = tmp_path_factory.mktemp("other")
    with pytest.MonkeyPatch.context() as patch:
        layouts = (*registry._LAYOUTS["generator"], ("generators.other", "OtherGenerator"))
        patch.setitem(registry._LAYOUTS, "generator", layouts)  # the registry's line for it
        patch.setitem(sys.modules, "engine.models.generators.other", other_generator)
        patch.setattr(paths, "data_root", lambda: folder / "program")
        patch.setenv("MASKFACEGAN_HOME", str(folder / "home"))
        write_list(folder / "program" / "weights")
        install.import_models([write_files(folder / "files")], "other")
        yield load_pack("other", device="cpu", precision="float32")


def write_files(folder: Path) -> Path:
    """Small networks that fit together."""
    folder.mkdir()
    torch.manual_seed(0)
    contents: dict[str, Any] = standin.narrow_contents()
    contents["generator"] = other_generator.OtherGenerator(7, 4, standin.NARROW_STYLE).state_dict()
    contents["encoder"] = standin.encoder_content(standin.narrow_encoder_widths(ROWS))
    for role in ROLES:
        torch.save(contents[role], folder / f"{role}.pt")
    return folder


def write_list(folder: Path) -> None:
    """A list of packs that expects one of that size."""
    folder.mkdir(parents=True)
    lines = ["format = 1"]
    for role in ROLES:
        lines += [f"[components.the-{role}]", f'role = "{role}"', f'file = "{role}.pt"', 'terms = "Be good."']
        lines += ['sources = ["https://example.org/none"]']
    lines += ["[packs.other]", 'title = "Other pack"', f"resolution = {SIDE}"]
    lines += [f'{role} = ["the-{role}"]' for role in ROLES]
    (folder / "manifest.toml").write_text("\n".join(lines), encoding="utf-8")


def test_the_installer_reads_the_size_off_the_generator(pack: ModelPack) -> None:
    assert pack.manifest.resolution == pack.resolution == SIDE
    assert pack.title == "Other pack"  # no word of another size
    assert pack.latent_mean.shape == (ROWS, standin.NARROW_STYLE)


def test_verify_renders_it(pack: ModelPack) -> None:
    found = {finding.what: finding for finding in verify.verify_pack("other", device="cpu")}
    assert found["parts"].good and str(SIDE) in found["parts"].text
    assert "finite" not in found["generator"].text and "encoder" in found


def test_it_stops_at_the_sizes_that_it_has(pack: ModelPack) -> None:
    sides = {side: size_at_most(pack.generator, side) for side in (4096, SIDE, 600, 256, 128)}
    assert sides == {4096: SIDE, SIDE: SIDE, 600: 512, 256: 256, 128: 256}


def test_an_edit_with_all_its_phases(pack: ModelPack) -> None:
    quad = np.array([[0, 0], [0, SIDE], [SIDE, SIDE], [SIDE, 0]], np.float64)
    face = engine.Face(as_bytes(standin.face(SIDE)), quad)
    masks = engine.parse(face, pack)
    settings = {
        "steps.latent": 5,
        "steps.noise": 1,
        "steps.e4e_start": 0,
        "steps.hold_region": 3,
        "steps.tune": 2,
        "steps.coarse": 3,
        "loss.start_steps.classf": 3,
        "loss.start_steps.seg": 3,
        "dynamic_masking_iters": 1,
        "optimizer.farthest": 1.0,
    }
    request = engine.EditRequest(
        face, masks, (engine.AttributeEdit("smiling"),), preset="fast", settings=settings
    )
    started = [noise.clone() for noise in pack.generator.start_noise() if noise is not None]
    result = [step.result for step in engine.run(request, pack)][-1]
    assert result is not None and result.image.shape == (SIDE, SIDE, 3)
    assert result.latent.shape == (ROWS, standin.NARROW_STYLE) and np.isfinite(result.latent).all()
    assert [noise.shape[-1] for noise in result.noise] == list(pack.generator.noise_sizes)
    assert result.tuned and set(result.tuned) == set(pack.generator.tunable(256))
    for before, after in zip(started, pack.generator.start_noise(), strict=True):
        assert after is not None and torch.equal(before, after)
    weaker = at_strength(result, pack, 0.5)
    assert 0 < np.abs(weaker.generated - result.generated).max() < 1
