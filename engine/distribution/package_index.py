"""Where a package's archive lies: asked at the index that pip's configuration names.

The library `unearth` reads indexes of every kind (HTML and JSON pages, folders of files) and knows the public
index that stands where none is named; how pages are fetched is this program's own (`http`): its limits, its
proxies and certificates, and the person's Cancel. Nothing is downloaded here but the pages, and nothing run.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit, urlunsplit

from ..errors import DownloadError
from ..run_control import RunControl
from .catalogue import allowed_address
from .http import Answer, Network, Patience, StoppedError, TransferError
from .package_source import PackageSource
from .pip_settings import PipSettings, read_pip_settings

_LARGEST_PAGE = 32 * 2**20
_PAGE = "text/html"
_HINT = "Check the connection, and the index that pip is told to use, and try again."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Located:
    """Where an archive lies: an address, or a file of this computer, and how its server is reached."""

    url: str
    path: Path | None
    network: Network


def locate(
    source: PackageSource,
    control: RunControl | None = None,
    patience: Patience | None = None,
    settings: PipSettings | None = None,
) -> Located:
    """The first place that has the archive, folders of this computer before servers.

    Raises `DownloadError` with the reason of every place that was asked, `StoppedError` when the person
    paused or cancelled.
    """
    settings, control = settings or read_pip_settings(), control or RunControl()
    places, network = _places(settings)
    reasons = []
    for place in sorted(places, key=_is_remote):
        if control.cancelled:
            raise StoppedError
        pages = _Pages(network, patience or Patience(), control)
        try:
            found = _look(place, source, pages)
        except StoppedError:
            raise
        except Exception as error:  # whatever a broken index leads the library to
            _log.info("The index %s cannot be used", _host(place.where), exc_info=True)
            said = str(error) if isinstance(error, TransferError) else "it does not answer as an index does"
            reasons.append(f"{_host(place.where)}: {said}")
            continue
        if found is not None:
            return replace(found, network=network)
        if _is_remote(place):
            reasons.append(f"{_host(place.where)}: {pages.fault or 'it does not have it'}")
    told = f" ({'; '.join(reasons)})" if reasons else ""
    raise DownloadError(f"The package {source.package} {source.version} was not found{told}.", _HINT)


@dataclass(frozen=True)
class _Place:
    """An index, or a folder or page of links; without user and password."""

    where: str
    is_index: bool


def _is_remote(place: _Place) -> bool:
    return urlsplit(place.where).scheme in ("http", "https")


def _places(settings: PipSettings) -> tuple[list[_Place], Network]:
    indexes = [] if settings.no_index else [settings.index or default_index(), *settings.more_indexes]
    links = [_Place(link, False) for link in settings.find_links]
    places, passwords = [], {}
    for place in [*links, *(_Place(index, True) for index in indexes)]:
        where, password = _without_password(place.where)
        places.append(replace(place, where=where))
        if password:
            passwords[urlsplit(where).netloc] = password
    return places, Network(settings.certificates, settings.proxy, passwords)


def default_index() -> str:
    """The index that the client library asks where none is named."""
    from unearth import PackageFinder

    return str(PackageFinder().sources[0]["url"])


def _without_password(address: str) -> tuple[str, str]:
    """The address without user and password, and `user:password`."""
    parts = urlsplit(address)
    named, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=host)), unquote(named)


def _look(place: _Place, source: PackageSource, pages: _Pages) -> Located | None:
    """The archive of that name at one place, unless the place itself gives it another hash."""
    from unearth import PackageFinder

    if _is_remote(place) and not allowed_address(place.where):
        raise TransferError("its address is not https", again=False)
    logging.getLogger("unearth").setLevel(logging.ERROR)  # what it would warn of is part of our own sentence
    here = [place.where]
    finder = PackageFinder(
        session=cast(Any, pages),
        index_urls=here if place.is_index else (),
        find_links=() if place.is_index else here,
        ignore_compatibility=True,
    )
    for package in finder.find_all_packages(source.package, allow_yanked=True):
        link = package.link
        digest = (link.hash_option or {}).get("sha256", [source.sha256])
        if link.filename != source.file or digest != [source.sha256]:
            continue
        if link.is_file and link.file_path.is_file():
            return Located("", link.file_path, pages.network)
        if allowed_address(link.url_without_fragment):
            return Located(link.url_without_fragment, None, pages.network)
    return None


@dataclass(frozen=True)
class _Page:
    """A page as the library wants an answer to look."""

    url: str
    content: bytes
    headers: Mapping[str, str]
    status_code: int = 200
    reason_phrase: str = ""
    encoding: str | None = None


class _Pages:
    """Fetches the pages of an index for the library, over this program's own connections."""

    def __init__(self, network: Network, patience: Patience, control: RunControl) -> None:
        self.network, self._patience, self._control = network, patience, control
        self.fault = ""

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> _Page:
        if url.startswith("file:"):
            return self._from_disk(url)
        with Answer(url, dict(headers or {}), self._patience, self._control, self.network) as answer:
            if answer.status != 200:
                self.fault = "" if answer.status == 404 else f"it answers with status {answer.status}"
                return _Page(answer.url, b"", {}, answer.status)
            body = bytearray()
            for data in answer.chunks():
                body += data
                if len(body) > _LARGEST_PAGE:
                    raise TransferError("it sends more than a page", again=False)
            kind = answer.header("Content-Type")
            if not kind.lower().startswith((_PAGE, "application/vnd.pypi.simple.v1+")):
                self.fault = "it sends something other than an index"
            return _Page(answer.url, bytes(body), {"Content-Type": kind})

    def head(self, url: str, *, headers: Mapping[str, str] | None = None) -> _Page:
        raise TransferError("its address is that of a file", again=False)

    def get_stream(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> contextlib.AbstractContextManager[Any]:
        raise TransferError("the archive is not for the library to fetch", again=False)

    def iter_secure_origins(self) -> Iterator[tuple[str, str, str]]:
        """What the library may ask: everything that `Answer` allows, and files of this computer."""
        yield from (("https", "*", "*"), ("file", "*", "*"))
        yield from (("http", host, "*") for host in ("localhost", "127.0.0.1", "::1"))

    def _from_disk(self, url: str) -> _Page:
        from unearth.link import Link

        path = Link(url).file_path
        if not path.is_file():
            return _Page(url, b"", {}, 404)
        if path.stat().st_size > _LARGEST_PAGE:
            raise ValueError("a page that is too large")
        return _Page(url, path.read_bytes(), {"Content-Type": _PAGE})


def _host(where: str) -> str:
    return urlsplit(where).hostname or where
