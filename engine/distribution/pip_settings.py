"""Where pip is told to look for packages: its configuration files and environment variables.

People behind a company's index, a mirror or a proxy have told pip about it once; packages are looked for in
the same places, also where pip itself is not installed. Read are the keys `index-url`, `extra-index-url`,
`find-links`, `no-index`, `cert` and `proxy` of the sections `global` and `install`, in pip's precedence.
"""

from __future__ import annotations

import configparser
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_SECTIONS = ("global", "install")
_PREFIX = "PIP_"
_YES = ("1", "true", "yes", "on", "y", "t")
_LARGEST = 2**20
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PipSettings:
    """Addresses or folders to look in. `index` is "" where none is named: the client library's own default.

    `no_index` leaves out `index` and `more_indexes`.
    """

    index: str = ""
    more_indexes: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    certificates: Path | None = None
    proxy: str = ""


def read_pip_settings(environment: Mapping[str, str] | None = None) -> PipSettings:
    """What pip would use here. A file that cannot be read is passed over; nothing is raised."""
    environment = os.environ if environment is None else environment
    found: dict[str, str] = {}
    for path in _files(environment):
        found |= _read(path)
    for name, value in environment.items():
        if name.upper().startswith(_PREFIX) and value:
            found[_key(name[len(_PREFIX) :])] = value
    certificates = Path(found["cert"]).expanduser() if found.get("cert") else None
    return PipSettings(
        found.get("index-url", "").strip(),
        tuple(found.get("extra-index-url", "").split()),
        tuple(found.get("find-links", "").split()),
        found.get("no-index", "").strip().lower() in _YES,
        certificates if certificates is not None and certificates.is_file() else None,
        found.get("proxy", "").strip(),
    )


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    """The configuration files in which pip looks, the one that wins last."""
    named = environment.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return
    yield from _global_files(environment)
    if not (named and Path(named).exists()):
        yield from _user_files(environment)
    yield Path(sys.prefix) / _name()
    if named:
        yield Path(named)


def _global_files(environment: Mapping[str, str]) -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(environment.get("PROGRAMDATA") or r"C:\ProgramData", "pip", _name())
    elif sys.platform == "darwin":
        yield Path("/Library/Application Support/pip", _name())
    else:
        folders = environment.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        for folder in folders.split(os.pathsep):
            yield Path(folder, "pip", _name())
        yield Path("/etc", _name())


def _user_files(environment: Mapping[str, str]) -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield home / "pip" / _name()
        yield Path(environment.get("APPDATA") or home / "AppData" / "Roaming", "pip", _name())
        return
    yield home / ".pip" / _name()
    support = home / "Library" / "Application Support" / "pip"
    if sys.platform == "darwin" and support.is_dir():
        yield support / _name()
    else:
        yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config", "pip", _name())


def _name() -> str:
    return "pip.ini" if sys.platform == "win32" else "pip.conf"


def _read(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return {}
        parser.read_string(path.read_text(encoding="utf-8"), str(path))
    except (OSError, ValueError, configparser.Error) as error:
        _log.warning("pip's settings in %s cannot be read: %s", path, error)
        return {}
    found: dict[str, str] = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            found |= {_key(key): value for key, value in parser.items(section) if value}
    return found


def _key(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")
