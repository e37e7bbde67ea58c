"""A whole edit through the command line against the numbers recorded from the reference implementation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.cli import main

from . import standin
from .conftest import as_bytes

pytestmark = pytest.mark.slow  # networks of the published sizes

PUBLISHED_SHORT = [
    "steps.latent=9",
    "steps.noise=4",
    "loss.start_steps.classf=3",
    "loss.start_steps.seg=3",
    "dynamic_masking_iters=3",
]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("smiling")
    contents = {k: v for k, v in standin.full_contents(128).items() if "e4e" not in k and "lpips" not in k}
    models = standin.write_folder(folder / "models", contents)
    Image.fromarray(as_bytes(standin.face(128))).save(folder / "face.png")
    arguments = ["edit", "--image", str(folder / "face.png"), "--aligned", "--attribute", "smiling"]
    arguments += ["--weights", str(models), "--preset", "paper", "--device", "cpu", "--outdir", str(folder)]
    arguments += ["--set", *PUBLISHED_SHORT, "--trace", str(folder / "trace.jsonl"), "--quiet"]
    assert main([*arguments, "--save-latent", str(folder / "w.npy")]) == 0
    return folder


def test_every_term_of_every_step(outcome: Path) -> None:
    recorded: dict[str, Any] = standin.recorded("smiling")
    lines = [json.loads(line) for line in (outcome / "trace.jsonl").read_text().splitlines()]
    for stage, name in (("latent", "latent_trace"), ("noise", "noise_trace")):
        found = [line for line in lines if line["stage"] == stage]
        assert [line["step"] for line in found] == list(range(len(recorded[name])))
        for line, expected in zip(found, recorded[name], strict=True):
            assert set(line["losses"]) == set(expected)
            for term, value in expected.items():
                assert line["losses"][term] == pytest.approx(value, rel=1e-3), (stage, line["step"], term)
            total = sum({"recon": 2, "classf": 0.005, "n_loss": 1}[t] * v for t, v in line["losses"].items())
            assert line["total"] == pytest.approx(total, rel=1e-5)


def test_latent_and_picture(outcome: Path) -> None:
    recorded: dict[str, Any] = standin.recorded("smiling")
    latent = np.load(outcome / "w.npy")
    assert latent.shape == (12, 512)
    # Adam's first steps move by the learning rate whatever the gradient's size: tiny ones may flip.
    assert np.abs(latent[:, :8] - np.array(recorded["latent"])).max() < 5e-4
    picture = np.asarray(Image.open(outcome / "face-smiling-0.95-paper.png"), dtype=np.float64) / 255
    assert np.allclose(picture.mean((0, 1)), recorded["image_mean"], atol=5e-4)
    pooled = picture.reshape(8, 16, 8, 16, 3).mean((1, 3)).transpose(2, 0, 1)
    assert np.abs(pooled - np.array(recorded["image_8x8"])).max() < 2e-3


def test_the_record_repeats_the_run(outcome: Path) -> None:
    record = json.loads((outcome / "face-smiling-0.95-paper.json").read_text())
    request = record["request"]
    assert request["settings"]["steps.latent"] == 9 and request["seed"] == 0
    assert record["losses"]["noise"]["recon"] > 0 and record["steps"] == 14 and not record["cancelled"]
    assert 0 <= record["probabilities"]["smiling"]["after"] <= 1
