"""Steps in the whitened latent space: as far along every axis of W as codes vary along it."""

from __future__ import annotations

import torch

from engine.edit.adam import Adam
from engine.edit.whitened_adam import AxesAdam, WhitenedAdam
from engine.packs.pack import ModelPack


def test_the_axes_are_as_long_as_codes_vary_along_them(pack: ModelPack) -> None:
    axes = pack.latent_axes
    lengths = axes.norm(dim=0)
    assert torch.allclose((axes / lengths).T @ (axes / lengths), torch.eye(len(axes)), atol=1e-4)
    assert abs(float(lengths.square().mean()) - 1) < 1e-4
    z = torch.randn(4000, pack.generator.style_dim, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        w = pack.generator.mapping(z)
    seen = ((w - w.mean(0)) @ (axes / lengths)).std(0)
    wide = lengths > 0.3  # of the narrowest a sample this small says little
    ratio = (seen / lengths)[wide]
    assert bool(wide.sum() > 20) and float(ratio.max() / ratio.min()) < 1.3


def test_noise_moves_a_code_as_many_deviations_along_each_axis(pack: ModelPack) -> None:
    axes = pack.latent_axes
    lengths, source = axes.norm(dim=0), torch.Generator().manual_seed(1)
    ways = {}
    for name in ("plain", "whitened"):
        code = torch.zeros(1, 64, len(axes), requires_grad=True)
        adam = Adam([code], 0.01) if name == "plain" else WhitenedAdam([code], 0.01, axes)
        for _ in range(10):
            code.grad = torch.randn(code.shape, generator=source)
            adam.step()
        ways[name] = (code.detach()[0] @ (axes / lengths)).std(0) / lengths
    narrow, wide = lengths < lengths.quantile(0.1), lengths > lengths.quantile(0.9)
    assert float(ways["plain"][narrow].mean() / ways["plain"][wide].mean()) > 5
    # The gradient itself, along an axis, grows with its length: what hardly varies hardly moves.
    assert float(ways["whitened"][narrow].mean()) < float(ways["whitened"][wide].mean())


def test_with_axes_of_one_length_all_of_a_vector_shares_one_size() -> None:
    code, axes = torch.zeros(2, 3, requires_grad=True), torch.eye(3)
    code.grad = torch.tensor([[3.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    WhitenedAdam([code], 0.1, axes).step()
    expected = -0.1 * torch.tensor([[3**0.5, 0.0, 0.0], [1.0, 1.0, 1.0]])
    assert torch.allclose(code.detach(), expected, atol=1e-5)


def test_along_the_axes_each_moves_at_its_own_pace() -> None:
    source = torch.Generator().manual_seed(2)
    axes = torch.linalg.qr(torch.randn(6, 6, generator=source))[0] * torch.tensor([0.1, 0.5, 1, 1, 2, 4])
    code = torch.zeros(2, 6, requires_grad=True)
    code.grad = torch.randn(2, 6, generator=source)
    along = code.grad @ axes
    AxesAdam([code], 0.1, axes).step()
    # The first step of Adam has one length, whatever the gradient's: here in the whitened space.
    assert torch.allclose(code.detach() @ torch.linalg.inv(axes).T, -0.1 * along.sign(), atol=1e-4)
