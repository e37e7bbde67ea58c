"""Whether there is a newer version of the program. Asked only when a person asks; nothing is sent.

The address is `latest` in the table `program` of weights/manifest.toml. What lies there is a small JSON:
`{"version": "0.2.0", "page": "https://..."}`. Nothing is downloaded but that.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .. import paths
from .._version import __version__
from ..errors import DownloadError, PackError
from ..run_control import RunControl
from .catalogue import CATALOGUE, allowed_address
from .http import Answer, Patience, StoppedError, TransferError

_LARGEST_ANSWER = 64 * 1024
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")
_HINT = "Check the connection and ask again, or look where you got the program."


@dataclass(frozen=True)
class Update:
    """What the address said: the newest version, and the page to get it from ("" when it names none)."""

    version: str
    page: str = ""

    @property
    def newer(self) -> bool:
        """Whether that is newer than this program."""
        return _numbers(self.version) > _numbers(__version__)


def check_for_update(
    control: RunControl | None = None, catalogue: Path | None = None, patience: Patience | None = None
) -> Update | None:
    """Ask the program's own address for the newest version; None when it was cancelled.

    Raises `PackError` when this copy of the program names no address, `DownloadError` when the address
    cannot be reached or answers with anything else.
    """
    address = latest_address(catalogue or paths.weights(CATALOGUE))
    if not address:
        raise PackError(
            "This copy of the program names no address to ask for newer versions.",
            "Look where you got the program.",
        )
    host = urlsplit(address).hostname
    try:
        return _update(_answer(address, control or RunControl(), patience or Patience()))
    except StoppedError:
        return None
    except TransferError as error:
        raise DownloadError(f"Newer versions could not be asked for ({host}: {error}).", _HINT) from error
    except (ValueError, RecursionError) as error:
        raise DownloadError(f"{host} does not say which version is the newest.", _HINT) from error


def latest_address(catalogue: Path) -> str:
    """The address in the list of packs; empty when there is none, or one that is not https."""
    try:
        program = tomllib.loads(catalogue.read_text(encoding="utf-8")).get("program", {})
    except (OSError, ValueError, RecursionError):
        return ""
    address = program.get("latest", "") if isinstance(program, dict) else ""
    return address if isinstance(address, str) and allowed_address(address) else ""


def _answer(address: str, control: RunControl, patience: Patience) -> bytes:
    with Answer(address, {"Accept": "application/json"}, patience, control) as answer:
        if answer.status != 200:
            raise TransferError(f"it answers with status {answer.status}", again=False)
        body = b""
        for data in answer.chunks():
            body += data
            if len(body) > _LARGEST_ANSWER:
                raise TransferError("it sends more than an answer", again=False)
        return body


def _update(body: bytes) -> Update:
    """ValueError for anything but a version and, perhaps, a page."""
    said: Any = json.loads(body.decode("utf-8"))
    version = said.get("version") if isinstance(said, dict) else None
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise ValueError("no version")
    page = said.get("page")
    return Update(version, page if isinstance(page, str) and allowed_address(page) else "")


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
