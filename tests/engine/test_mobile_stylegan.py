"""MobileStyleGAN: the conversion of its graphs, pictures and gradients against the textbook, its heads."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import CheckpointError
from engine.models.generators.base import WINDOW_EDGE, DrawsWindows, Window, windowed
from engine.models.generators.fine_tuned import with_own_weights
from engine.models.generators.mobile_stylegan import MobileStyleGAN, code_shape, matches
from engine.models.generators.picture_heads import PictureHead, PictureHeads
from engine.models.generators.separable_conv import inverse_haar, separable_conv
from engine.packs.convert_mobile_stylegan import halved, read_state
from engine.packs.openvino_ir import read

from .portrait_graphs import MadeUp


@pytest.fixture(scope="module")
def made_up() -> MadeUp:
    return MadeUp()


@pytest.fixture(scope="module")
def state(made_up: MadeUp) -> dict[str, Tensor]:
    return read_state(*made_up.graphs())


@pytest.fixture
def generator(state: dict[str, Tensor]) -> MobileStyleGAN:
    return MobileStyleGAN.from_state(state).requires_grad_(False)


def _codes(generator: MobileStyleGAN, count: int = 2) -> Tensor:
    source = torch.Generator().manual_seed(5)
    return torch.randn(count, generator.num_layers, generator.style_dim, generator=source)


def test_sizes_are_read_off_the_tensors(state: dict[str, Tensor], generator: MobileStyleGAN) -> None:
    assert matches(state)
    assert code_shape(state) == (8, 12) == (generator.num_layers, generator.style_dim)
    assert generator.resolution == 32
    assert generator.noise_sizes == [4, 8, 8, 16, 16]


def test_pictures_are_the_textbooks(made_up: MadeUp, generator: MobileStyleGAN) -> None:
    codes = _codes(generator)
    torch.testing.assert_close(
        generator(codes, generator.start_noise()), made_up.textbook(codes), atol=2e-5, rtol=1e-5
    )


def test_no_noise_is_zeros(made_up: MadeUp, generator: MobileStyleGAN) -> None:
    codes = _codes(generator)
    plain = generator(codes)
    torch.testing.assert_close(plain, made_up.textbook(codes, noise=False), atol=2e-5, rtol=1e-5)
    torch.testing.assert_close(plain, generator(codes, generator.zero_noise()))
    assert (plain - generator(codes, generator.start_noise())).abs().max() > 0.01


def test_gradients_to_the_codes_are_the_textbooks(made_up: MadeUp, generator: MobileStyleGAN) -> None:
    codes, weight = _codes(generator).requires_grad_(True), torch.randn(2, 3, 32, 32)
    (ours,) = torch.autograd.grad((generator(codes, generator.start_noise()) * weight).sum(), codes)
    (theirs,) = torch.autograd.grad((made_up.textbook(codes) * weight).sum(), codes)
    torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-4)


def test_start_noise_has_deviation_one_and_its_strength_stays_in_the_layer(
    made_up: MadeUp, generator: MobileStyleGAN
) -> None:
    drawn = made_up.parts["layers.1.conv1"]["noise"]
    torch.testing.assert_close(generator.blocks[1].conv1.strength, drawn.std())
    for noise, size in zip(generator.start_noise(), generator.noise_sizes, strict=True):
        assert noise.shape == (1, 1, size, size)
        torch.testing.assert_close(noise.std(), torch.tensor(1.0))


def test_the_mapping_is_the_graphs(made_up: MadeUp, generator: MobileStyleGAN) -> None:
    z = torch.randn(3, 12)
    torch.testing.assert_close(generator.mapping(z), made_up.textbook_mapping(z), atol=1e-5, rtol=1e-5)


def test_the_mean_code_comes_along(state: dict[str, Tensor], generator: MobileStyleGAN) -> None:
    seen = generator.mapping(torch.randn(20_000, 12)).mean(0)
    torch.testing.assert_close(state["latent_avg"], seen, atol=0.05, rtol=0)


def test_half_precision_draws_nearly_the_same(state: dict[str, Tensor], generator: MobileStyleGAN) -> None:
    stored = halved(state)
    assert all(tensor.dtype == torch.float16 for tensor in stored.values())
    other = MobileStyleGAN.from_state(stored)
    codes, noise = _codes(generator), generator.start_noise()
    error = (other(codes, other.start_noise()) - generator(codes, noise)).square().mean()
    assert error < 1e-5


def test_reduced_precision_agrees_to_40_db(generator: MobileStyleGAN) -> None:
    codes, noise = _codes(generator), generator.start_noise()
    exact = generator(codes, noise)
    generator.set_precision(torch.bfloat16)
    reduced = generator(codes, noise)
    assert reduced.dtype == torch.float32
    span = exact.max() - exact.min()
    assert (reduced - exact).square().mean() < 1e-4 * span**2
    assert not torch.equal(reduced, exact)


def test_a_batch_is_its_pictures(generator: MobileStyleGAN) -> None:
    codes = _codes(generator, 3)
    noise = [torch.randn(3, 1, s, s) for s in generator.noise_sizes]
    together = generator(codes, noise)
    apart = [generator(codes[i : i + 1], [n[i : i + 1] for n in noise]) for i in range(3)]
    assert torch.equal(together, torch.cat(apart))


def test_smaller_pictures_without_a_head_are_the_full_one_reduced(generator: MobileStyleGAN) -> None:
    codes = _codes(generator)
    torch.testing.assert_close(generator(codes, None, 16), F.avg_pool2d(generator(codes), 2))
    assert torch.equal(generator(codes, None, 64), generator(codes))


def _head(generator: MobileStyleGAN) -> PictureHead:
    head = PictureHead(16, generator.head_channels(16))
    for layer in head.layers:
        torch.nn.init.normal_(layer.depthwise)
    torch.nn.init.normal_(head.grain)
    return head.requires_grad_(False)


def test_a_head_draws_its_size_and_smaller_ones(generator: MobileStyleGAN) -> None:
    head = _head(generator)
    generator.add_head(head)
    codes = _codes(generator)
    drawn = generator(codes, None, 16)
    expected = torch.cat([head(*generator.head_inputs(w, [None] * 5, 16)) for w in codes]) / 2 + 0.5
    assert torch.equal(drawn, expected)
    torch.testing.assert_close(generator(codes, None, 8), F.avg_pool2d(drawn, 2))
    assert generator(codes, None, 32).shape[-1] == 32
    grainy = generator(codes, generator.start_noise(), 16)
    without = [n if i != 3 else None for i, n in enumerate(generator.start_noise())]
    assert (grainy - generator(codes, without, 16)).abs().max() > 1e-3, "the next block's noise is seen"
    (gradient,) = torch.autograd.grad(generator(codes.requires_grad_(True), None, 16).square().sum(), codes)
    assert (gradient.abs().sum((0, 2)) > 0).all(), "every vector of a code matters to a small picture"


def test_heads_come_back_from_a_file(generator: MobileStyleGAN) -> None:
    head = _head(generator)
    (read_back,) = PictureHeads.from_state({f"16.{key}": value for key, value in head.state_dict().items()})
    inputs = generator.head_inputs(_codes(generator)[0], [None] * 5, 16)
    assert torch.equal(read_back(*inputs), head(*inputs))


@pytest.mark.parametrize("size", [8, 16, 32, 20])
def test_a_head_of_another_generator_is_refused(generator: MobileStyleGAN, size: int) -> None:
    with pytest.raises(CheckpointError, match=f"{size} px"):
        generator.add_head(PictureHead(size, (40, 8)))


def _double(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64).requires_grad_(True)


def test_gradients_of_the_layer_to_everything() -> None:
    torch.manual_seed(1)
    style = (1 + torch.rand(6, dtype=torch.float64)).requires_grad_(True)
    inputs = (_double(1, 6, 4, 4), style, _double(1, 1, 4, 4), _double(6, 1, 3, 3), _double(5, 6), _double(5))
    assert torch.autograd.gradcheck(_layer_in_double, inputs)


def _layer_in_double(*inputs: Tensor) -> Tensor:
    return separable_conv(*inputs)


def test_gradients_of_the_haar_step() -> None:
    torch.manual_seed(2)
    assert torch.autograd.gradcheck(inverse_haar, (_double(1, 8, 3, 3), _double(8)))


def test_a_style_of_zero_draws_and_has_a_finite_gradient() -> None:
    x, style = torch.randn(1, 4, 4, 4), torch.zeros(4, requires_grad=True)
    y = separable_conv(x, style, None, torch.randn(4, 1, 3, 3), torch.randn(3, 4), torch.ones(3))
    (gradient,) = torch.autograd.grad(y.sum(), style)
    assert torch.isfinite(gradient).all() and gradient.abs().max() > 0


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.pop("blocks.1.conv2.weight"), "missing"),
        (lambda s: s.update({"more": torch.zeros(1)}), "left over"),
        (lambda s: s.update({"to_picture.bias": torch.zeros(13)}), "shape"),
        (lambda s: s.pop("conv1.modulation.weight"), "missing"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(state: dict[str, Tensor], spoil, message: str) -> None:
    spoiled = dict(state)
    spoil(spoiled)
    with pytest.raises(CheckpointError, match=message):
        MobileStyleGAN.from_state(spoiled)


def test_entities_and_document_types_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE net [<!ENTITY a "aaaa">]><net><layers/><edges/></net>'
    with pytest.raises(CheckpointError, match="document type or entities"):
        read(bomb, b"")


@pytest.mark.parametrize(
    "change",
    [
        ('offset="0"', 'offset="99999999"'),
        ('offset="0"', 'offset="-4"'),
        ('element_type="f32"', 'element_type="f99"'),
        ('to-layer="', 'to-layer="7'),
        ("</net>", ""),
        ('size="', 'size="9'),
    ],
)
def test_damaged_graphs_are_refused(made_up: MadeUp, change: tuple[str, str]) -> None:
    _, _, xml, data = made_up.graphs()
    with pytest.raises(CheckpointError):
        read(xml.decode().replace(*change).encode(), data)


def test_numbers_cut_short_and_another_graph_are_refused(made_up: MadeUp) -> None:
    mapping_xml, mapping_bin, xml, data = made_up.graphs()
    with pytest.raises(CheckpointError):
        read_state(mapping_xml, mapping_bin, xml, data[:-4])
    with pytest.raises(CheckpointError, match=r"MobileStyleGAN|mapping network"):
        read_state(mapping_xml, mapping_bin, mapping_xml, mapping_bin)


def test_what_is_fitted_leaves_the_first_layer_and_the_styles_alone(
    generator: MobileStyleGAN,
) -> None:
    names = set(generator.tunable(generator.resolution))
    others = ("modulation", "strength", "input", "style", "noises")
    assert {"blocks.0.conv1.depthwise", "blocks.1.conv2.bias", "to_picture.weight"} <= names
    assert not any(part in name for name in names for part in others)
    assert set(generator.tunable(8)) == names, "without heads all of it draws every size"
    generator.add_head(_head(generator))
    coarse = set(generator.tunable(8))
    assert coarse == {name for name in names if name.startswith("blocks.0")}


def test_gradients_to_fitted_weights_are_the_textbooks(made_up: MadeUp, generator: MobileStyleGAN) -> None:
    fitted = with_own_weights(generator, generator.resolution)
    weights = fitted.tunable(fitted.resolution)
    for weight in weights.values():
        weight.requires_grad_(True)
    codes, target = _codes(generator, 1), torch.randn(1, 3, 32, 32)
    (fitted(codes, fitted.start_noise()) * target).sum().backward()
    part = made_up.parts["layers.0.conv2"]
    for key in ("taps", "w", "bias"):
        part[key] = part[key].clone().requires_grad_(True)
    (made_up.textbook(codes) * target).sum().backward()
    # Rows are sorted by band: the low one first, then each band of all channels.
    order = [0, 1, 2, 3, 4, 7, 10, 13, 5, 8, 11, 14, 6, 9, 12, 15]
    ours = weights["blocks.0.conv2.weight"].grad, weights["blocks.0.conv2.bias"].grad
    assert ours[0] is not None and ours[1] is not None
    torch.testing.assert_close(ours[0], part["w"].grad[order, :, 0, 0], atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(ours[1], part["bias"].grad[0, order, 0, 0], atol=1e-3, rtol=1e-4)
    taps = weights["blocks.0.conv2.depthwise"].grad
    torch.testing.assert_close(taps, part["taps"].grad[:, 0], atol=1e-3, rtol=1e-4)
    part.update({key: part[key].detach() for key in ("taps", "w", "bias")})
    assert all(not weight.requires_grad for weight in generator.parameters())


@pytest.mark.parametrize(("top", "left"), [(0, 0), (8, 0), (16, 8)])
def test_a_window_is_a_part_of_the_whole_picture(generator: MobileStyleGAN, top: int, left: int) -> None:
    """Where all three of its layers see no border of it but the picture's own."""
    generator.add_head(_head(generator))
    code, noise = _codes(generator, 1), generator.start_noise()
    assert isinstance(generator, DrawsWindows)
    features = generator.map_before(code, noise, 16)
    window = Window(top, left, 16)
    drawn = generator.window(features, code, noise, window)
    whole = windowed(generator(code, noise), window, generator.resolution)
    assert drawn.shape == (1, 3, 16, 16)
    # One block lies behind a map of 8 px: two layers of 3x3 on its map of 16 px, four pixels of 32.
    edge = 4
    rows, columns = (slice(edge if at else 0, -edge if at < 16 else None) for at in (top, left))
    torch.testing.assert_close(drawn[..., rows, columns], whole[..., rows, columns], atol=1e-5, rtol=1e-4)
    assert edge <= WINDOW_EDGE


def test_what_lies_behind_a_map_changes_no_smaller_picture(generator: MobileStyleGAN) -> None:
    generator.add_head(_head(generator))
    size = int(next(iter(generator.heads)))
    behind, before = set(generator.tunable_behind(size)), set(generator.tunable(size))
    assert behind and not behind & before
    assert behind | before == set(generator.tunable(generator.resolution))
    code, noise = _codes(generator, 1), generator.start_noise()
    small, whole = generator(code, noise, size), generator(code, noise)
    fitted = with_own_weights(generator, generator.resolution)
    for weight in fitted.tunable_behind(size).values():
        weight.data.mul_(1.5)
    assert torch.equal(fitted(code, noise, size), small)
    assert (fitted(code, noise) - whole).abs().max() > 0.01
