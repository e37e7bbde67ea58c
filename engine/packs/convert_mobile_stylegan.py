"""From the two OpenVINO graphs that the package random-face ships to MobileStyleGAN's state dict.

The names in the graphs are those of the published PyTorch implementation; convolutions are constants without
names, in the order in which they are computed. Three things change on the way: constant factors beside the
modulations are multiplied into them, the bands that a Haar transform reads are sorted by band instead of by
channel (see `models.generators.separable_conv`), and a noise map, which is a constant times a strength in
the graph, is divided by its deviation, which becomes the layer's strength.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from ..errors import CheckpointError
from ..models.generators.mobile_stylegan import MobileStyleGAN
from . import openvino_ir
from .openvino_ir import Graph

MEAN_SAMPLES = 50_000
_SEED = 0


def state_from_graphs(mapping: Graph, synthesis: Graph) -> dict[str, Tensor]:
    """The state dict of `MobileStyleGAN`, float32, with the mean code under `latent_avg` (D,).

    CheckpointError when the graphs are not those of this generator.
    """
    try:
        state = {**_mapping(mapping), **_synthesis(synthesis)}
    except (KeyError, StopIteration, IndexError, RuntimeError) as error:
        raise CheckpointError(f"The graphs are not those of MobileStyleGAN ({error}).") from error
    state["latent_avg"] = mean_code(MobileStyleGAN.from_state(state))
    return state


def read_state(
    mapping_xml: bytes, mapping_bin: bytes, synthesis_xml: bytes, synthesis_bin: bytes
) -> dict[str, Tensor]:
    """`state_from_graphs` of the four files' contents."""
    mapping = openvino_ir.read(mapping_xml, mapping_bin)
    return state_from_graphs(mapping, openvino_ir.read(synthesis_xml, synthesis_bin))


def halved(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same in float16, contiguous, as it is stored."""
    return {key: tensor.half().contiguous() for key, tensor in state.items()}


@torch.no_grad()
def mean_code(generator: MobileStyleGAN) -> Tensor:
    """The mean (D,) of 50,000 mapped samples, drawn with a fixed seed."""
    source = torch.Generator().manual_seed(_SEED)
    total = torch.zeros(generator.style_dim, dtype=torch.float64)
    batch = MEAN_SAMPLES // 25
    for _ in range(25):
        total += generator.mapping(torch.randn(batch, generator.style_dim, generator=source)).double().sum(0)
    return (total / MEAN_SAMPLES).float()


def _mapping(graph: Graph) -> dict[str, Tensor]:
    constants = [graph.constants[i] for i in sorted(graph.constants)]
    floats = [c for c in constants if c.dtype == torch.float32]
    weights = [c for c in floats if c.ndim == 2 and c.shape[0] == c.shape[1] > 1]
    biases = [c for c in floats if c.ndim == 1 and len(c) > 1]
    if not weights or len(weights) != len(biases):
        raise CheckpointError("The graph is not that of a mapping network.")
    state = {}
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        state[f"style.{i}.weight"], state[f"style.{i}.bias"] = weight, bias
    return state


def _synthesis(graph: Graph) -> dict[str, Tensor]:
    at = {name: number for number, name in graph.names.items()}
    convolutions = iter(graph.of_type("Convolution", "GroupConvolution"))
    blocks = sum(1 for name in at if name.endswith(".up.modulation.weight"))
    state = {"input.input": graph.constants[at["m.input.input"]]}
    noise = 0
    for key, name in _parts(blocks):
        where = f"m.{name}" if name.endswith("up") else f"m.{name}.conv"
        weight, bias = (graph.constants[at[f"{where}.modulation.{kind}"]] for kind in ("weight", "bias"))
        scale = 1.0 if name.endswith("up") else _scale_beside(graph, at[f"{where}.modulation.bias"])
        state[f"{key}.modulation.weight"], state[f"{key}.modulation.bias"] = (
            weight * scale,
            bias.flatten() * scale,
        )
        if name.endswith("up"):
            continue
        number = next(convolutions)
        if key.startswith("blocks"):
            taps = graph.constant_of(number)
            state[f"{key}.depthwise"] = taps.reshape(taps.shape[0], 1, 3, 3)
            number = next(convolutions)
        kernel = graph.constant_of(number)
        state[f"{key}.weight"] = kernel if key == "conv1" else kernel[:, :, 0, 0]
        add = graph.fed_by(number, "Add")[0]
        if key != "to_picture":
            drawn = graph.constant_of(add)
            state[f"{key}.strength"] = drawn.std()
            state[f"noises.{noise}"] = drawn / drawn.std()
            noise += 1
            add = graph.fed_by(add, "Add")[0]
        state[f"{key}.bias"] = graph.constant_of(add).flatten()
    return _sorted_by_band(state, blocks)


def _parts(blocks: int) -> Iterator[tuple[str, str]]:
    """Our name and the graph's of every modulated part, in the order of the codes."""
    yield "conv1", "conv1"
    for k in range(blocks):
        for part in ("up", "conv1", "conv2"):
            yield f"blocks.{k}.{part}", f"layers.{k}.{part}"
    yield "to_picture", f"layers.{blocks - 1}.to_img"


def _scale_beside(graph: Graph, number: int) -> float:
    """The constant factor that a modulation's output is multiplied with, some layers after its bias."""
    while graph.types[number] != "Multiply":
        number = next(i for kind in ("Add", "Reshape", "Multiply") for i in graph.fed_by(number, kind))
    return float(graph.constant_of(number).item())


def _sorted_by_band(state: dict[str, Tensor], blocks: int) -> dict[str, Tensor]:
    """Sort the channels before every Haar transform by band: what makes them, and the style that scales them.

    In the graph the first quarter is the low band, then follow the three others of each channel in turn.
    """
    makers = ["conv1", *(f"blocks.{k}.conv2" for k in range(blocks - 1)), "to_picture"]
    readers = [*(f"blocks.{k}.up.modulation" for k in range(blocks)), None]
    for maker, reader in zip(makers, readers, strict=True):
        keys = [f"{maker}.weight", f"{maker}.bias"]
        keys += [f"{reader}.weight", f"{reader}.bias"] if reader else []
        for key in keys:
            tensor = state[key]
            quarter = len(tensor) // 4
            high = torch.arange(quarter, len(tensor)).view(quarter, 3).t().reshape(-1)
            state[key] = tensor[torch.cat([torch.arange(quarter), high])].contiguous()
    return state
