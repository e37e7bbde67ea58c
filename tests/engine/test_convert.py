"""NVIDIA's pickles: converted without running anything in them, or refused by name."""

from __future__ import annotations

import collections
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.errors import CheckpointError, PackError, UnsafeCheckpointError
from engine.models.generators.stylegan2 import StyleGAN2
from engine.packs import checkpoint, registry
from engine.packs.convert import convert

from . import nvidia_pickle, standin
from .test_checkpoint import Touch

MEAN = torch.arange(standin.NARROW_STYLE) / standin.NARROW_STYLE


@pytest.fixture(scope="module")
def published() -> dict[str, Tensor]:
    return standin.narrow_generator_state()


@pytest.fixture(scope="module")
def theirs(published: dict[str, Tensor]) -> dict[str, Tensor]:
    return nvidia_pickle.their_layout(published, MEAN)


def refused(source: Path, kind: type[PackError]) -> str:
    target = source.with_name("out.safetensors")
    with pytest.raises(kind) as caught:
        convert(source, target)
    assert not target.exists()
    assert [path for path in source.parent.iterdir() if path.suffix == ".part"] == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_generator_is_converted(
    published: dict[str, Tensor], theirs: dict[str, Tensor], tmp_path: Path
) -> None:
    source = nvidia_pickle.write(tmp_path / "ffhq.pkl", theirs)
    target = tmp_path / "generator.safetensors"
    assert convert(source, target) == 32
    content = checkpoint.read(target)
    assert torch.equal(content["latent_avg"], MEAN)
    network = registry.load("generator", target)
    original = StyleGAN2.from_state(published).requires_grad_(False).eval()
    w = torch.randn(1, original.num_layers, original.style_dim)
    noise = original.draw_noise(1)
    with torch.no_grad():
        assert torch.equal(network(w, noise), original(w, noise))


def test_the_loader_never_opens_it(theirs: dict[str, Tensor], tmp_path: Path) -> None:
    source = nvidia_pickle.write(tmp_path / "ffhq.pkl", theirs)
    with pytest.raises(CheckpointError):
        checkpoint.read(source)


def test_code_is_refused_by_name(theirs: dict[str, Tensor], tmp_path: Path) -> None:
    marker = tmp_path / "hit"
    source = nvidia_pickle.write(tmp_path / "bad.pkl", theirs, extra=Touch(marker))
    assert "system" in refused(source, UnsafeCheckpointError)
    assert not marker.exists()


def test_code_in_a_tensors_storage_is_refused(tmp_path: Path) -> None:
    marker = tmp_path / "hit"

    class Smuggler:
        def __reduce__(self) -> Any:
            return torch.storage._load_from_bytes, (pickle.dumps(Touch(marker)),)

    source = tmp_path / "bad.pkl"
    source.write_bytes(pickle.dumps({"G_ema": Smuggler()}))
    refused(source, CheckpointError)
    assert not marker.exists()


@pytest.mark.parametrize("name", ["builtins.eval", "builtins.getattr", "os.system", "torch.load", "nt.open"])
def test_unknown_names_are_refused(name: str, tmp_path: Path) -> None:
    module, _, function = name.rpartition(".")
    source = tmp_path / "bad.pkl"
    source.write_bytes(f"\x80\x02c{module}\n{function}\n.".encode("latin1"))
    assert name in refused(source, UnsafeCheckpointError)


def test_the_tensorflow_kind_is_named(tmp_path: Path) -> None:
    source = tmp_path / "old.pkl"
    source.write_bytes(b"\x80\x02cdnnlib.tflib.network\nNetwork\n.")
    assert "TensorFlow" in refused(source, CheckpointError)


CHANGES: list[tuple[str, Callable[[dict[str, Tensor]], Any], str]] = [
    ("alias-free", lambda s: s.update({"synthesis.input.freqs": torch.ones(2)}), "alias-free"),
    ("conditional", lambda s: s.update({"mapping.embed.weight": torch.ones(2, 2)}), "conditional"),
    ("residual", lambda s: s.update({"synthesis.b8.skip.weight": torch.ones(2, 2)}), "skip"),
    ("missing", lambda s: s.pop("synthesis.b16.torgb.affine.bias"), "missing"),
    ("no mean", lambda s: s.pop("mapping.w_avg"), "w_avg"),
    ("filter", lambda s: s.update({"synthesis.b8.resample_filter": torch.ones(4, 4)}), "filter"),
    ("shape", lambda s: s.update({"synthesis.b8.conv0.weight": torch.ones(1, 2, 3, 3)}), "layout"),
    ("not finite", lambda s: s.update({"mapping.fc0.bias": torch.full((32,), torch.nan)}), "finite"),
]


@pytest.mark.parametrize(
    ("change", "reason"), [(c, r) for _, c, r in CHANGES], ids=[n for n, _, _ in CHANGES]
)
def test_other_architectures_are_refused(
    change: Callable[[dict[str, Tensor]], Any], reason: str, theirs: dict[str, Tensor], tmp_path: Path
) -> None:
    spoiled = dict(theirs)
    change(spoiled)
    assert reason in refused(nvidia_pickle.write(tmp_path / "x.pkl", spoiled), CheckpointError)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a pickle",
        b"\x80\x04" + b"]" * 10,
        b"\x80\x02]r\xff\xff\xff\x7f.",
        b"\x80\x04\x8e" + (10**11).to_bytes(8, "little") + b"abc.",
        pickle.dumps([1, 2]),
        pickle.dumps({"G_ema": collections.OrderedDict(state=1)}),
    ],
)
def test_other_files_are_refused(data: bytes, tmp_path: Path) -> None:
    source = tmp_path / "x.pkl"
    source.write_bytes(data)
    refused(source, CheckpointError)


def test_a_truncated_file_is_refused(theirs: dict[str, Tensor], tmp_path: Path) -> None:
    source = nvidia_pickle.write(tmp_path / "x.pkl", theirs)
    source.write_bytes(source.read_bytes()[:-2000])
    refused(source, CheckpointError)


def test_where_it_cannot_write_it_says_so(theirs: dict[str, Tensor], tmp_path: Path) -> None:
    source = nvidia_pickle.write(tmp_path / "x.pkl", theirs)
    with pytest.raises(PackError, match="suffix"):
        convert(source, tmp_path / "out.pt")
    with pytest.raises(PackError, match="written"):
        convert(source, tmp_path / "nowhere" / "out.safetensors")
