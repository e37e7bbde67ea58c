"""The check of an installation: complete here, and what it says when something was left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import engine
from engine import paths
from engine.models import perceptual


def found() -> dict[str, engine.Finding]:
    return {finding.what: finding for finding in engine.check_installation()}


def test_this_installation_is_complete() -> None:
    assert all(finding.good for finding in found().values()), found()
    assert set(found()) == {"list of packs", "built-in pack", "likeness", "packages"}


def test_files_that_are_missing_or_damaged_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(paths.weights("starter"), tmp_path / "weights" / "starter")
    monkeypatch.setattr(paths, "data_root", lambda: tmp_path)
    assert [what for what, finding in found().items() if not finding.good] == ["list of packs"]
    parser = next((tmp_path / "weights" / "starter").glob("parser.*"))
    data = bytearray(parser.read_bytes())
    data[len(data) // 2] ^= 1
    parser.write_bytes(data)
    assert "checksum" in found()["built-in pack"].text
    parser.unlink()
    assert parser.name in found()["built-in pack"].text


def test_a_missing_likeness_measure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perceptual.importlib.util, "find_spec", lambda _name: None)
    assert "lpips" in found()["likeness"].text and not found()["likeness"].good


def test_the_built_in_pack_does_what_it_should() -> None:
    """Its mean face is rendered, parsed and scored, and its encoder knows faces again."""
    findings = engine.verify_pack("starter", device="cpu")
    assert all(finding.good for finding in findings), findings
    assert {"generator", "parser", "classifier", "encoder", "finder", "parts"} <= {f.what for f in findings}
