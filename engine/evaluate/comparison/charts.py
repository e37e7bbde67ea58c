"""Bar charts with intervals: one for each figure, a group for each attribute, a bar for each method.

Every bar is an SVG of its own over the whole scale, in shares of its width. So the scale fits any width of
the page while words keep their size, and the chart is a table to a screen reader.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .figure_rows import ComparisonFigure
from .markup import Html, element
from .saved_report import ALL, ComparisonReport, Estimate
from .tables import interval_text, shown_figures, title_of

_HEIGHT = 18  # of a bar's row in px
_TICKS = 4
_SHARES = ("reached", "identity")
"""Figures that are read against 1: their scales go at least that far."""


@dataclass(frozen=True)
class Scale:
    """From a figure's values to shares of the width; `ticks` lie in its own unit."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Where a value lies, in % of the width; what is beyond the scale lies at its end."""
        if math.isinf(value):
            return 100.0 if value > 0 else 0.0
        return min(100.0, max(0.0, 100 * (value - self.low) / (self.high - self.low)))


def scale_of(figure: ComparisonFigure, report: ComparisonReport) -> Scale:
    """A scale from 0 (or below, where a value is) over all values and their intervals."""
    values = [0.0, 1.0] if figure.name in _SHARES or figure.better == "one" else [0.0]
    for row in report.figures:
        found = row.figure(figure.name)
        if found is not None:
            values += [v for v in (found.value, found.low, found.high) if v is not None and math.isfinite(v)]
    low, high = min(values), max(values)
    if high == low:
        high = low + 1.0
    step = _step((high - low) / _TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return Scale(low, high, tuple(n * step for n in range(first, last + 1)))


def _step(rough: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not less."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough * (1 - 1e-9))


def charts(report: ComparisonReport) -> Html:
    """A chart for each figure that was measured."""
    drawn = [chart(figure, report) for figure in shown_figures(report)]
    if not drawn:
        return element("p", "Nothing was measured.", class_="empty")
    return element("div", *drawn, class_="charts")


def chart(figure: ComparisonFigure, report: ComparisonReport) -> Html:
    """One figure's chart."""
    scale = scale_of(figure, report)
    titles = {ALL: "All attributes", **{a.name: a.title or a.name for a in report.attributes}}
    groups = [_group(figure, report, scale, name, title) for name, title in titles.items()]
    unit = f" in {figure.unit}" if figure.unit else ""
    caption = element(
        "figcaption",
        element("h3", figure.title),
        element("p", f"{figure.note}{unit}. ", element("b", figure.direction.capitalize()), "."),
    )
    heads = [
        element("th", head, scope="col")
        for head in ("Method", f"{figure.title}, drawn", "Value and interval")
    ]
    table = element(
        "table",
        element("colgroup", *[element("col", class_=kind) for kind in ("names", "bars", "values")]),
        element("thead", element("tr", *heads), class_="unseen"),
        *[group for group in groups if group is not None],
        element(
            "tfoot",
            element("tr", element("td"), element("td", _axis(figure, scale)), element("td")),
            aria_hidden="true",
        ),
    )
    return element("figure", caption, table, class_="chart", id=f"chart-{figure.name}")


def _group(
    figure: ComparisonFigure, report: ComparisonReport, scale: Scale, attribute: str, title: str
) -> Html | None:
    rows = []
    for number, method in enumerate(report.methods):
        row = report.of(method.name, attribute)
        found = row.figure(figure.name) if row is not None else None
        if found is None or math.isnan(found.value):
            continue
        interval = interval_text(figure, found)
        value = element(
            "td", element("b", figure.text(found.value)), element("small", interval) if interval else None
        )
        rows.append(
            element(
                "tr",
                element("th", title_of(method), scope="row", title=title_of(method)),
                element("td", bar(figure, scale, found, number), class_="bar"),
                value,
            )
        )
    if not rows:
        return None
    head = element("tr", element("th", title, colspan=3, scope="rowgroup"), class_="group")
    return element("tbody", head, *rows, class_="all" if attribute == ALL else None)


def bar(figure: ComparisonFigure, scale: Scale, found: Estimate, number: int) -> Html:
    """A bar from zero to the value, with a whisker over the interval; `number` is the method's."""
    zero, end = scale.share(0.0), scale.share(found.value)
    parts = [
        _line(scale.share(tick), 0, _HEIGHT, "origin" if math.isclose(tick, 0, abs_tol=1e-12) else "grid")
        for tick in scale.ticks
    ]
    if figure.better == "one":
        parts.append(_line(scale.share(1.0), 0, _HEIGHT, "goal"))
    left, width = min(zero, end), abs(end - zero)
    parts.append(
        element(
            "rect", x=_percent(left), y=4, width=_percent(width), height=_HEIGHT - 8, class_=f"m{number % 8}"
        )
    )
    if found.low is not None and found.high is not None and not math.isnan(found.low + found.high):
        parts.append(_whisker(scale.share(found.low), scale.share(found.high)))
    return element("svg", *parts, width="100%", height=_HEIGHT, aria_hidden="true", focusable="false")


def _whisker(low: float, high: float) -> Html:
    middle = _HEIGHT / 2
    across = element("line", x1=_percent(low), x2=_percent(high), y1=middle, y2=middle)
    ends = [
        element("line", x1=_percent(x), x2=_percent(x), y1=middle - 4, y2=middle + 4) for x in (low, high)
    ]
    # A rim in the page's colour, so that the whisker is seen on the bar and beside it.
    return element(
        "g",
        element("g", across, *ends, class_="rim"),
        element("g", across, *ends, class_="ink"),
        class_="whisker",
    )


def _axis(figure: ComparisonFigure, scale: Scale) -> Html:
    texts = []
    for tick in scale.ticks:
        share = scale.share(tick)
        anchor = "start" if share < 1 else "end" if share > 99 else "middle"
        texts.append(element("text", f"{tick * figure.scale:g}", x=_percent(share), y=12, text_anchor=anchor))
    return element("svg", *texts, width="100%", height=16, class_="axis", focusable="false")


def _line(share: float, top: float, bottom: float, kind: str) -> Html:
    return element("line", x1=_percent(share), x2=_percent(share), y1=top, y2=bottom, class_=kind)


def _percent(share: float) -> str:
    return f"{share:.2f}%"
