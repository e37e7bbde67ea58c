"""Threads that wait asleep: set before torch is there, and never against a person's own setting."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = """
import os, sys, engine
print(engine.wait_asleep(), "torch" in sys.modules, os.environ.get("OMP_WAIT_POLICY"))
import torch
print(engine.wait_asleep())
"""


def said(**environment: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    run = subprocess.run(
        [sys.executable, "-c", ASK], env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return run.stdout.split()


@pytest.mark.parametrize(("own", "policy"), [({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "ACTIVE")])
def test_it_is_set_before_torch_is_imported_unless_it_was(own: dict[str, str], policy: str) -> None:
    assert said(**own) == ["True", "False", policy, "False"]


def test_the_command_line_sets_it_before_torch() -> None:
    code = (
        "import os, sys\nfrom engine.cli import main\nassert 'torch' not in sys.modules\n"
        "main(['packs', 'list'])\nprint(os.environ['OMP_WAIT_POLICY'])"
    )
    kept = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    run = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True)
    assert run.stdout.split()[-1] == "PASSIVE"
