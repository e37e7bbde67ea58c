"""The command line is what it was: its options, exit codes and sentences, and the records of its edits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.golden import command_line


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with command_line.place() as there:
        yield there


def test_the_options_are_those_that_were() -> None:
    found = json.loads(json.dumps(command_line.options()))
    assert found == command_line.frozen()["options"]


@pytest.mark.parametrize("name", command_line.OUTCOMES)
def test_a_command_ends_as_it_did(name: str, folder: Path) -> None:
    assert command_line.outcome(name, folder) == command_line.frozen()["outcomes"][name]


@pytest.mark.parametrize("name", command_line.EDITS)
def test_the_record_of_an_edit_has_the_same_keys_and_figures(name: str, folder: Path) -> None:
    found, wanted = command_line.record(name), command_line.frozen()["records"][name]
    assert list(command_line.differences(found, wanted)) == []
