"""What can be had: the packs and components of weights/manifest.toml, with sources, hashes and terms."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .. import paths
from ..errors import PackError
from ..packs.checkpoint import LARGEST_FILE
from ..packs.registry import ROLES
from .package_source import PackageSource, package_source

CATALOGUE = "manifest.toml"
FORMAT = 1

_LARGEST_CATALOGUE = 2**20
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Component:
    """One model file. `bytes` and `sha256` are those of what is downloaded; None where they are not known.

    `builtin` names a role, and `builtin_pack` the folder of weights/, whose file this is a copy of; `package`
    is the archive that it is taken out of. A component has these or sources, never two of them.
    """

    name: str
    role: str
    title: str
    file: str
    sources: tuple[str, ...] = ()
    bytes: int | None = None
    sha256: str | None = None
    terms: str = ""
    enables: str = ""
    builtin: str | None = None
    builtin_pack: str = "starter"
    package: PackageSource | None = None


@dataclass(frozen=True)
class Offer:
    """A pack that can be installed. `choices` are the components for each role, the preferred one first."""

    name: str
    title: str
    summary: str = ""
    resolution: int | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    builtin: bool = False
    preset: str = ""

    def chosen(self, wishes: Mapping[str, str] | None = None) -> dict[str, str]:
        """The component for every role; a wish "none" leaves an optional role out.

        Raises PackError for a role or a component that the pack does not know.
        """
        result = {role: names[0] for role, names in self.choices.items()}
        for role, name in (wishes or {}).items():
            if role not in self.choices:
                raise PackError(f"The pack '{self.name}' has no part '{role}'.", _one_of(self.choices))
            if name == "none" and role in self.optional:
                del result[role]
            elif name in self.choices[role]:
                result[role] = name
            else:
                raise PackError(
                    f"'{name}' cannot be the {role} of the pack '{self.name}'.", _one_of(self.choices[role])
                )
        return result


@dataclass(frozen=True)
class Catalogue:
    """All packs and components on offer, by name."""

    components: Mapping[str, Component]
    packs: Mapping[str, Offer]

    def pack(self, name: str) -> Offer:
        if name not in self.packs:
            raise PackError(f"No pack '{name}' is on offer.", _one_of(self.packs))
        return self.packs[name]


def read_catalogue(path: Path | None = None) -> Catalogue:
    """The offers of weights/manifest.toml, or of another file of its kind.

    Raises PackError, in one sentence, for a file that is missing or not understood in full: nothing of a
    doubtful catalogue is used.
    """
    path = path or paths.weights(CATALOGUE)
    try:
        if path.stat().st_size > _LARGEST_CATALOGUE:
            raise PackError(f"The list of packs {path} is too large to be one.", path=path)
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PackError(f"The list of packs {path} cannot be read: {reason}.", path=path) from error
    try:
        return _catalogue(data)
    except _OddError as error:
        raise PackError(f"The list of packs {path} is not understood: {error}.", path=path) from error


def pack_components() -> Mapping[str, Component]:
    """The components on offer, by name."""
    return read_catalogue().components


class _OddError(Exception):
    """Something in the file that is not as it should be."""


def allowed_address(url: str) -> bool:
    """True for https, and for plain http on this computer itself; false for everything else."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not host or any(c.isspace() or ord(c) < 32 for c in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in ("127.0.0.1", "::1", "localhost"))


def _catalogue(data: Mapping[str, Any]) -> Catalogue:
    if data.get("format") != FORMAT:
        raise _OddError(f"it is not of format {FORMAT}")
    components = {
        name: _component(name, entry)
        for name, entry in _tables(data, "components").items()
        if _valid(name, "component")
    }
    files = [component.file for component in components.values()]
    if len(set(files)) < len(files):
        raise _OddError("two components have the same file name")
    packs = {
        name: _offer(name, entry, components)
        for name, entry in _tables(data, "packs").items()
        if _valid(name, "pack")
    }
    return Catalogue(components, packs)


def _component(name: str, entry: Mapping[str, Any]) -> Component:
    role, file, size, digest = (entry.get(key) for key in ("role", "file", "bytes", "sha256"))
    builtin, sources = entry.get("builtin"), entry.get("sources", [])
    if role not in ROLES:
        raise _OddError(f"'{name}' has no known role")
    if not isinstance(file, str) or not _FILE.fullmatch(file):
        raise _OddError(f"'{name}' has no plain file name")
    whole = isinstance(size, int) and not isinstance(size, bool) and 0 < size <= LARGEST_FILE
    if size is not None and not whole:
        raise _OddError(f"'{name}' has an impossible size")
    if digest is not None and not (isinstance(digest, str) and _SHA256.fullmatch(digest)):
        raise _OddError(f"'{name}' has no proper sha256")
    if builtin is not None and builtin not in ROLES:
        raise _OddError(f"'{name}' is a copy of an unknown part")
    if not isinstance(sources, list) or not all(isinstance(s, str) and allowed_address(s) for s in sources):
        raise _OddError(f"'{name}' has a source that is not https")
    package = _package(name, entry)
    if package is not None:
        size, digest = package.bytes, package.sha256
    if not sources and builtin is None and package is None:
        raise _OddError(f"'{name}' has no source")
    folder = _text(entry, "pack", "starter")
    if not _NAME.fullmatch(folder):
        raise _OddError(f"'{name}' is a copy of a part of an unknown pack")
    return Component(
        name, role, _text(entry, "title", name), file, tuple(sources), size, digest,
        _text(entry, "terms"), _text(entry, "enables"), builtin, folder, package,
    )  # fmt: skip


def _package(name: str, entry: Mapping[str, Any]) -> PackageSource | None:
    """The archive that a component is taken out of; such a component states nothing else about its source."""
    if "package" not in entry:
        return None
    also = [key for key in ("sources", "builtin", "bytes", "sha256") if key in entry]
    if also:
        raise _OddError(f"'{name}' has a package and '{also[0]}'")
    if not str(entry["file"]).endswith(".safetensors"):
        raise _OddError(f"'{name}' is converted, but its file is no .safetensors")
    try:
        return package_source(entry["package"])
    except ValueError as error:
        raise _OddError(f"'{name}': {error}") from error


def _offer(name: str, entry: Mapping[str, Any], components: Mapping[str, Component]) -> Offer:
    choices = {}
    for role in ROLES:
        names = entry.get(role)
        if names is None:
            continue
        fits = isinstance(names, list) and names and all(isinstance(n, str) for n in names)
        if not fits or not all(n in components and components[n].role == role for n in names):
            raise _OddError(f"the pack '{name}' has an unknown {role}")
        choices[role] = tuple(names)
    resolution, optional = entry.get("resolution"), entry.get("optional", [])
    if resolution is not None and resolution not in (64, 128, 256, 512, 1024):
        raise _OddError(f"the pack '{name}' has an impossible resolution")
    if not isinstance(optional, list) or not all(isinstance(r, str) for r in optional):
        raise _OddError(f"'optional' of the pack '{name}' is no list of names")
    title, summary = _text(entry, "title", name), _text(entry, "summary")
    builtin = entry.get("builtin") is True
    preset = _text(entry, "preset")
    return Offer(name, title, summary, resolution, choices, frozenset(optional), builtin, preset)


def _valid(name: str, kind: str) -> bool:
    if not _NAME.fullmatch(name):
        raise _OddError(f"a {kind} has a name that cannot be used")
    return True


def _tables(data: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    tables = data.get(key, {})
    if not isinstance(tables, dict) or not all(isinstance(entry, dict) for entry in tables.values()):
        raise _OddError(f"'{key}' is no table of tables")
    return tables


def _text(entry: Mapping[str, Any], key: str, default: str = "") -> str:
    value = entry.get(key, default)
    if not isinstance(value, str):
        raise _OddError(f"'{key}' is not text")
    return value.strip()


def _one_of(names: Any) -> str:
    return f"Known are: {', '.join(names)}."
