"""The benchmark's parts at small sizes: they run, and what they report hangs together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.cli import main
from engine.edit.run import run
from engine.editor import Editor
from engine.evaluate import mobile_step, presets, scaling
from engine.evaluate.generator_step import standin_generator
from engine.evaluate.report import whole_face
from engine.evaluate.standin import standin_face
from engine.evaluate.textbook import TextbookGenerator
from engine.packs.pack import ModelPack
from engine.types import REGIONS

CPU = torch.device("cpu")


def test_the_textbook_generator_paints_the_same_picture() -> None:
    ours, textbook = standin_generator(32), standin_generator(32, TextbookGenerator)
    w = torch.randn(1, ours.num_layers, ours.style_dim)
    noise = ours.draw_noise(0)
    assert isinstance(textbook, TextbookGenerator)
    with torch.no_grad():
        assert torch.allclose(ours(w, noise), textbook(w, noise), atol=1e-4)
        assert torch.allclose(ours(w), textbook(w), atol=1e-4)


def test_the_portrait_generators_textbook_paints_the_same_picture() -> None:
    generator = mobile_step.standin((16, 16, 16, 8), 12)
    for block in generator.stages():
        block.conv1.strength.fill_(0.3)
    noise = [drawn for drawn in generator.start_noise() if drawn is not None]
    codes = torch.randn(2, generator.num_layers, generator.style_dim)
    expected = mobile_step.textbook(generator, codes, noise)
    torch.testing.assert_close(generator(codes, noise), expected, atol=1e-4, rtol=1e-4)


def test_the_portrait_generators_sizes_are_measured_beside_its_textbook() -> None:
    figures = mobile_step.measure(CPU, torch.bfloat16, 1, mobile_step.standin((16, 16, 8), 12))
    assert next(iter(figures)) == "textbook"
    assert {"float32 32", "auto 32", "auto 256"} <= set(figures)
    assert all(row["min"] > 0 and row["textbook_over"] > 0 for row in figures.values())


def test_a_standin_face_has_every_region_it_names() -> None:
    face, masks = standin_face(64, 0.05)
    assert face.crop.shape == (64, 64, 3)
    assert np.allclose(masks.probabilities.sum(0), 1)
    assert masks.share("mouth") == pytest.approx(0.05, rel=0.1)
    assert all(masks.share(name) > 0 for name in ("hair", "skin", "eyes", "nose", "eyebrows"))
    assert masks.probabilities.shape[0] == len(REGIONS)


@pytest.mark.slow
def test_the_comparison_goes_on_where_it_stopped(
    narrow_pack: ModelPack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = narrow_pack
    short = {"steps.latent": 2, "steps.noise": 1, "loss.start_steps.classf": 1, "loss.start_steps.seg": 1}
    made: list[str] = []

    def counted(request: Any, *rest: Any, **more: Any) -> Any:
        made.append(request.preset)
        object.__setattr__(request, "settings", short)
        return run(request, *rest, **more)

    monkeypatch.setattr("engine.editor.run", counted)
    faces = presets.drawn_faces(pack, 2)
    kept = tmp_path / "kept"
    once = presets.compare(pack, faces[:1], ("smiling", "wearing_lipstick"), kept)
    assert made == ["paper", "paper", "fast", "fast"]
    made.clear()
    report = presets.compare(pack, faces, ("smiling", "wearing_lipstick"), kept)
    assert made == ["fast", "fast", "paper", "paper", "fast", "fast"]
    same = ("paper_seconds", "paper_probability")
    assert all(
        a[key] == b[key] for a, b in zip(once["edits"], report["edits"][:2], strict=True) for key in same
    )
    assert report["edits"][0]["paper_error"] == pytest.approx(once["edits"][0]["paper_error"], rel=1e-3)
    assert len(report["edits"]) == 4
    assert report["quality_of"] == 4
    ratios = sorted(row["ratio"] for row in report["edits"] if row["turn"] == 0)
    assert ratios[0] <= report["first_edit_ratio"] <= ratios[-1]
    assert report["second_edit_ratio"] > 0


def test_the_masked_error_counts_the_mask_only(pack: ModelPack) -> None:
    face = whole_face(presets.drawn_faces(pack, 1)[0])
    settings = {"steps.latent": 1, "steps.noise": 0}
    editor = Editor(pack)
    result = editor.edit(editor.request(face, "smiling", settings=settings))
    mask = np.zeros(result.source.shape[:2], np.float32)
    assert presets.masked_error(result.generated, result.source, mask) == 0
    mask[:8, :8] = 1
    expected = np.square(result.generated - result.source)[:8, :8].sum() / result.source.size
    assert presets.masked_error(result.generated, result.source, mask) == pytest.approx(expected, rel=1e-4)


def test_the_plot_shows_every_figure() -> None:
    drawn = scaling.plot({256: 0.1, 512: 0.35}, {0.01: 1.25, 0.12: 1.5})
    assert drawn.startswith("<svg")
    assert all(f">{value}<" in drawn for value in ("0.100", "0.350", "1.250", "1.500"))
    assert scaling.departures({256: 0.1, 512: 0.35}) == [
        "256 to 512 px: 3.50 times the cost for 4 times the pixels"
    ]


@pytest.mark.slow
def test_the_command_writes_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "figures.json"
    asked = ["benchmark", "--device", "cpu", "--parts", "step", "--size", "32", "--rounds", "1"]
    assert main([*asked, "--json", str(path)]) == 0
    figures = json.loads(path.read_text())["generator_step"]
    told = capsys.readouterr().out
    assert f"{figures['textbook_over']['auto']:.2f}" in told
    assert figures["seconds"]["float32"]["median"] > 0
