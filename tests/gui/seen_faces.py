"""Answers that were given once are given again: where the same pack looks for faces in the same photo, or
takes the same face of it.

Nearly every test of the window opens the same drawn face. The answer does not depend on the test; each has
arrays of its own, as those of two answers are.
"""

from __future__ import annotations

import copy
import hashlib
import inspect
import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from engine import ModelPack, Photo

KEPT = 16
LARGEST = 4 << 20  # bytes of pixels


class SeenFaces:
    """Takes the place of a task over a pack and photos, and calls it for what was not asked for before."""

    def __init__(self, task: Callable[..., Any]) -> None:
        self._task, self._signature = task, inspect.signature(task)
        self._answers: OrderedDict[str, Any] = OrderedDict()
        self._packs: list[ModelPack] = []

    def __call__(self, *words: Any) -> Any:
        asked = self._signature.bind(*words).arguments
        if asked["photo"].pixels.nbytes > LARGEST:
            return self._task(*words)
        key = self._key(asked)
        if key not in self._answers:
            self._answers[key] = self._task(*words)
            if len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        self._answers.move_to_end(key)
        return copy.deepcopy(self._answers[key])

    def _key(self, asked: dict[str, Any]) -> str:
        return hashlib.sha256(
            pickle.dumps({name: self._told(value) for name, value in asked.items()})
        ).hexdigest()

    def _told(self, value: Any) -> Any:
        """What an answer depends on."""
        if isinstance(value, ModelPack):
            if value not in self._packs:
                self._packs.append(value)
            return self._packs.index(value)
        if isinstance(value, Photo):  # wherever its file is
            return value.pixels, value.mode, value.icc_profile, dict(value.info)
        return value
