"""The generator's own arrangement against the textbook's, values and gradients."""

from __future__ import annotations

import pytest
import torch

from engine.evaluate.textbook import synthesise
from engine.models.generators.stylegan2 import StyleGAN2

from . import standin


@pytest.fixture(scope="module")
def generator() -> StyleGAN2:
    return StyleGAN2.from_state(standin.narrow_generator_state()).requires_grad_(False).eval()


def codes(generator: StyleGAN2, count: int = 1) -> torch.Tensor:
    source = torch.Generator().manual_seed(1)
    return torch.randn(count, generator.num_layers, generator.style_dim, generator=source)


def test_the_same_picture_as_the_textbook(generator: StyleGAN2) -> None:
    w, noise = codes(generator), generator.draw_noise(2)
    assert torch.allclose(generator(w, noise), synthesise(generator, w, noise), atol=1e-5)


def test_the_same_gradients_as_the_textbook(generator: StyleGAN2) -> None:
    exact = StyleGAN2.from_state(standin.narrow_generator_state()).requires_grad_(False).double()
    target = torch.randn(1, 3, exact.resolution, exact.resolution, generator=torch.Generator().manual_seed(3))
    found = []
    for render in (exact, lambda w, n: synthesise(exact, w, n)):
        w = codes(exact).double().requires_grad_(True)
        noise = [n.double().requires_grad_(True) for n in exact.draw_noise(2)]
        found.append(torch.autograd.grad((render(w, noise) * target).sum(), [w, *noise]))
    for ours, textbook in zip(*found, strict=True):
        assert torch.allclose(ours, textbook, rtol=1e-4, atol=1e-5 * float(textbook.abs().max()))


def test_a_batch_is_its_pictures(generator: StyleGAN2) -> None:
    w, noise = codes(generator, 3), generator.draw_noise(2)
    together = generator(w, noise)
    for i in range(3):
        assert torch.allclose(together[i : i + 1], generator(w[i : i + 1], noise), atol=1e-5)


def test_no_noise_is_noise_of_zeros(generator: StyleGAN2) -> None:
    w = codes(generator)
    assert torch.allclose(generator(w), generator(w, generator.zero_noise()), atol=1e-6)


def test_half_precision_stays_close(generator: StyleGAN2) -> None:
    generator.set_precision(torch.bfloat16)
    try:
        half = generator(codes(generator), generator.draw_noise(2))
    finally:
        generator.set_precision(None)
    full = generator(codes(generator), generator.draw_noise(2))
    assert half.dtype == torch.float32
    assert 0 < float((half - full).abs().mean()) < 5e-3 * float(full.std()) + 1e-3


def test_noise_is_drawn_from_4x4_up_with_one_generator(generator: StyleGAN2) -> None:
    source = torch.Generator().manual_seed(9)
    for size, drawn in zip(generator.noise_sizes, generator.draw_noise(9), strict=True):
        assert torch.equal(drawn, torch.randn(1, 1, size, size, generator=source))


def test_a_smaller_output_is_the_skip_picture_there(generator: StyleGAN2) -> None:
    half = generator.resolution // 2
    assert generator(codes(generator), None, half).shape[-1] == half


def test_a_style_of_zero_has_finite_gradients() -> None:
    state = standin.narrow_generator_state()
    state["convs.0.conv.modulation.bias"] = torch.zeros_like(state["convs.0.conv.modulation.bias"])
    state["convs.0.conv.modulation.weight"] = torch.zeros_like(state["convs.0.conv.modulation.weight"])
    net = StyleGAN2.from_state(state).requires_grad_(False)
    w = codes(net).requires_grad_(True)
    (gradient,) = torch.autograd.grad(net(w, net.draw_noise(0)).sum(), w)
    assert torch.isfinite(gradient).all()
