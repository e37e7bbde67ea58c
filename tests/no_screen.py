"""Tests on a machine without the libraries that Qt needs of the system: those that need them are skipped by
name.

Such a test cannot even be imported, and its folder's conftest cannot either. So its names are read from its
source. Where tests are run for everybody (.ci/run) nothing is skipped: the libraries belong there.
"""

from __future__ import annotations

import ast
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskfacegan_gui.process import platform_check

QT_PLACES = ("gui",)
"""Folders below tests/ whose conftest imports Qt."""


def lacking(wanted: dict[str, tuple[str, str, str]] | None = None) -> str:
    """Why a test that needs the wanted libraries (default: those that Qt needs to be imported) cannot run;
    empty where it can."""
    if not sys.platform.startswith("linux"):
        return ""
    missing = platform_check.missing_libraries(platform_check.BASE if wanted is None else wanted)
    if not missing:
        return ""
    manager = next((name for name in platform_check.MANAGERS if shutil.which(name)), "apt-get")
    names = " ".join(platform_check.packages(missing, manager))
    return f"needs {', '.join(missing)} of the system ({manager}: {names}; `make system` installs it)"


def require(wanted: dict[str, tuple[str, str, str]]) -> None:
    """Skip a test that needs libraries which are not there; fail where they have to be."""
    reason = lacking(wanted)
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


class Named(pytest.Item):
    """A test that is known by its name only."""

    reason = ""

    def runtest(self) -> None:
        pytest.skip(f"{self.parent.name if self.parent else ''}::{self.name} {self.reason}")


class Unread(pytest.File):
    """A file of tests that is not imported."""

    reason = ""

    def collect(self) -> Iterator[Named]:
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                item = Named.from_parent(self, name=node.name)
                item.reason = self.reason
                yield item


class UnreadFolder(pytest.File):
    """A folder of them. No `pytest.Directory`, whose conftest would be imported before it is looked into."""

    reason = ""

    def collect(self) -> Iterator[Unread]:
        for path in sorted(self.path.glob("test_*.py")):
            file = Unread.from_parent(self, path=path)
            file.reason = self.reason
            yield file


class Module(pytest.Module):
    """A module whose tests are skipped by name where its import fails for want of a library of the system."""

    reason = ""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        try:
            yield from super().collect()
        except (self.CollectError, ImportError) as error:
            if "cannot open shared object file" not in str(error):
                raise
            file = Unread.from_parent(self.parent, path=self.path)
            file.reason = self.reason
            yield from file.collect()


def unread_folder(path: Path, parent: pytest.Collector, reason: str) -> UnreadFolder | None:
    if path.name not in QT_PLACES or path.parent != Path(__file__).parent:
        return None
    folder = UnreadFolder.from_parent(parent, path=path)
    folder.reason = reason
    return folder
