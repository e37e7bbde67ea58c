"""The engine's public names: each is there, is typed, and is imported on first use only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import engine

STUB = Path(engine.__file__).with_suffix(".pyi")


def test_every_public_name_is_there() -> None:
    assert len(engine.__all__) > 80 and len(set(engine.__all__)) == len(engine.__all__)
    for name in engine.__all__:
        assert getattr(engine, name) is not None
        assert getattr(engine, name) is getattr(engine, name)
    assert set(engine.__all__) <= set(dir(engine))
    with pytest.raises(AttributeError):
        engine.no_such_name  # noqa: B018


def test_the_stub_says_where_each_is() -> None:
    """And writes it `as` itself, without which type checkers hold it for private."""
    imports = ast.parse(STUB.read_text(encoding="utf-8")).body
    assert all(isinstance(node, ast.ImportFrom) and node.level == 1 for node in imports)
    aliases = [alias for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert all(alias.asname == alias.name for alias in aliases)
    assert sorted(alias.name for alias in aliases) == sorted(engine.__all__)


def test_the_import_is_quick() -> None:
    code = "import engine, sys; engine.EngineError; engine.RunControl; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "engine.errors" in loaded
    assert not loaded & {"torch", "numpy", "scipy", "PIL", "PySide6", "engine.types", "engine.packs.pack"}
