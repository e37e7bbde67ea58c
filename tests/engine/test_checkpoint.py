"""Hostile, broken and foreign model files: one sentence that names the file, and nothing is executed."""

from __future__ import annotations

import argparse
import collections
import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.errors import CheckpointError, UnsafeCheckpointError
from engine.packs import checkpoint
from engine.packs.checkpoint import read, require_finite

CLAIM = 10**12


class Touch:
    """Creates a file when a careless program unpickles it."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f'echo hit > "{self.marker}"',))


def refused(path: Path, kind: type[CheckpointError] = CheckpointError) -> str:
    """The one sentence with which `path` is refused."""
    with pytest.raises(CheckpointError) as caught:
        read(path)
    assert type(caught.value) is kind
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert caught.value.hint
    assert caught.value.path == path
    return sentence


def save_state(path: Path, **options: Any) -> Path:
    torch.save({"a.weight": torch.arange(6.0).view(2, 3), "n": torch.tensor(3)}, path, **options)
    return path


@pytest.mark.parametrize("archive", [True, False], ids=["archive", "legacy"])
def test_a_state_dict_is_read(tmp_path: Path, archive: bool) -> None:
    content = read(save_state(tmp_path / "state.pt", _use_new_zipfile_serialization=archive))
    assert torch.equal(content["a.weight"], torch.arange(6.0).view(2, 3))
    assert int(content["n"]) == 3


def test_an_ordered_dict_with_parameters_and_halves_is_read(tmp_path: Path) -> None:
    path = tmp_path / "state.pth"
    state = collections.OrderedDict(
        weight=torch.nn.Parameter(torch.ones(3)),
        half=torch.ones(2, dtype=torch.float16),
        flag=torch.tensor(True),
    )
    torch.save(state, path)
    content = read(path)
    assert content["half"].dtype == torch.float16
    assert bool(content["flag"])


def test_safetensors_are_read_whatever_the_name(tmp_path: Path) -> None:
    for name in ("state.safetensors", "state.bin"):
        save_file({"a": torch.ones(2)}, tmp_path / name)
        assert torch.equal(read(tmp_path / name)["a"], torch.ones(2))


def test_the_encoders_options_are_the_one_class_allowed(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    torch.save({"options": argparse.Namespace(stylegan_size=1024), "latent_avg": torch.zeros(3)}, path)
    assert read(path)["options"].stylegan_size == 1024
    assert argparse.Namespace not in torch.serialization.get_safe_globals()


def write_malicious(path: Path, marker: Path, form: str) -> None:
    content = {"g_ema": {"input.input": torch.zeros(1)}, "extra": Touch(marker)}
    if form == "pickle":
        path.write_bytes(pickle.dumps(Touch(marker)))
    elif form == "old pickle":
        path.write_bytes(pickle.dumps(content, protocol=2))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form == "archive")


@pytest.mark.parametrize("form", ["archive", "legacy", "pickle", "old pickle"])
def test_code_in_a_file_is_not_executed(tmp_path: Path, form: str) -> None:
    path, marker = tmp_path / "generator.pt", tmp_path / "hit"
    write_malicious(path, marker, form)
    assert "system" in refused(path, UnsafeCheckpointError)
    assert not marker.exists()
    # The payload is a working attack: what unpickles it carelessly runs its code.
    pickle.loads(pickle.dumps(Touch(marker)))
    assert marker.exists()


@pytest.mark.parametrize(
    "content",
    [torch.nn.Linear(2, 2), {"a": np.zeros(3)}, {"a": bytearray(3)}, {"a": torch.zeros(3).to_sparse()}],
    ids=["module", "numpy", "bytes", "sparse"],
)
def test_anything_beyond_plain_tensors_is_refused(tmp_path: Path, content: object) -> None:
    path = tmp_path / "state.pt"
    torch.save(content, path)
    assert "asks for more than weights" in refused(path, UnsafeCheckpointError)


def test_an_archive_with_a_program_is_refused(tmp_path: Path) -> None:
    path = save_state(tmp_path / "script.pt")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("state/constants.pkl", pickle.dumps(()))
    assert "TorchScript" in refused(path, UnsafeCheckpointError)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "generator.pt"
    with pytest.raises(CheckpointError, match=r"generator\.pt is missing") as caught:
        read(path, "Fetch it.")
    assert caught.value.hint == "Fetch it."


def test_a_folder_is_no_model_file(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)


def test_a_device_is_not_read_for_ever() -> None:
    with pytest.raises(CheckpointError, match=r"is no file|is missing"):
        read(Path("/dev/zero"))


@pytest.mark.parametrize("archive", [True, False], ids=["archive", "legacy"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_truncated_checkpoint(tmp_path: Path, archive: bool, share: float) -> None:
    path = tmp_path / "state.pt"
    torch.save({"a": torch.zeros(5000)}, path, _use_new_zipfile_serialization=archive)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    sentence = refused(path)
    assert "damaged" in sentence or "neither" in sentence


def test_a_truncated_safetensors_file(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"a": torch.zeros(500)}, path)
    for length in (5, 40, 900):
        path.write_bytes(path.read_bytes()[:length] if path.stat().st_size > length else b"\x01" * length)
        assert "damaged" in refused(path)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html>404</html>",
        b"hello",
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        np.random.default_rng(0).bytes(64),
        b"\x82\x07" + np.random.default_rng(0).bytes(62),
        b"\x80\x02.",
    ],
    ids=["page", "text", "picture", "noise", "noise that opens like a pickle", "stub"],
)
def test_a_foreign_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.pt"
    path.write_bytes(content)
    assert "neither a PyTorch checkpoint nor" in refused(path)


def test_an_empty_file(tmp_path: Path) -> None:
    for name in ("state.pt", "state.safetensors"):
        (tmp_path / name).touch()
        assert "is empty" in refused(tmp_path / name)


def test_a_foreign_archive(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "neither a PyTorch checkpoint nor" in refused(path)


def test_a_compressed_archive_is_not_unpacked(tmp_path: Path) -> None:
    plain, path = save_state(tmp_path / "plain.pt"), tmp_path / "bomb.pt"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry))
        target.writestr("plain/data/9", bytes(50_000_000))
    assert path.stat().st_size < 1_000_000
    refused(path)


class Claim:
    """A tensor record that claims a shape, a stride and a storage of its own choosing."""

    def __init__(self, shape: tuple[int, ...], stride: tuple[int, ...], storage: int) -> None:
        self.shape, self.stride, self.storage = shape, stride, storage


class Claimer(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, tuple) and obj and obj[0] == "numbers":
            return ("storage", torch.FloatStorage, "0", "cpu", obj[1])
        return None

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Claim):
            arguments = (("numbers", obj.storage), 0, obj.shape, obj.stride, False, collections.OrderedDict())
            return torch._utils._rebuild_tensor_v2, arguments
        return NotImplemented


@pytest.mark.parametrize(
    "claim",
    [
        Claim((CLAIM,), (1,), CLAIM),
        Claim((CLAIM,), (1,), 4),
        Claim((CLAIM, CLAIM), (0, 0), 4),
        Claim((-1,), (1,), 4),
    ],
    ids=["storage", "shape", "stride", "negative"],
)
def test_a_checkpoint_that_claims_more_than_it_holds(tmp_path: Path, claim: Claim) -> None:
    path = save_state(tmp_path / "plain.pt")
    stream = io.BytesIO()
    Claimer(stream, protocol=2).dump({"a": claim})
    lying = tmp_path / "lying.pt"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(lying, "w") as target:
        for entry in source.infolist():
            data = stream.getvalue() if entry.filename.endswith("data.pkl") else source.read(entry)
            target.writestr(entry.filename, data)
    refused(lying)


@pytest.mark.parametrize(
    "header",
    [
        {"a": {"dtype": "F32", "shape": [CLAIM], "data_offsets": [0, 16]}},
        {"a": {"dtype": "F32", "shape": [CLAIM], "data_offsets": [0, 4 * CLAIM]}},
        {"a": {"dtype": "F32", "shape": [-4], "data_offsets": [0, 16]}},
        {"a": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 16]}},
        {"a": {"dtype": "F32", "shape": [4], "data_offsets": [16, 32]}},
        ["a"],
    ],
    ids=["shape", "offsets", "negative", "overflow", "outside", "list"],
)
def test_a_safetensors_header_that_lies(tmp_path: Path, header: object) -> None:
    path = tmp_path / "a.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(16))
    assert "damaged" in refused(path)


def test_a_safetensors_header_of_absurd_length(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", 2**62) + b"{}")
    assert "damaged" in refused(path)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_finite(tmp_path: Path, number: float) -> None:
    state = {"fine": torch.zeros(3), "counter": torch.tensor(1), "bad.weight": torch.tensor([0.0, number])}
    with pytest.raises(CheckpointError, match=r"state\.pt is damaged: 'bad\.weight'"):
        require_finite(state, tmp_path / "state.pt")
    del state["bad.weight"]
    require_finite(state, tmp_path / "state.pt")


def test_a_networks_complaint_gets_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    with pytest.raises(CheckpointError) as caught, checkpoint.naming(path):
        raise CheckpointError("This is\nno parser.", "Do that.")
    assert str(caught.value) == "The model file state.pt cannot be used. This is no parser."
    assert (caught.value.hint, caught.value.path) == ("Do that.", path)


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_state(tmp_path / "state.pt")

    def denied(self: Path, *_: object, **__: object) -> Callable[..., Any]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "Permission denied" in refused(path)


def test_an_archive_of_several_disks(tmp_path: Path) -> None:
    """Its directory says that it goes on elsewhere, which Python 3.11 takes ill already when it is asked."""
    path = tmp_path / "many.pt"
    torch.save({"a": torch.zeros(3)}, path)
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 5)
    path.write_bytes(data[:end] + locator + data[end:])
    with pytest.raises(CheckpointError):
        checkpoint.read(path)
