"""The wall of a report's page: a row for each face and attribute, its input beside what each method made.

Small pictures lie in the page, so that it can be moved alone. The files beside it are what is shown
enlarged; the small one is, where they are gone. The input of a face lies in the page once: the script shows
it in its other rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .figure_rows import COMPARISON_FIGURES
from .markup import Html, element
from .saved_report import ComparisonReport, EditedPicture
from .tables import title_of
from .thumbnails import address, side_for, thumbnail

_SEVERAL = 2
"""Methods from which on a row takes the page's whole width."""


def wall(report: ComparisonReport, folder: Path) -> Iterator[Html]:
    """The wall in pieces, a row each: a page of 2,000 pictures is written as it is made."""
    cases = _cases(report)
    if not cases:
        yield element("p", "There are no pictures.", class_="empty")
        return
    yield _filters(report, cases)
    few = len(report.methods) < _SEVERAL
    yield Html(f'<ol class="wall{" few" if few else ""}" id="wall">')
    rows = _Rows(report, folder)
    yield from (rows.drawn(number, case) for number, case in enumerate(cases))
    yield Html("</ol>")
    buttons = [
        element("button", text, type="button", id=name)
        for name, text in (("more", "Show more"), ("every", "Show all"))
    ]
    yield element("p", *buttons, class_="more", hidden=True)


def badness(picture: EditedPicture) -> float:
    """How bad an edit is, 0..1; one that failed is at the worst."""
    if picture.worst is not None:
        return picture.worst
    return 1.0 if picture.error else 0.0


def _cases(report: ComparisonReport) -> list[list[EditedPicture]]:
    """The pictures by face and attribute, in the methods' order. The worst cases come first, and of them
    those that failed."""
    found: dict[tuple[str, str], list[EditedPicture]] = {}
    for picture in report.pictures:
        found.setdefault((picture.face, picture.attribute), []).append(picture)
    places = {method.name: place for place, method in enumerate(report.methods)}
    rows = [sorted(case, key=lambda one: places.get(one.method, len(places))) for case in found.values()]
    return sorted(rows, key=lambda case: max((badness(one), bool(one.error)) for one in case), reverse=True)


def _filters(report: ComparisonReport, cases: Sequence[Sequence[EditedPicture]]) -> Html:
    met = {case[0].attribute for case in cases}
    options = [element("option", "All attributes", value="")]
    options += [
        element("option", a.title or a.name, value=a.name) for a in report.attributes if a.name in met
    ]
    orders = [
        element("option", text, value=value)
        for value, text in (("worst", "Worst first"), ("best", "Best first"), ("face", "By face"))
    ]
    methods = [
        element(
            "label",
            element("input", type="checkbox", checked=True, value=place, name="method"),
            _key(place),
            title_of(method),
        )
        for place, method in enumerate(report.methods)
    ]
    return element(
        "form",
        element("label", "Attribute", element("select", *options, id="attribute")),
        element("label", "Order", element("select", *orders, id="order")),
        element("label", element("input", type="checkbox", id="missed"), "Target not reached only"),
        element("fieldset", element("legend", "Methods"), *methods),
        element("p", f"{len(cases):,} rows", id="count", role="status"),
        class_="filters",
        id="filters",
    )


class _Rows:
    """Draws rows, and knows which inputs lie in the page already."""

    def __init__(self, report: ComparisonReport, folder: Path) -> None:
        self.folder, self.side = folder, side_for(len(report.pictures))
        self.titles = {attribute.name: attribute.title or attribute.name for attribute in report.attributes}
        self.methods = {method.name: (place, title_of(method)) for place, method in enumerate(report.methods)}
        self.inputs: dict[str, str] = {}

    def drawn(self, number: int, case: Sequence[EditedPicture]) -> Html:
        """A row: what was edited, the input, and the results."""
        first = case[0]
        title = self.titles.get(first.attribute, first.attribute)
        heading = element("h3", element("b", title), element("span", f"Face {first.face}"))
        source = next((one.input for one in case if one.input), None)
        shown = [self._input(source, first.face, number), *[self._result(one, title) for one in case]]
        return element(
            "li",
            heading,
            element("div", *shown, class_="pictures"),
            class_="case",
            data_attribute=first.attribute,
            data_face=first.face,
        )

    def _input(self, name: str | None, face: str, number: int) -> Html:
        alt = f"Input, face {face}"
        if name in self.inputs:
            image: Html | None = element("img", alt=alt, data_same=self.inputs[name], decoding="async")
        else:
            image = self._image(name, alt, f"input-{number}")
            if image is not None and name is not None:
                self.inputs[name] = f"input-{number}"
        caption = element("figcaption", element("b", "Input"))
        return element("figure", _button(image, name, alt), caption, class_="input")

    def _result(self, one: EditedPicture, title: str) -> Html:
        place, method = self.methods.get(one.method, (len(self.methods), one.method))
        alt = f"{method}: {title}, face {one.face}"
        lines = [element("b", _key(place), method)]
        if one.error:
            lines.append(element("span", one.error, class_="bad"))
        elif one.reached is not None:
            word, kind = ("✓ reached", "good") if one.reached else ("✗ not reached", "bad")
            lines.append(element("span", word, class_=kind))
        return element(
            "figure",
            _button(self._image(one.result, alt), one.result, alt),
            element("figcaption", *lines, *_values(one)),
            class_="result",
            data_method=place,
            data_worst=f"{badness(one):.4f}",
            data_reached=None if one.reached is None else str(one.reached).lower(),
        )

    def _image(self, name: str | None, alt: str, identity: str | None = None) -> Html | None:
        found = thumbnail(self.folder, name, self.side)
        if found is None:
            return None
        return element(
            "img",
            src=found.source,
            alt=alt,
            id=identity,
            width=found.width,
            height=found.height,
            loading="lazy",
            decoding="async",
        )


def _values(one: EditedPicture) -> list[Html]:
    """A picture's figures. The wall shows the first of them, the enlarged picture all."""
    return [
        element("span", element("i", f.title), " ", f.text(value), class_="value", data_figure=f.name)
        for f in COMPARISON_FIGURES
        if f.name != "reached" and (value := getattr(one, f.name, None)) is not None
    ]


def _button(image: Html | None, name: str | None, alt: str) -> Html:
    """What enlarges a picture; where there is none, a place that says so."""
    if image is None:
        return element("div", "No picture", class_="none")
    full = address(name) if name is not None else None
    return element(
        "button", image, type="button", data_full=full, data_title=alt, aria_label=f"Enlarge. {alt}"
    )


def _key(place: int) -> Html:
    """A method's colour."""
    return element("span", class_=f"key m{place % 8}", aria_hidden="true")
