"""The tables of a report's page: methods over all attributes, and attribute by attribute.

A cell's `data-value` is the number that its column is sorted by; a cell without one stays at the end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from .figure_rows import COMPARISON_FIGURES, ComparisonFigure
from .markup import Html, element, joined
from .saved_report import ALL, ComparedMethod, ComparisonReport, Estimate, MethodFigures

_NOTHING = element(
    "td",
    element("span", "–", aria_hidden="true"),
    element("span", "not measured", class_="unseen"),
    class_="number",
)


def overall_table(report: ComparisonReport) -> Html:
    """A row for each method, over all attributes."""
    measured = _measured(report, ALL)
    table = _Table(report, [found for _, found in measured])
    best = _best([found for _, found in measured])
    rows = [element("tr", _name(report, place, "th"), *table.cells(found, best)) for place, found in measured]
    return table.drawn("Over all attributes", ["Method"], rows)


def attribute_table(report: ComparisonReport) -> Html:
    """A row for each attribute and method."""
    measured = [(attribute, _measured(report, attribute.name)) for attribute in report.attributes]
    table = _Table(report, [found for _, rows in measured for _, found in rows])
    drawn = []
    for group, (attribute, rows) in enumerate(measured):
        best = _best([found for _, found in rows])
        kind = element("small", "local" if attribute.local else "whole face")
        head = element("th", attribute.title or attribute.name, " ", kind, scope="row", data_value=group)
        for order, (place, found) in enumerate(rows):
            name = _name(report, place, "td")
            first = "more-of" if order else "first-of"
            drawn.append(element("tr", head, name, *table.cells(found, best), class_=first))
    return table.drawn("Attribute by attribute", ["Attribute", "Method"], drawn)


def shown_figures(report: ComparisonReport) -> list[ComparisonFigure]:
    """The figures that were measured for any method."""
    return [f for f in COMPARISON_FIGURES if any(row.figure(f.name) is not None for row in report.figures)]


def title_of(method: ComparedMethod) -> str:
    return method.title or method.name


def interval_text(figure: ComparisonFigure, found: Estimate) -> str:
    """The interval, "0.25 to 0.38"; empty where there is none."""
    if found.low is None or found.high is None:
        return ""
    low, high = figure.text(found.low, unit=False), figure.text(found.high, unit=False)
    return f"{low} to {high}"


class _Table:
    """Rows of figures, in the columns that any of them has."""

    def __init__(self, report: ComparisonReport, rows: Sequence[MethodFigures]) -> None:
        self.report = report
        self.figures = [f for f in COMPARISON_FIGURES if any(row.figure(f.name) is not None for row in rows)]
        self.memory = any(row.memory_mb is not None for row in rows)

    def cells(self, found: MethodFigures, best: Mapping[str, float]) -> list[Html]:
        """What a row has behind its heads; `best` as `_best` gives it."""
        cells = [element("td", f"{found.faces:,}", class_="number", data_value=found.faces)]
        cells += [_cell(f, found.figure(f.name), best.get(f.name)) for f in self.figures]
        if self.memory and found.memory_mb is not None:
            text = f"{found.memory_mb:,.0f}\u00a0MB"
            cells.append(element("td", text, class_="number", data_value=found.memory_mb))
        elif self.memory:
            cells.append(_NOTHING)
        return cells

    def drawn(self, caption: str, heads: Sequence[str], rows: Sequence[Html]) -> Html:
        """The table, in a region that scrolls sideways where the page is narrow."""
        if not rows:
            return element("p", "Nothing was measured.", class_="empty")
        columns = [_head(title) for title in heads]
        columns.append(_head("Faces", number=True))
        columns += [
            _head(f.title, f.arrow, f"{f.note}; {f.direction}", number=True, first=_first_order(f))
            for f in self.figures
        ]
        if self.memory:
            columns.append(_head("Memory", "↓", "The most that was in use; lower is better", number=True))
        head, body = element("thead", element("tr", *columns)), element("tbody", *rows)
        table = element(
            "table",
            element("caption", caption),
            head,
            body,
            class_="figures two" if len(heads) > 1 else "figures",
        )
        return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _measured(report: ComparisonReport, attribute: str) -> list[tuple[int, MethodFigures]]:
    """The figures for an attribute with their methods' places, in the methods' order."""
    found = ((place, report.of(method.name, attribute)) for place, method in enumerate(report.methods))
    return [(place, row) for place, row in found if row is not None]


def _name(report: ComparisonReport, place: int, kind: Literal["td", "th"]) -> Html:
    """A method's name as a cell, with its colour."""
    key = element("span", class_=f"key m{place % 8}", aria_hidden="true")
    scope = "row" if kind == "th" else None
    return element(kind, key, title_of(report.methods[place]), data_value=place, scope=scope)


def _first_order(figure: ComparisonFigure) -> str:
    """What a first click sorts by: the best on top."""
    return "descending" if figure.better == "higher" else "ascending"


def _head(
    title: str, arrow: str = "", note: str = "", number: bool = False, first: str = "ascending"
) -> Html:
    """A column's head: a button that sorts, so that the keyboard reaches it too."""
    marks = [element("span", arrow, class_="arrow", aria_hidden="true")] if arrow else []
    button = element(
        "button",
        element("span", title),
        *marks,
        element("span", class_="order", aria_hidden="true"),
        type="button",
        title=note or None,
    )
    return element(
        "th", button, scope="col", data_first=first, aria_sort="none", class_="number" if number else None
    )


def _cell(figure: ComparisonFigure, found: Estimate | None, best: float | None) -> Html:
    if found is None or math.isnan(found.value):
        return _NOTHING
    text: str | Html = figure.text(found.value)
    if best is not None and figure.badness(found.value) <= best:
        text = element("strong", text, title="the best here")
    interval = interval_text(figure, found)
    small = element("small", interval) if interval else None
    return element("td", text, small, class_="number", data_value=found.value)


def _best(rows: Sequence[MethodFigures]) -> dict[str, float]:
    """By figure, how good the best of several methods is (`ComparisonFigure.badness`), where they differ."""
    best = {}
    for figure in COMPARISON_FIGURES:
        values = [found.value for row in rows if (found := row.figure(figure.name)) is not None]
        bad = [figure.badness(value) for value in values if not math.isnan(value)]
        if len(bad) > 1 and min(bad) < max(bad):
            best[figure.name] = min(bad)
    return best


def method_legend(report: ComparisonReport) -> Html:
    """Which colour is which method."""
    items = [
        element("li", element("span", class_=f"key m{number % 8}", aria_hidden="true"), title_of(method))
        for number, method in enumerate(report.methods)
    ]
    return element("ul", joined(items), class_="legend")
