"""Narrow made-up MobileStyleGAN graphs in the package's layout, and the textbook way to compute them.

The textbook works on the same random constants as the graph that is written, in the graph's own order of
channels, with styles multiplied into the feature maps: nothing of the engine's arrangement is in it.
"""

from __future__ import annotations

import struct
from xml.sax.saxutils import quoteattr

import torch
import torch.nn.functional as F
from torch import Tensor


class GraphWriter:
    """Collects layers, edges and numbers of one IR file."""

    def __init__(self) -> None:
        self.layers: list[str] = []
        self.edges: list[str] = []
        self.data = b""

    def add(self, kind: str, *inputs: int, name: str = "") -> int:
        number = len(self.layers)
        self.layers.append(f'<layer id="{number}" name={quoteattr(name or f"n{number}")} type="{kind}"/>')
        for port, source in enumerate(inputs):
            edge = f'<edge from-layer="{source}" from-port="9" to-layer="{number}" to-port="{port}"/>'
            self.edges.append(edge)
        return number

    def const(self, value: Tensor, name: str = "") -> int:
        number = len(self.layers)
        raw = struct.pack(f"<{value.numel()}f", *value.flatten().tolist())
        shape = ",".join(str(n) for n in value.shape)
        self.layers.append(
            f'<layer id="{number}" name={quoteattr(name or f"n{number}")} type="Const"><data '
            f'element_type="f32" offset="{len(self.data)}" shape="{shape}" size="{len(raw)}"/></layer>'
        )
        self.data += raw
        return number

    def xml(self) -> bytes:
        layers, edges = "".join(self.layers), "".join(self.edges)
        return f'<net name="g" version="10"><layers>{layers}</layers><edges>{edges}</edges></net>'.encode()


class MadeUp:
    """A generator of random numbers: 2 + blocks doublings from 4 px, codes of `dim` numbers."""

    def __init__(self, channels: tuple[int, ...] = (16, 16, 8), dim: int = 12, seed: int = 0) -> None:
        source = torch.Generator().manual_seed(seed)
        self.draw = lambda *shape: torch.randn(*shape, generator=source)
        self.channels, self.dim, self.blocks = channels, dim, len(channels) - 1
        self.names = ["conv1"]
        self.names += [f"layers.{k}.{p}" for k in range(self.blocks) for p in ("up", "conv1", "conv2")]
        self.names.append(f"layers.{self.blocks - 1}.to_img")
        self.input = self.draw(1, channels[0], 4, 4)
        self.mapping = [(self.draw(dim, dim) / dim**0.5, self.draw(dim) / 5) for _ in range(3)]
        self.parts = {name: self._part(name) for name in self.names}

    def _part(self, name: str) -> dict[str, Tensor]:
        block = 0 if name == "conv1" else int(name.split(".")[1])
        before, after = self.channels[block], self.channels[min(block + 1, self.blocks)]
        sizes = {
            "up": (before, 0),
            "conv1": (before // 4, after),
            "conv2": (after, after),
            "to_img": (after, 12),
        }
        i, o = (before, before) if name == "conv1" else sizes[name.split(".")[-1]]
        part = {"a": self.draw(i, self.dim) / self.dim**0.5, "b": 1 + self.draw(1, i) / 4}
        if o == 0:
            return part
        part |= {"scale": torch.tensor([0.8]), "bias": self.draw(1, o, 1, 1) / 4}
        if name == "conv1":
            part["w"] = self.draw(o, i, 3, 3) / (9 * i) ** 0.5
        else:
            part["w"] = self.draw(o, i, 1, 1) / i**0.5
        if name.startswith("layers") and not name.endswith("to_img"):
            part["taps"] = self.draw(i, 1, 1, 3, 3) / 3
        if not name.endswith("to_img"):
            size = 4 if name == "conv1" else 8 << block
            part["noise"] = 0.3 * self.draw(1, 1, size, size)
        return part

    def graphs(self) -> tuple[bytes, bytes, bytes, bytes]:
        """The contents of MappingNetwork.xml and .bin and SynthesisNetwork.xml and .bin."""
        m, s = GraphWriter(), GraphWriter()
        for weight, bias in self.mapping:
            m.const(weight)
            m.const(bias)
        s.const(self.input, "m.input.input")
        for name in self.names:
            self._write(s, name, self.parts[name])
        return m.xml(), m.data, s.xml(), s.data

    def _write(self, s: GraphWriter, name: str, part: dict[str, Tensor]) -> None:
        where = f"m.{name}" if name.endswith("up") else f"m.{name}.conv"
        product = s.add("MatMul", s.const(part["a"], f"{where}.modulation.weight"))
        style = s.add("Add", product, s.const(part["b"], f"{where}.modulation.bias"))
        if name.endswith("up"):
            s.add("Multiply", style)
            return
        x = s.add("Multiply", s.add("Reshape", style), s.const(part["scale"]))
        if "taps" in part:
            x = s.add("GroupConvolution", x, s.const(part["taps"]))
        x = s.add("Convolution", x, s.const(part["w"]))
        if "noise" in part:
            x = s.add("Add", x, s.const(part["noise"]))
        s.add("Add", x, s.const(part["bias"]))

    def textbook(self, codes: Tensor, noise: bool = True) -> Tensor:
        """(N, L, D) -> pictures (N, 3, R, R) in 0..1, style by style and operation by operation."""
        styles = {}
        for i, name in enumerate(self.names):
            part = self.parts[name]
            styles[name] = (codes[:, i] @ part["a"].t() + part["b"]) * part.get("scale", torch.ones(1))
        at = {name: style[:, :, None, None] for name, style in styles.items()}

        def end(x: Tensor, name: str) -> Tensor:
            drawn = self.parts[name]["noise"] if noise else 0.0
            return F.leaky_relu(x + drawn + self.parts[name]["bias"], 0.2)

        x = end(F.conv2d(self.input * at["conv1"], self.parts["conv1"]["w"], padding=1), "conv1")
        for k in range(self.blocks):
            x = haar(x * at[f"layers.{k}.up"])
            for name in (f"layers.{k}.conv1", f"layers.{k}.conv2"):
                taps = self.parts[name]["taps"].squeeze(1)
                x = F.conv2d(x * at[name], taps, padding=1, groups=x.shape[1])
                x = end(F.conv2d(x, self.parts[name]["w"]), name)
        last = self.names[-1]
        return haar(F.conv2d(x * at[last], self.parts[last]["w"]) + self.parts[last]["bias"]) / 2 + 0.5

    def textbook_mapping(self, z: Tensor) -> Tensor:
        x = z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()
        for weight, bias in self.mapping:
            x = F.leaky_relu(x @ weight.t() + bias, 0.2) * 2**0.5
        return x


def haar(x: Tensor) -> Tensor:
    """The inverse Haar transform: the first quarter is the low band, then three others of each channel."""
    n, c4, h, w = x.shape
    y = x.new_empty(n, c4 // 4, 2 * h, 2 * w)
    for c in range(c4 // 4):
        low, (lh, hl, hh) = x[:, c], x[:, c4 // 4 + 3 * c : c4 // 4 + 3 * c + 3].unbind(1)
        y[:, c, 0::2, 0::2] = (low + lh + hl + hh) / 2
        y[:, c, 0::2, 1::2] = (low + lh - hl - hh) / 2
        y[:, c, 1::2, 0::2] = (low - lh + hl - hh) / 2
        y[:, c, 1::2, 1::2] = (low - lh - hl + hh) / 2
    return y
