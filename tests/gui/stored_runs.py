"""Runs that were made once and are told again, step by step, where a test needs an edit and not its making.

The same request gives the same result (test_run.py shows it with two runs); what a window does with the steps
and the result is the same either way. Runs that start from an earlier result, and those that were stopped,
are always made.
"""

from __future__ import annotations

import hashlib
import inspect
import pickle
from collections.abc import Callable
from typing import Any

from engine import EditRequest, ModelPack, Step
from maskfacegan_gui.document.stored_result import StoredResult

RunEdit = Callable[..., StoredResult | None]


class StoredRuns:
    """Takes the place of `run_edit`, and calls it for what was not asked for before."""

    def __init__(self, run_edit: RunEdit) -> None:
        self._run_edit, self._signature = run_edit, inspect.signature(run_edit)
        self._made: dict[str, tuple[list[Step], StoredResult]] = {}
        self._packs: list[ModelPack] = []

    def __call__(self, *words: Any) -> StoredResult | None:
        asked = self._signature.bind(*words)
        asked.apply_defaults()
        options = asked.arguments
        if options["earlier"] is not None or options["request"].initial_latent is not None:
            return self._run_edit(*words)
        key = self._key(options["request"], options["pack"], options["mode"])
        if key not in self._made:
            return self._make(key, asked)
        steps, result = self._made[key]
        for step in steps:
            options["report"](step)
        return copied(result)

    def _make(self, key: str, asked: inspect.BoundArguments) -> StoredResult | None:
        report, steps = asked.arguments["report"], list[Step]()

        def note(step: Step) -> None:
            steps.append(step)
            report(step)

        asked.arguments["report"] = note
        result = self._run_edit(*asked.args)
        if result is not None and not result.frame.cancelled:
            self._made[key] = steps, copied(result)
        return result

    def _key(self, request: EditRequest, pack: ModelPack, mode: str) -> str:
        if pack not in self._packs:
            self._packs.append(pack)
        asked = pickle.dumps((vars(request), self._packs.index(pack), mode))
        return hashlib.sha256(asked).hexdigest()


def copied(result: StoredResult) -> StoredResult:
    """With arrays of its own, as those of two runs are."""
    return StoredResult(result.frame, {name: array.copy() for name, array in result.arrays.items()})
