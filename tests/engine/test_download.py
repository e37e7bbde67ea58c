"""Downloads from a server that misbehaves in every way named: refused with a reason, or gone on with."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.distribution import download, http
from engine.distribution.catalogue import Component, allowed_address
from engine.distribution.download import DownloadProgress, Tries, discard, fetch
from engine.distribution.http import Patience
from engine.errors import DownloadError
from engine.run_control import RunControl

from .bad_server import Server, model_bytes, serving, wait_until

DATA = model_bytes()
HASH = hashlib.sha256(DATA).hexdigest()
QUICK = Tries(count=2, wait=0.01, patience=Patience(connect=5, answer=2, stall=2, least_bytes=10))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(DATA) as running:
        yield running


@pytest.fixture
def wanted(server: Server) -> Component:
    return Component("thing", "parser", "The thing", "thing.pth", (server.url,), len(DATA), HASH)


def load(wanted: Component, folder: Path, **options: object) -> Path:
    fetched = fetch(wanted, folder, tries=QUICK, **options)  # type: ignore[arg-type]
    assert fetched is not None
    assert fetched.path.read_bytes() == DATA
    assert fetched.sha256 == HASH
    assert [path.name for path in folder.iterdir()] == ["thing.pth"]
    return fetched.path


def refused(wanted: Component, folder: Path) -> str:
    with pytest.raises(DownloadError) as caught:
        fetch(wanted, folder, tries=QUICK)
    assert not (folder / wanted.file).exists()
    sentence = str(caught.value)
    assert caught.value.hint and "\n" not in sentence and wanted.title in sentence
    return sentence


def test_a_file_arrives_whole(wanted: Component, tmp_path: Path) -> None:
    told: list[DownloadProgress] = []
    load(wanted, tmp_path, report=told.append)
    assert {"connecting", "loading", "checking"} <= {progress.phase for progress in told}
    assert told[-1].done == told[-1].total == len(DATA)


def test_what_is_there_is_not_loaded_again(wanted: Component, server: Server, tmp_path: Path) -> None:
    load(wanted, tmp_path)
    load(wanted, tmp_path)
    assert len(server.asked) == 1


def test_a_broken_connection_is_resumed(wanted: Component, server: Server, tmp_path: Path) -> None:
    server.how = "breaks"
    load(wanted, tmp_path)
    third = len(DATA) // 3
    assert server.asked[:3] == ["", f"bytes={third}-", f"bytes={2 * third}-"]


@pytest.mark.slow
def test_a_file_that_changed_meanwhile_starts_again(
    wanted: Component, server: Server, tmp_path: Path
) -> None:
    """Without a known hash only If-Range tells that the half that is there belongs to another file."""
    server.script = ["stalls", "gone"]
    unknown = replace(wanted, sha256=None, bytes=None)
    with pytest.raises(DownloadError):
        fetch(unknown, tmp_path, tries=QUICK)
    assert (tmp_path / "thing.pth.part").stat().st_size == 1000
    server.tag = '"two"'
    load(unknown, tmp_path)


@pytest.mark.parametrize("how", ["ignores-range", "wrong-range"])
def test_a_server_that_cannot_continue(how: str, wanted: Component, server: Server, tmp_path: Path) -> None:
    server.script = ["breaks", how]
    load(wanted, tmp_path)


def test_half_of_another_file_is_thrown_away(wanted: Component, tmp_path: Path) -> None:
    (tmp_path / "thing.pth.part").write_bytes(b"\x80\x02" + bytes(5000))
    (tmp_path / "thing.pth.part.json").write_text('{"url": "https://elsewhere/x", "validator": ""}')
    load(wanted, tmp_path)


@pytest.mark.parametrize("memory", ["", "{", "[]", '{"url": 3}', "[" * 100_000, '{"url":"x","validator":[]}'])
def test_a_damaged_memory_is_no_obstacle(memory: str, wanted: Component, tmp_path: Path) -> None:
    (tmp_path / "thing.pth.part").write_bytes(DATA[:777])
    (tmp_path / "thing.pth.part.json").write_text(memory)
    load(wanted, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("wrong-size", "bytes where"),
        ("longer", "more than the file"),
        ("wrong-hash", "checksum"),
        ("to-http", "not https"),
        ("to-file", "not https"),
        ("to-nowhere", "nowhere"),
        ("to-itself", "without end"),
        ("page", "web page"),
        ("hidden-page", "bytes where"),
        ("packed", "encoding"),
        ("gone", "404"),
        ("busy", "503"),
        ("silent", "does not answer"),
        ("drips", "does not answer"),
        ("continues", "does not answer"),
        ("stalls", "stopped sending"),
        ("garbage", "web server"),
        ("bad-chunks", "connection broke"),
        ("endless", "more than the file"),
    ],
)
def test_a_misbehaving_server_is_refused(
    how: str, reason: str, wanted: Component, server: Server, tmp_path: Path
) -> None:
    server.how = how
    assert reason in refused(wanted, tmp_path)


@pytest.mark.parametrize(("how", "reason"), [("hidden-page", "instead of the file"), ("page", "web page")])
def test_a_page_is_no_model_even_when_nothing_is_known(
    how: str, reason: str, wanted: Component, server: Server, tmp_path: Path
) -> None:
    server.how = how
    assert reason in refused(replace(wanted, bytes=None, sha256=None), tmp_path)


def test_an_endless_body_is_cut_off(
    wanted: Component, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LARGEST_FILE", 3_000_000)
    server.how = "endless"
    assert "more than the file" in refused(replace(wanted, bytes=None, sha256=None), tmp_path)
    assert (tmp_path / "thing.pth.part").stat().st_size <= 3_000_000


def test_the_next_source_is_tried(wanted: Component, server: Server, tmp_path: Path) -> None:
    sources = ("http://127.0.0.1:9/none.pth", server.url.replace("model", "wrong"), server.url)
    server.script = ["wrong-hash"]
    load(replace(wanted, sources=sources), tmp_path)


def test_every_source_is_named_when_none_works(wanted: Component, server: Server, tmp_path: Path) -> None:
    server.how = "gone"
    sentence = refused(replace(wanted, sources=("http://localhost:9/x", server.url)), tmp_path)
    assert "refuses the connection" in sentence and "404" in sentence


def test_a_busy_server_is_asked_again(wanted: Component, server: Server, tmp_path: Path) -> None:
    server.script = ["busy"]
    load(wanted, tmp_path)


def test_cancel_leaves_nothing_behind(wanted: Component, server: Server, tmp_path: Path) -> None:
    server.how = "slow"
    control = RunControl()

    def stop(progress: DownloadProgress) -> None:
        if progress.phase == "loading" and progress.done > 3000:
            control.cancel()

    assert fetch(wanted, tmp_path, control, stop, QUICK) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["silent", "stalls", "drips"])
def test_cancel_does_not_wait_for_the_server(
    how: str, wanted: Component, server: Server, tmp_path: Path
) -> None:
    server.how = how
    control = RunControl()
    patient = Tries(patience=Patience(answer=600, stall=600))
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(fetch(wanted, tmp_path, control, tries=patient)))
    thread.start()
    wait_until(lambda: server.asked)
    control.cancel()
    thread.join(30)
    assert results == [None]
    assert list(tmp_path.iterdir()) == []


def test_pause_and_resume(wanted: Component, server: Server, tmp_path: Path) -> None:
    server.script = ["slow"]
    control = RunControl()
    phases: list[str] = []

    def watch(progress: DownloadProgress) -> None:
        phases.append(progress.phase)
        if progress.phase == "loading" and "paused" not in phases and progress.done > 3000:
            control.pause()
        if progress.phase == "paused":
            threading.Timer(0.1, control.resume).start()

    fetched = fetch(wanted, tmp_path, control, watch, QUICK)
    assert fetched is not None and fetched.path.read_bytes() == DATA
    assert "paused" in phases
    assert server.asked[-1].startswith("bytes=")


def test_discard(wanted: Component, tmp_path: Path) -> None:
    (tmp_path / "thing.pth.part").write_bytes(b"half")
    (tmp_path / "thing.pth.part.json").write_text("{}")
    (tmp_path / "other.pth.part").write_bytes(b"half")
    discard(tmp_path, wanted)
    assert [path.name for path in tmp_path.iterdir()] == ["other.pth.part"]


def test_too_little_space_is_said_before_anything_is_asked(
    wanted: Component, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DownloadError, match="MB are free"):
        fetch(wanted, tmp_path, tries=QUICK)
    assert server.asked == []


def test_a_folder_that_cannot_be_made_is_a_sentence(wanted: Component, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="could not be saved"):
        fetch(wanted, tmp_path / "file", tries=QUICK)


def test_addresses() -> None:
    assert allowed_address("https://example.org/x.pt?dl=1")
    assert allowed_address("http://127.0.0.1:8000/x")
    for url in (
        "http://example.org/x", "file:///etc/passwd", "ftp://example.org/x", "https://", "//example.org/x",
        "https://user:secret@example.org/x", "https://example.org/a b", "https://example.org:99999/x", "",
        "http://127.0.0.1.example.org/x", "data:,x", "https://example.org/\nHost: x",
    ):  # fmt: skip
        assert not allowed_address(url), url


def test_the_systems_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:pass%20word@proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    proxy = http._proxy_for("https", "example.org")
    assert proxy is not None and (proxy.hostname, proxy.port) == ("proxy.example", 3128)
    monkeypatch.setenv("no_proxy", "example.org")
    assert http._proxy_for("https", "example.org") is None
    assert http._proxy_for("http", "127.0.0.1") is None


def test_certificates_are_checked() -> None:
    context = http.tls_context()
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
