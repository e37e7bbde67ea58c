"""Formats numbers for the window's language: 1,015 or 1.015, 3.5 or 3,5."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def whole(value: float) -> str:
    """A number rounded to a whole one, its thousands grouped."""
    return QLocale().toString(round(value))


def decimal(value: float, places: int = 1) -> str:
    """A number with `places` digits after the decimal sign."""
    return QLocale().toString(float(value), "f", places)


def brief(value: float) -> str:
    """A number of any size with three digits that count."""
    return QLocale().toString(float(value), "g", 3)
