"""A graphics card that is there and does not compute: at load, and in the middle of an edit.

No card is needed: torch's "meta" device is there, too, and holds no numbers; a CUDA device that is only said
to be there fails as a driver without a card does. In the middle of an edit real networks fail by a hook of
torch's.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

import engine
from engine.cli import main
from engine.packs import pack as packs
from engine.packs.device import device_problem, in_short, is_device_failure
from engine.packs.manifest import find
from engine.packs.pack import ModelPack

from . import standin
from .conftest import as_bytes
from .test_cli import SHORT as SHORT_WORDS
from .test_run import SHORT
from .test_tune import TUNED

DIED = RuntimeError(
    "CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA to find out more."
)
FULL = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


class Card(ModelPack):
    """Networks that run here and stand for those on a card: where it fails, there is the processor to go
    to."""

    @property
    def can_fall_back(self) -> bool:
        return True


@pytest.fixture
def said_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a card that computes")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)


def failing(
    pack: ModelPack, error: Exception, after: int, network: str = "generator", for_good: bool = True
) -> None:
    """Let a network of the pack fail in its call number `after`, and in all that follow if it is
    `for_good`."""
    calls = 0

    def fail(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == after or (for_good and calls > after):
            raise error

    getattr(pack, network).register_forward_pre_hook(fail)


def test_a_device_is_tried_by_a_small_computation() -> None:
    assert device_problem(torch.device("cpu")) == ""
    assert "meta" in device_problem(torch.device("meta"))


@pytest.mark.slow
@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_a_card_that_does_not_compute(said_to_be_there: None, device: str) -> None:
    pack = engine.load_pack("starter", device)
    assert pack.device.type == "cpu" and not pack.can_fall_back
    [remark] = pack.remarks
    assert remark.startswith("The graphics card cannot be used (") and remark.isprintable()
    assert engine.random_face(pack, 1).shape == (256, 256, 3)


@pytest.mark.slow
def test_the_command_line_says_so(
    said_to_be_there: None, narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = tmp_path / "a.png"
    engine.save_photo(engine.Photo(as_bytes(standin.face(96)), "RGB"), image)
    words = [
        "edit",
        "--image",
        str(image),
        "--aligned",
        "--attribute",
        "smiling",
        "--outdir",
        str(tmp_path / "out"),
    ]
    assert main([*words, "--weights", str(narrow_models), "--preset", "paper", "--quiet", *SHORT_WORDS]) == 0
    assert "warning: The graphics card cannot be used" in capsys.readouterr().err


@pytest.mark.slow
def test_too_little_memory_on_the_card_at_load(
    said_to_be_there: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small computation succeeds, the networks do not fit."""
    monkeypatch.setattr(packs, "device_problem", lambda _device: "")
    moved = torch.nn.Module.to

    def to(module: torch.nn.Module, device: torch.device) -> torch.nn.Module:
        if torch.device(device).type == "cuda":
            raise FULL
        return moved(module, device)

    monkeypatch.setattr(torch.nn.Module, "to", to)
    monkeypatch.setattr(packs, "choose_precision", lambda *_: None)
    pack = engine.load_pack("starter")
    assert pack.device.type == "cpu" and "out of memory" in pack.remarks[0]


@pytest.mark.slow
def test_what_counts_as_the_devices_failure() -> None:
    for error in (DIED, FULL, MemoryError(), RuntimeError("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED")):
        assert is_device_failure(error)
    for error in (RuntimeError("shape mismatch"), ValueError("CUDA error"), KeyError("x")):
        assert not is_device_failure(error)
    assert (
        in_short(DIED) == "CUDA error: unspecified launch failure" and in_short(ValueError()) == "ValueError"
    )


@pytest.fixture
def card(narrow_models: Path) -> Card:
    return Card(find(narrow_models), torch.device("cpu"), None)


@pytest.fixture
def starter_card() -> Card:
    return Card(find("starter"), torch.device("cpu"), None)


@pytest.fixture(scope="module")
def whole(
    narrow_pack: ModelPack, drawn_face: engine.Face, drawn_masks: engine.RegionMasks
) -> list[engine.Step]:
    return list(engine.run(request_of(drawn_face, drawn_masks), narrow_pack))


def request_of(face: engine.Face, masks: engine.RegionMasks, **more: object) -> engine.EditRequest:
    fields = {"preset": "paper", "settings": SHORT, **more}
    return engine.EditRequest(face, masks, (engine.AttributeEdit("smiling"),), **fields)  # type: ignore[arg-type]


def alike(one: engine.EditResult, other: engine.EditResult) -> None:
    """The same edit, number for number."""
    for name in ("latent", "image", "generated", "blend_mask"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for a, b in zip(one.noise, other.noise, strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.losses == other.losses and one.probabilities == other.probabilities


@pytest.mark.slow
@pytest.mark.parametrize(
    ("after", "error"), [*((n, DIED) for n in (1, 2, 5, 9, 12, 13)), (5, FULL), (12, FULL)], ids=str
)
def test_a_run_goes_on_from_its_last_step(
    card: Card,
    whole: list[engine.Step],
    drawn_face: engine.Face,
    drawn_masks: engine.RegionMasks,
    after: int,
    error: Exception,
) -> None:
    """No step is made twice, and the result is that of a run that nothing happened to."""
    failing(card, error, after, for_good=error is DIED)
    steps = list(engine.run(request_of(drawn_face, drawn_masks), card))
    assert [(s.stage, s.step, s.done, s.total) for s in steps] == [
        (s.stage, s.step, s.done, s.total) for s in whole
    ]
    result, wanted = steps[-1].result, whole[-1].result
    assert result is not None and wanted is not None
    alike(result, wanted)
    [warning] = set(result.warnings) - set(wanted.warnings)
    assert warning.startswith("The graphics card failed (CUDA") and "\n" not in warning
    assert card.lost_device == (error is DIED)
    assert all(a.seconds <= b.seconds for a, b in pairwise(steps))


def starter_request(pack: ModelPack) -> engine.EditRequest:
    size = pack.resolution
    quad = np.array([[0, 0], [0, size], [size, size], [size, 0]], np.float64)
    face = engine.Face(as_bytes(standin.face(size)), quad)
    return request_of(
        face, engine.parse(face, pack), preset="fast", settings={**TUNED, "optimizer.farthest": 1}
    )


@pytest.fixture(scope="module")
def fitted(pack: ModelPack) -> tuple[engine.EditRequest, engine.EditResult]:
    """A request whose run fits weights and steps along directions, and what becomes of it undisturbed."""
    request = starter_request(pack)
    exact = Card(find("starter"), torch.device("cpu"), None)
    result = list(engine.run(request, exact))[-1].result
    assert result is not None
    return request, result


@pytest.mark.slow
@pytest.mark.parametrize(("after", "same"), [(4, True), (12, True), (24, False)])
def test_with_fitted_weights_and_directions(
    starter_card: Card, fitted: tuple[engine.EditRequest, engine.EditResult], after: int, same: bool
) -> None:
    """While the generator is fitted, on the rungs along the directions, and in the edit, where what is
    measured for a few steps of how the edit is composed is measured anew."""
    request, wanted = fitted
    failing(starter_card, FULL, after, for_good=False)
    result = list(engine.run(request, starter_card))[-1].result
    assert result is not None and result.tuned is not None
    if same:
        alike(result, wanted)
    assert np.abs(result.image - wanted.image).mean() < 0.002
    assert np.abs(result.latent - wanted.latent).max() < 0.05
    assert len(result.warnings) == 1 + len(wanted.warnings)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["parser", "classifier", "encoder", "generator"])
def test_every_step_of_the_editor_on_a_card_that_died(pack: ModelPack, network: str) -> None:
    card = Card(find("starter"), torch.device("cpu"), None)
    failing(card, DIED, 1, network)
    face = engine.take_whole(engine.Photo(engine.random_face(card, 2), "RGB"))
    editor = engine.Editor(card)
    editor.open(engine.Photo(face.crop, "RGB"))
    assert editor.score(face) == pytest.approx(engine.score(face, pack), abs=1e-6)
    result = editor.edit(editor.request(face, "smiling", preset="fast", settings=TUNED))
    assert editor.scored(result).probabilities.keys() == set(pack.attributes)
    assert engine.at_strength(result, card, 0.5).strength == 0.5
    assert card.lost_device and card.on_cpu.device.type == "cpu"
    assert [engine.parse(face, card).probabilities.shape] == [(9, 512, 512)]


@pytest.mark.slow
def test_what_the_card_is_not_to_blame_for_is_raised(
    card: Card, drawn_face: engine.Face, drawn_masks: engine.RegionMasks
) -> None:
    failing(card, RuntimeError("a mistake of ours"), 3)
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        list(engine.run(request_of(drawn_face, drawn_masks), card))
    assert not card.lost_device


@pytest.mark.slow
def test_the_processor_has_nothing_to_fall_back_on(
    narrow_models: Path, drawn_face: engine.Face, drawn_masks: engine.RegionMasks
) -> None:
    pack = ModelPack(find(narrow_models), torch.device("cpu"), None)
    failing(pack, FULL, 3)
    with pytest.raises(engine.OutOfMemoryError):
        list(engine.run(request_of(drawn_face, drawn_masks), pack))


@pytest.mark.slow
def test_a_run_can_be_cancelled_after_the_card_failed(
    card: Card, drawn_face: engine.Face, drawn_masks: engine.RegionMasks
) -> None:
    control = engine.RunControl()
    failing(card, DIED, 4)
    steps: Iterator[engine.Step] = engine.run(request_of(drawn_face, drawn_masks), card, control)
    for step in steps:
        if step.done == 6:
            control.cancel()
    assert step.result is not None and step.result.cancelled and step.done == 6
    again = list(engine.run(request_of(drawn_face, drawn_masks), card))
    assert again[-1].result is not None
