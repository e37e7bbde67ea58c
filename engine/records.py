"""Dataclasses as plain records, which JSON holds, and back: by the types of their fields, so that a field is
written once, where it is declared.

What a field may hold stands in its type (`Annotated[float, msgspec.Meta(ge=0, le=1)]`). Reading is strict: a
record may come from anywhere. Arrays are no part of it; who stores them leaves these fields out.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterator, Mapping
from typing import Any, get_type_hints

import msgspec
import numpy as np

_Fields = Iterator["dataclasses.Field[Any]"]


def to_record(
    value: Any, without: Collection[str] = (), only: Collection[str] | None = None
) -> dict[str, Any]:
    """The fields of a dataclass's object, in their order: all but those in `without`, or `only` some."""
    chosen = _chosen(type(value), without, only)
    return {f.name: msgspec.to_builtins(getattr(value, f.name), enc_hook=_plain) for f in chosen}


def from_record(
    kind: type, record: Mapping[str, Any], without: Collection[str] = (), only: Collection[str] | None = None
) -> dict[str, Any]:
    """The values of a dataclass's fields by name, chosen as in `to_record`: keywords to make an object of.

    Entries that belong to no field are passed over. A field that the record lacks is left to its default.
    KeyError where there is none, ValueError for a value that the field may not hold.
    """
    hints = _hints(kind)
    found = {}
    for field in _chosen(kind, without, only):
        if field.name not in record and _has_default(field):
            continue
        try:
            found[field.name] = msgspec.convert(record[field.name], hints[field.name])
        except msgspec.ValidationError as error:
            raise ValueError(f"{field.name}: {error}") from error
    return found


def _chosen(kind: type, without: Collection[str], only: Collection[str] | None) -> _Fields:
    for field in dataclasses.fields(kind):
        if field.name not in without and (only is None or field.name in only):
            yield field


def _has_default(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _plain(value: Any) -> Any:
    """What msgspec does not know: numpy's numbers, and mappings that are no dict."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no part of a record")
