"""What the generator's recipe relies on: the exported network is the trained one, the codes mirror."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.generators.stylegan2 import StyleGAN2

RECIPES = Path(__file__).resolve().parents[2] / "weights" / "recipes"
WIDTHS = {4: 12, 8: 10, 16: 8, 32: 6}


@pytest.fixture
def recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(RECIPES))
    yield
    for name in ("common", "stylenet", "generator", "mapping", "encoder", "train"):
        sys.modules.pop(name, None)


def test_the_exported_generator_renders_the_same_picture(recipes: None):
    from stylenet import StyleNet, export

    torch.manual_seed(0)
    net = StyleNet(32, 16, WIDTHS)
    for bias in [*net.rgb_biases, *(layer.bias for layer in net.styled)]:
        bias.data.normal_(std=0.3)
    mapping = [(torch.randn(16, 16) / 4, torch.randn(16)) for _ in range(2)]
    engine = StyleGAN2.from_state(export(net, mapping))
    w, noise = torch.randn(2, 8, 16), net.random_noise(2)
    with torch.no_grad():
        for maps in (None, noise):
            torch.testing.assert_close(engine(w, maps), net(w, maps) / 2 + 0.5, atol=1e-4, rtol=1e-4)
        assert (net(w, noise) - net(w)).abs().max() > 1e-3
        x = torch.randn(2, 16)
        y = x * x.square().mean(1, keepdim=True).add(1e-8).rsqrt()
        for weight, bias in mapping:
            y = torch.nn.functional.leaky_relu(y @ weight.t() + bias, 0.2) * 2**0.5
        torch.testing.assert_close(engine.mapping(x), y, atol=1e-4, rtol=1e-4)


def test_growing_keeps_the_picture(recipes: None):
    from stylenet import StyleNet, upsample_rgb

    torch.manual_seed(0)
    net = StyleNet(16, 16, WIDTHS)
    w = torch.randn(1, 8, 16)
    with torch.no_grad():
        before = upsample_rgb(net(w))
        net.grow()
        change = (net(w) - before).abs().mean()
    assert 0 < change < 0.1 * before.abs().mean()


def test_a_mirrored_picture_has_the_mirrored_code(recipes: None):
    from generator import pca, project

    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
    p = pca(images, dim=24)
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    codes = project(p, x)
    torch.testing.assert_close(codes, p["codes"], atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(project(p, x.flip(3)), codes * p["sign"], atol=1e-3, rtol=1e-3)
    assert set(p["sign"].tolist()) == {1.0, -1.0}
    torch.testing.assert_close(codes.square().mean(0), torch.ones(24), atol=0.2, rtol=0.2)


def test_lazy_adam_is_adam_on_the_rows_it_sees(recipes: None):
    from generator import LazyAdam

    table = torch.zeros(5, 3)
    reference = torch.zeros(2, 3, requires_grad=True)
    lazy, adam = LazyAdam(table, 0.1), torch.optim.Adam([reference], 0.1, betas=(0.9, 0.99))
    for i in range(4):
        gradient = torch.arange(6.0).view(2, 3) - i
        lazy.step(torch.tensor([1, 3]), gradient, 1.0)
        reference.grad = gradient
        adam.step()
    torch.testing.assert_close(table[[1, 3]], reference.detach(), atol=1e-5, rtol=1e-4)
    assert not table[[0, 2, 4]].any()


def test_the_plan_shares_out_the_time_in_slices(recipes: None):
    from train import STAGES, plan

    commands = plan("generator", 3600, 540)
    seconds = [float(c[c.index("--seconds") + 1]) for c in commands]
    assert abs(sum(seconds) - 3600) < len(commands)
    assert max(seconds) <= 540
    assert plan("pack", 3600, 540) == [["export"], ["pack"]]
    assert all((RECIPES / f"{stage[0]}.py").is_file() for stages in STAGES.values() for stage in stages)


def test_gradients_take_the_parameters_memory_format(recipes: None):
    from common import set_gradients

    weight = torch.nn.Parameter(torch.zeros(2, 3, 3, 3).contiguous(memory_format=torch.channels_last))
    unused = torch.nn.Parameter(torch.zeros(2))
    parts = [[torch.arange(54.0).view(2, 3, 3, 3), None], [torch.ones(2, 3, 3, 3), None]]
    set_gradients([weight, unused], parts)
    assert weight.grad is not None
    assert weight.grad.stride() == weight.stride()
    torch.testing.assert_close(weight.grad, (parts[0][0] + 1) / 2)
    assert unused.grad is None


def test_fused_adam_updates_every_format_alike(recipes: None):
    from common import set_gradients

    torch.manual_seed(0)
    start, gradient = torch.randn(4, 3, 3, 3), torch.randn(4, 3, 3, 3)
    results = []
    for layout in (torch.contiguous_format, torch.channels_last):
        weight = torch.nn.Parameter(start.clone(memory_format=layout))
        adam = torch.optim.Adam([weight], 0.1, fused=True)
        for factor in (1.0, -0.3):
            set_gradients([weight], [[gradient * factor + start]])
            adam.step()
        results.append(weight.detach())
    torch.testing.assert_close(results[0], results[1])


def test_a_large_checkpoint_is_spread_over_files_and_replaced_whole(recipes: None, tmp_path: Path):
    from common import load_checkpoint, save_checkpoint

    path = tmp_path / "run" / "checkpoint.pt"
    assert load_checkpoint(path) is None
    for step in (1, 2):
        save_checkpoint(path, {"step": step, "net": torch.arange(5000.0) * step}, part=4096)
        files = list(path.parent.iterdir())
        assert len(files) > 4
        assert max(f.stat().st_size for f in files) <= 4096
        loaded = load_checkpoint(path)
        assert loaded is not None
        assert loaded["step"] == step
        assert loaded["net"][-1] == 4999 * step
    save_checkpoint(path, {"step": 3})
    assert [f.name for f in path.parent.iterdir()] == ["checkpoint.pt"]
    assert load_checkpoint(path) == {"step": 3}
