"""Archives found by name, version and hash at an index of this computer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.distribution.http import Patience, StoppedError
from engine.distribution.package_index import locate
from engine.distribution.package_source import Member, PackageSource
from engine.distribution.pip_settings import PipSettings
from engine.errors import DownloadError
from engine.run_control import RunControl

from .bad_server import running
from .packages import Index, sha256, wheel, write_index

DATA = wheel({"small/member.bin": b"1"})
FILE = "small_part-1.2-py3-none-any.whl"
SOURCE = PackageSource(
    "small-part", "1.2", FILE, len(DATA), sha256(DATA), "lpips-vgg16",
    (Member("small/member.bin", 1, sha256(b"1")),),
)  # fmt: skip
QUICK = Patience(connect=2, answer=1, stall=1, least_bytes=10)


@pytest.fixture
def index() -> Iterator[Index]:
    with running(Index()) as server:
        yield server


def asked(index: Index, **more: object) -> PipSettings:
    return replace(PipSettings(index.address), **more)  # type: ignore[arg-type]


def test_an_archive_is_found_by_name_version_and_hash(index: Index) -> None:
    other = wheel({"small/member.bin": b"2"})
    index.offer("small-part", "small_part-1.1-py3-none-any.whl", DATA)
    index.offer("small-part", FILE, other)  # another file of that name
    index.offer("small-part", "small_part-1.2.tar.gz", DATA)
    with pytest.raises(
        DownloadError, match=r"small-part 1.2 was not found \(127.0.0.1: it does not have it\)"
    ):
        locate(SOURCE, settings=asked(index))
    index.offer("small-part", FILE, DATA)
    found = locate(SOURCE, settings=asked(index))
    assert found.url == index.address.replace("/simple/", f"/files/{FILE}") and found.path is None
    assert set(index.paths) == {"/simple/small-part/"}  # pages only, no file


def test_a_page_without_hashes_or_in_json(index: Index) -> None:
    index.offer("small-part", FILE, DATA, digest="")
    assert locate(SOURCE, settings=asked(index)).url.endswith(FILE)
    index.kind = "application/vnd.pypi.simple.v1+json"
    entry = {
        "filename": FILE,
        "url": f"../../files/{FILE}",
        "hashes": {"sha256": sha256(DATA)},
        "yanked": "old",
    }
    index.pages["small-part"] = json.dumps({"meta": {"api-version": "1.0"}, "files": [entry]})
    assert locate(SOURCE, settings=asked(index)).url.endswith(f"/files/{FILE}")


def test_a_folder_of_this_computer_comes_first(index: Index, tmp_path: Path) -> None:
    index.offer("small-part", FILE, DATA)
    more = write_index(tmp_path / "more", "small-part", FILE, DATA)
    found = locate(SOURCE, settings=asked(index, more_indexes=("file:///nowhere/simple", more)))
    assert found.path == tmp_path / "more" / "files" / FILE and not index.paths
    links = tmp_path / "links"
    links.mkdir()
    (links / FILE).write_bytes(DATA)
    for where in (str(links), links.as_uri()):
        assert locate(SOURCE, settings=PipSettings(find_links=(where,), no_index=True)).path == links / FILE


def test_passwords_go_to_the_host_that_they_are_for(index: Index) -> None:
    index.offer("small-part", FILE, DATA)
    address = index.address.replace("http://", "http://me:se%40cret@")
    found = locate(SOURCE, settings=PipSettings(address))
    assert index.passwords == ["Basic bWU6c2VAY3JldA=="]  # me:se@cret
    host = index.address.split("/")[2]
    assert "@" not in found.url and dict(found.network.passwords) == {host: "me:se@cret"}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:1/simple", "127.0.0.1: it refuses the connection"),
        ("https://index.invalid/simple", "index.invalid: its name is not found"),
        ("http://example.invalid/simple", "example.invalid: its address is not https"),
        ("nonsense", "nonsense: it does not answer as an index does"),
    ],
)
def test_an_index_that_cannot_be_asked_is_named_with_its_reason(address: str, reason: str) -> None:
    with pytest.raises(DownloadError, match=reason) as caught:
        locate(SOURCE, patience=QUICK, settings=PipSettings(address))
    assert "small-part 1.2" in str(caught.value) and "connection" in caught.value.hint


def test_the_next_index_is_asked(index: Index) -> None:
    index.offer("small-part", FILE, DATA)
    settings = PipSettings("http://127.0.0.1:1/simple", (index.address,))
    assert locate(SOURCE, patience=QUICK, settings=settings).url.endswith(FILE)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("{", "application/vnd.pypi.simple.v1+json"),
        ("[]", "application/vnd.pypi.simple.v1+json"),
        ('{"files": [1]}', "application/vnd.pypi.simple.v1+json"),
        (f'<a href="file:///etc/{FILE}">{FILE}</a>', "text/html"),
        (f'<a href="ftp://example.invalid/{FILE}">{FILE}</a>', "text/html"),
        (f'<a href="http://example.invalid/{FILE}">{FILE}</a>', "text/html"),
        ("<a href=x>" * 2000, "text/html"),
        ("\0\1\2", "application/octet-stream"),
    ],
)
def test_pages_that_mislead(index: Index, page: str, kind: str) -> None:
    index.pages["small-part"], index.kind = page, kind
    with pytest.raises(DownloadError, match="was not found"):
        locate(SOURCE, patience=QUICK, settings=asked(index))


def test_a_page_without_an_end(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.distribution.package_index._LARGEST_PAGE", 1000)
    index.pages["small-part"] = "<p>" + 1000 * " "
    with pytest.raises(DownloadError, match="more than a page"):
        locate(SOURCE, patience=QUICK, settings=asked(index))


def test_cancel_while_an_index_is_asked(index: Index) -> None:
    control = RunControl()
    control.cancel()
    with pytest.raises(StoppedError):
        locate(SOURCE, control, settings=asked(index))
