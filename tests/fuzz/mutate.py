"""Spoiling bytes and records, by a seed."""

from __future__ import annotations

import json
import random
import struct
from typing import Any

NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, float("nan"), 10**30, "", "..", "../../../escaped", "/etc/passwd", "C:\\x",
    "a\0b", "\ud800", "x" * 5000, [], {}, [[]], {"a": {}}, [1] * 500, "file:///etc/passwd",
    "http://example.invalid/x", "CON", "\u202egnp.exe",
)  # fmt: skip
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def spoil(data: bytes, rng: random.Random) -> bytes:
    """Between one and eight small or large damages."""
    spoiled = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        _damage(spoiled, rng)
    return bytes(spoiled)


def _damage(data: bytearray, rng: random.Random) -> None:
    if not data:
        data += rng.randbytes(rng.randrange(1, 40))
        return
    # Headers and directories lie at the ends of files: damage those more often than the middle.
    where = rng.choice((rng.randrange(len(data)), rng.randrange(min(len(data), 128))))
    where = len(data) - 1 - where if rng.random() < 0.2 else where
    length = rng.choice((1, 2, 4, 8, 64, len(data) // 3))
    kind = rng.randrange(7)
    if kind == 0:
        del data[where:]
    elif kind == 1:
        data[where] ^= 1 << rng.randrange(8)
    elif kind == 2:
        data[where : where + length] = rng.randbytes(length)
    elif kind == 3:
        del data[where : where + length]
    elif kind == 4:
        data[where:where] = data[where : where + length]
    elif kind == 5:
        number = rng.choice(_EXTREMES)
        data[where : where + 4] = struct.pack(rng.choice("<>") + "I", number)
    else:
        data[where : where + length] = bytes(length)


def spoil_record(record: Any, rng: random.Random) -> str:
    """JSON of a record in which a few values, keys or whole branches are nasty."""
    copy = json.loads(json.dumps(record))
    for _ in range(rng.choice((1, 1, 2, 5))):
        _replace_somewhere(copy, rng)
    text = json.dumps(copy)
    roll = rng.random()
    if roll < 0.05:
        return "[" * 100_000 + text
    if roll < 0.15:
        return spoil(text.encode(), rng).decode("latin1")
    return text


def _replace_somewhere(node: Any, rng: random.Random) -> None:
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        child = node[key]
        if isinstance(child, dict | list) and child and rng.random() < 0.75:
            node = child
            continue
        if rng.random() < 0.2:
            del node[key]
        else:
            node[key] = rng.choice(NASTY)
        return
