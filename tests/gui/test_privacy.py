"""No object of the window reads or writes another object's private fields; nor do its tests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import maskfacegan_gui

PLACES = [Path(maskfacegan_gui.__file__).parent, Path(__file__).parent]


def foreign_privates(source: str) -> list[str]:
    """Every `owner._name` whose owner is not the object itself, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute) or not node.attr.startswith("_") or node.attr.endswith("__"):
            continue
        owner = ast.unparse(node.value)
        if owner not in ("self", "cls", "super()"):
            found.append(f"{node.lineno}: {owner}.{node.attr}")
    return found


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_nobody_reaches_into_another_object(place: Path) -> None:
    sources = sorted(place.rglob("*.py"))
    assert sources
    found = [f"{path.name}:{line}" for path in sources for line in foreign_privates(path.read_text("utf-8"))]
    assert not found


def test_what_counts_as_reaching_into_another_object() -> None:
    assert foreign_privates("a._b = 1") == ["1: a._b"]
    assert foreign_privates("self.lane._thread.quit()") == ["1: self.lane._thread"]
    assert foreign_privates("f()._x + a[0]._y") == ["1: f()._x", "1: a[0]._y"]
    assert not foreign_privates("self._a + cls._b + super()._c + a.__class__ + _module_private")
