"""Records of dataclasses: by the fields' types, strict where they are read, open for fields to come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import engine
from engine.records import from_record, to_record

REQUEST = {
    "attributes": [{"name": "smiling", "target": 1, "probability": None, "size": 0.0}],
    "preset": "quick",
    "smoothing": 0.05,
    "blend": "no_skin",
    "encoder_start": None,
    "force_global": False,
    "seed": 3,
    "config": {"steps": {"latent": [1, None]}},
    "settings": {},
}
ARRAYS = ("initial_latent", "tuned")


def test_there_and_back() -> None:
    options = engine.EditOptions(**from_record(engine.EditOptions, REQUEST, ARRAYS))
    assert options.attributes == (engine.AttributeEdit("smiling"),) and options.blend == "no_skin"
    assert json.loads(json.dumps(to_record(options, ARRAYS))) == REQUEST
    assert to_record(options, only=("seed",)) == {"seed": 3}


def test_a_request_begins_with_its_face() -> None:
    """Its parts are declared apart; callers name them in this order."""
    names = [field.name for field in fields(engine.EditRequest)]
    assert names[:4] == ["face", "masks", "attributes", "preset"]
    assert names[2:-1] == [field.name for field in fields(engine.EditOptions)] and names[-1] == "start"


@pytest.mark.parametrize(
    "change",
    [
        {"smoothing": float("nan")},
        {"smoothing": 1.5},
        {"smoothing": True},
        {"seed": -1},
        {"seed": 10**30},
        {"seed": 1.0},
        {"force_global": 1},
        {"blend": "neither"},
        {"preset": ["quick"]},
        {"attributes": [{"name": "smiling", "probability": float("inf")}]},
        {"attributes": [{}]},
        {"config": []},
    ],
)
def test_values_that_a_field_may_not_hold_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        from_record(engine.EditOptions, {**REQUEST, **change}, ARRAYS)


def test_what_is_lacking_has_its_default_or_is_missed() -> None:
    assert "seed" not in from_record(engine.EditOptions, {"attributes": [], "later": 1}, ARRAYS)
    with pytest.raises(KeyError, match="attributes"):
        from_record(engine.EditOptions, {}, ARRAYS)


@dataclass
class Odd:
    count: int
    table: Mapping[str, float]
    array: Any = None


def test_numbers_of_numpy_and_other_mappings_are_written() -> None:
    odd = Odd(np.int64(3), MappingProxyType({"a": np.float32(0.5)}))
    assert to_record(odd) == {"count": 3, "table": {"a": 0.5}, "array": None}
    with pytest.raises(TypeError, match="ndarray is no part of a record"):
        to_record(Odd(1, {}, np.zeros(2)))
