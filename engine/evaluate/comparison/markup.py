"""HTML that is escaped by construction: a text becomes markup through `element` only.

Reports show names of files, sentences of other programs and notes of people. None of them is put into a
page by joining strings, so none of them can be an element or end an attribute.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

_VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(name: str, /, *content: str | None, **attributes: str | float | bool | None) -> Html:
    """An element. Content that is not `Html` is escaped, and None is left out.

    Attributes are named as Python's keywords: `class_` is `class`, `aria_sort` is `aria-sort`. One that is
    True stands without a value, one that is None or False is left out.
    """
    opened = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(opened if name in _VOID else f"{opened}{joined(content)}</{name}>")


def joined(parts: Iterable[str | None]) -> Html:
    """Several texts or elements in a row."""
    return Html("".join(_escaped(part) for part in parts if part is not None))


def _escaped(text: str) -> str:
    return text if isinstance(text, Html) else html.escape(_readable(text), quote=False)


def _attribute(key: str, value: str | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{html.escape(_readable(str(value)))}"'


def _readable(text: str) -> str:
    """Without lone surrogates, which names of files may hold and UTF-8 may not."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
