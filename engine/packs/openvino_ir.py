"""Read the constants and the wiring of an OpenVINO IR graph (version 10), and nothing else of it.

The format is a .xml file that names every layer, with type, shape, offset and size of each constant, and a
.bin file of their numbers. Both come from an archive that anyone may have written: the XML may declare no
document type and no entities, every constant must lie inside the .bin file, and nothing is run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

import numpy as np
import torch
from torch import Tensor

from ..errors import CheckpointError

_KINDS: dict[str, type[np.generic]] = {"f32": np.float32, "f16": np.float16, "i64": np.int64, "i32": np.int32}
_LARGEST_XML = 16 * 2**20
_LARGEST_CONSTANT = 2**28


@dataclass(frozen=True)
class Graph:
    """Layers by number: their names, types and constants; `inputs[i]` are the layers that feed i, by port."""

    names: dict[int, str]
    types: dict[int, str]
    constants: dict[int, Tensor]
    inputs: dict[int, dict[int, int]]

    def fed_by(self, number: int, kind: str) -> list[int]:
        """The layers of type `kind` that read the output of layer `number`."""
        return [i for i, ports in self.inputs.items() if number in ports.values() and self.types[i] == kind]

    def constant_of(self, number: int) -> Tensor:
        """The first constant among what feeds a layer. CheckpointError when none does."""
        for port in sorted(self.inputs.get(number, {})):
            found = self.constants.get(self.inputs[number][port])
            if found is not None:
                return found
        raise CheckpointError(f"The graph's layer '{self.names.get(number, number)}' has no weights.")

    def of_type(self, *kinds: str) -> list[int]:
        """The numbers of all layers of these types, in order."""
        return sorted(i for i, kind in self.types.items() if kind in kinds)


def read(xml: bytes, data: bytes) -> Graph:
    """The graph of a .xml file and its .bin file. CheckpointError for anything that is not one."""
    if len(xml) > _LARGEST_XML:
        raise CheckpointError("The graph's description is too large to be one.")
    reader = _Reader(data)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(xml, True)
        return reader.graph()
    except (expat.ExpatError, KeyError, ValueError, OverflowError) as error:
        raise CheckpointError(f"The graph cannot be read ({error}).") from error


def _refuse(*_: Any) -> None:
    raise CheckpointError("The graph's description declares a document type or entities; it is refused.")


class _Reader:
    """Collects what `Graph` holds while the parser walks through the elements."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._path: list[str] = []
        self._layer = -1
        self._graph = Graph({}, {}, {}, {})

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        if len(self._path) > 64:
            raise CheckpointError("The graph's description is nested too deeply.")
        if self._path == ["net", "layers", "layer"]:
            self._layer = int(attributes["id"])
            self._graph.names[self._layer] = attributes["name"]
            self._graph.types[self._layer] = attributes["type"]
        elif self._path == ["net", "layers", "layer", "data"]:
            if self._graph.types[self._layer] == "Const":
                self._graph.constants[self._layer] = self._constant(attributes)
        elif self._path == ["net", "edges", "edge"]:
            ports = self._graph.inputs.setdefault(int(attributes["to-layer"]), {})
            ports[int(attributes["to-port"])] = int(attributes["from-layer"])

    def end(self, _: str) -> None:
        self._path.pop()

    def graph(self) -> Graph:
        if not self._graph.types:
            raise CheckpointError("The graph's description names no layers.")
        known = self._graph.types
        if any(i not in known or any(j not in known for j in ports.values())
               for i, ports in self._graph.inputs.items()):  # fmt: skip
            raise CheckpointError("The graph's description joins layers that it does not name.")
        return self._graph

    def _constant(self, attributes: dict[str, str]) -> Tensor:
        kind = np.dtype(_KINDS[attributes["element_type"]])
        shape = [int(n) for n in attributes.get("shape", "").split(",") if n.strip()]
        offset, size = int(attributes["offset"]), int(attributes["size"])
        count = math.prod(shape)
        inside = 0 <= offset <= len(self._data) - size and 0 < size <= _LARGEST_CONSTANT
        if not inside or min(shape, default=1) < 1 or count * kind.itemsize != size:
            name = self._graph.names[self._layer]
            raise CheckpointError(f"The graph's constant '{name}' does not lie in its file of numbers.")
        values = np.frombuffer(self._data, kind.newbyteorder("<"), count, offset).reshape(shape)
        return torch.from_numpy(values.astype(kind))
