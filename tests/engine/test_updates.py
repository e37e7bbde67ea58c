"""Asking for a newer version: from a server on this computer that tells the truth, or misbehaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import DownloadError, PackError, RunControl, check_for_update
from engine.distribution.http import Patience
from engine.distribution.updates import Update, latest_address

from .bad_server import Server, serving

QUICK = Patience(connect=5, answer=2, stall=2, least_bytes=10)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(json.dumps({"version": "99.1", "page": "https://example.org/get"}).encode()) as running:
        yield running


@pytest.fixture
def catalogue(server: Server, tmp_path: Path) -> Path:
    path = tmp_path / "manifest.toml"
    path.write_text(f'format = 1\n[program]\nlatest = "{server.url}"\n')
    return path


def test_a_newer_version_and_its_page(server: Server, catalogue: Path) -> None:
    found = check_for_update(catalogue=catalogue, patience=QUICK)
    assert found == Update("99.1", "https://example.org/get") and found.newer
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("version", "newer"),
    [("0.0.9", False), ("0.1.0", False), ("0.1", False), ("0.1.0.1", True), ("0.10", True)],
)
def test_what_is_newer(monkeypatch: pytest.MonkeyPatch, version: str, newer: bool) -> None:
    monkeypatch.setattr("engine.distribution.updates.__version__", "0.1.0")
    assert Update(version).newer is newer


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"[" * 50_000, b'{"version": 3}', b'{"version": "1.x"}', b"\xff\xfe",
        b'{"version": "1\\n2"}', b"<!DOCTYPE html>", b'{"page": "https://example.org"}',
    ],
)  # fmt: skip
def test_an_answer_that_is_none(server: Server, catalogue: Path, body: bytes) -> None:
    server.data = body
    with pytest.raises(DownloadError, match="does not say which version"):
        check_for_update(catalogue=catalogue, patience=QUICK)


@pytest.mark.parametrize("page", ["http://example.org", "file:///etc/passwd", 'javascript:alert("x")', 3])
def test_a_page_that_is_not_https_is_left_out(server: Server, catalogue: Path, page: object) -> None:
    server.data = json.dumps({"version": "99", "page": page}).encode()
    found = check_for_update(catalogue=catalogue, patience=QUICK)
    assert found is not None and found.page == ""


@pytest.mark.parametrize(
    "how",
    ["gone", "busy", "silent", "drips", "endless", "garbage", "to_http", "to_file", "to_itself"],
)
def test_a_server_that_misbehaves(server: Server, catalogue: Path, how: str) -> None:
    server.how = how
    with pytest.raises(DownloadError) as caught:
        check_for_update(catalogue=catalogue, patience=QUICK)
    assert "127.0.0.1" in caught.value.message and caught.value.hint and "\n" not in caught.value.message


def test_without_a_network(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text('[program]\nlatest = "https://no-such-host.invalid/latest.json"\n')
    with pytest.raises(DownloadError, match=r"no-such-host\.invalid"):
        check_for_update(catalogue=path, patience=QUICK)


def test_cancel(server: Server, catalogue: Path) -> None:
    control = RunControl()
    control.cancel()
    server.how = "silent"
    assert check_for_update(control, catalogue, QUICK) is None


@pytest.mark.parametrize(
    "text", ["", "[[[", "program = 3", "[program]\nlatest = 3", '[program]\nlatest = "http://example.org"']
)
def test_a_copy_without_an_address_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(text)
    assert latest_address(path) == ""
    with pytest.raises(PackError, match="names no address"):
        check_for_update(catalogue=path)


def test_the_shipped_list_names_https_or_nothing() -> None:
    shipped = Path(__file__).parents[2] / "weights" / "manifest.toml"
    assert "[program]" in shipped.read_text(encoding="utf-8")
    assert latest_address(shipped) == "" or latest_address(shipped).startswith("https://")
