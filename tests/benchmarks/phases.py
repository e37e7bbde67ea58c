"""Where the time of a first and a second edit goes: generator, parser, classifier, LPIPS, compositing.

    python -m tests.benchmarks.phases --pack portrait [--photo PHOTO] [--attributes smiling blond_hair]

The first edit reconstructs the face, a later one starts behind that. Forward and backward passes are timed
apart: on a processor they run one after another in the caller's thread. What is in no row is Python, the
optimiser, and what lies between the networks. Without a photo, a face that the pack draws.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

import engine
from engine import AttributeEdit, Editor, Face
from engine.compositing import differentiable
from engine.edit import scoring
from engine.evaluate.report import whole_face
from engine.packs.pack import ModelPack

REST = "rest"
BACKWARD = "backward"


class Clock:
    """Seconds by phase; one phase at a time."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._phase, self._since = REST, time.perf_counter()

    def switch(self, phase: str) -> str:
        """Begin a phase; the one before it."""
        now, before = time.perf_counter(), self._phase
        self.seconds[before] += now - self._since
        self._phase, self._since = phase, now
        return before

    def timed(self, name: str, function: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        """Call a function of tensors as the phase `name`, and its backward pass, if it has one, as another.

        That one begins where a gradient comes to what the function returns, and ends where it has come to
        what it was given.
        """
        arguments = tuple(self._ending(each) for each in arguments)
        before = self.switch(name)
        try:
            found = function(*arguments, **more)
        finally:
            self.switch(before)
        if isinstance(found, Tensor) and found.requires_grad:
            found.register_hook(lambda _: self._begin(f"{name}, {BACKWARD}"))
        return found

    def _begin(self, phase: str) -> None:
        self.switch(phase)

    def _ending(self, given: Any) -> Any:
        if not isinstance(given, Tensor) or not given.requires_grad:
            return given
        seen = given.view_as(given)
        seen.register_hook(lambda _: self._begin(f"other, {BACKWARD}"))
        return seen


def _wrapped(clock: Clock, name: str, owner: Any, method: str) -> Any:
    before = getattr(owner, method)

    def called(*arguments: Any, **more: Any) -> Any:
        return clock.timed(name, before, *arguments, **more)

    return patch.object(owner, method, called)


def _distance(clock: Clock, kind: Any) -> Any:
    """Of `against`, what it computes once, and the function that it returns."""
    before = kind.against

    def against(*arguments: Any, **more: Any) -> Any:
        return partial(clock.timed, "LPIPS", clock.timed("LPIPS", before, *arguments, **more))

    return patch.object(kind, "against", against)


@contextmanager
def watched(clock: Clock, pack: ModelPack) -> Iterator[None]:
    """Everything that is called of the networks and the compositing is timed."""
    generator, classifier = type(pack.generator), type(pack.classifier)
    places = [(generator, "forward", "generator"), (type(pack.parser), "forward", "parser")]
    places += [
        (generator, name, "generator") for name in ("window", "map_before") if hasattr(generator, name)
    ]
    name = "selected" if hasattr(classifier, "selected") else "forward"
    places += [(classifier, name, "classifier"), (differentiable.ShownOnPhoto, "__call__", "compositing")]
    places += [(scoring, "recipe", "compositing"), (scoring, "render", "compositing")]
    if pack.encoder is not None:
        places.append((type(pack.encoder), "forward", "encoder"))
    backward = Tensor.backward

    def whole_backward(self: Tensor, *arguments: Any, **more: Any) -> None:
        before = clock.switch(f"other, {BACKWARD}")
        backward(self, *arguments, **more)
        clock.switch(before)

    patches = [_wrapped(clock, name, owner, method) for owner, method, name in places]
    patches += [_distance(clock, type(pack.perceptual)), patch.object(Tensor, "backward", whole_backward)]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()


def edited(editor: Editor, face: Face, name: str) -> dict[str, float]:
    """Seconds by phase of an edit as the window does it, with its search for the strength apart."""
    clock = Clock()
    with watched(clock, editor.pack):
        request = editor.request(face, AttributeEdit(name, 1.0))
        editor.edit(request)
        clock.switch(REST)
    return dict(clock.seconds)


def table(columns: dict[str, dict[str, float]]) -> str:
    """Seconds and shares, the longest phase of the first edit first."""
    first = next(iter(columns.values()))
    names = sorted({name for column in columns.values() for name in column}, key=lambda n: -first.get(n, 0.0))
    lines = [f"{'':<28}" + "".join(f"{title:>24}" for title in columns)]
    totals = [sum(column.values()) for column in columns.values()]
    for name in names:
        cells = [column.get(name, 0.0) for column in columns.values()]
        row = "".join(f"{s:>16.2f} s {s / t:>5.0%}" for s, t in zip(cells, totals, strict=True))
        lines.append(f"{name:<28}{row}")
    lines.append(f"{'in all':<28}" + "".join(f"{total:>16.2f} s      " for total in totals))
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.phases", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--pack", default="portrait")
    parser.add_argument("--photo", type=Path, help="default: a face that the pack draws")
    parser.add_argument("--attributes", nargs="+", default=["smiling", "blond_hair"])
    options = parser.parse_args()
    engine.wait_asleep()  # as the application does
    editor = Editor.load(options.pack)
    if options.photo is None:
        face = whole_face(engine.random_face(editor.pack, 0))
    else:
        editor.open(options.photo)
        face = editor.align(editor.faces()[0])
    ordinals = ["first", *["later"] * len(options.attributes)]
    columns = {}
    for ordinal, name in zip(ordinals, options.attributes, strict=False):
        columns[f"{ordinal}: {name}"] = edited(editor, face, name)
        print(f"{name}: {sum(columns[f'{ordinal}: {name}'].values()):.1f} s", flush=True)
    print(f"{torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}")
    print(table(columns))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
