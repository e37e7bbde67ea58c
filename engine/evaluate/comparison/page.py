"""The page of a comparison: report.html, one file that needs no network and can be moved alone.

Its style and its script are resources/pages/comparison.css and .js, put into it whole. A content security
policy names the hashes of both, so that nothing else in the page can run, and nothing is loaded from
anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ...atomic_file import atomic_write
from ...paths import resource
from .charts import charts
from .markup import Html, element
from .notes import facts, how_it_was_run
from .saved_report import PAGE, ComparisonReport, as_report
from .tables import attribute_table, method_legend, overall_table
from .wall import wall

_SECTIONS = (
    ("overall", "Overview"),
    ("attributes", "Attributes"),
    ("charts", "Charts"),
    ("pictures", "Pictures"),
    ("method", "How it was run"),
)


def write_page(report: Mapping[str, Any], folder: Path) -> Path:
    """Write report.html into `folder`, from the content of report.json and the pictures that it names there.

    Pictures that are not there are left out. EngineError where `report` is none, SaveError where the page
    cannot be written; a page that was there before stays until the new one is whole.
    """
    found = as_report(report, folder / "report.json")
    path = folder / PAGE
    with atomic_write(path) as file:
        for part in pieces(found, folder):
            file.write(part.encode("utf-8"))
    return path


def pieces(report: ComparisonReport, folder: Path) -> Iterator[str]:
    """The page in pieces."""
    style = resource("pages", "comparison.css").read_text(encoding="utf-8")
    script = resource("pages", "comparison.js").read_text(encoding="utf-8")
    title = heading(report)
    yield '<!DOCTYPE html>\n<html lang="en">\n'
    yield element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Html(style)),
    )
    yield "\n<body>\n"
    yield _header(report, title)
    yield "\n<main>\n"
    yield _section("overall", overall_table(report), _note(report))
    yield _section("attributes", attribute_table(report))
    yield _section("charts", method_legend(report), charts(report))
    yield Html('\n<section id="pictures"><h2>Pictures</h2>')
    yield from wall(report, folder)
    yield Html("</section>")
    yield _section("method", how_it_was_run(report))
    yield "\n</main>\n"
    yield _enlarged()
    yield element("p", id="said", role="status", class_="unseen")
    yield element("script", Html(script))
    yield "\n</body>\n</html>\n"


def heading(report: ComparisonReport) -> str:
    """What is compared, in a line."""
    pack = report.pack.title or report.pack.name
    return f"Face edits compared: {pack}" if pack else "Face edits compared"


def _policy(style: str, script: str) -> str:
    """Only this style and this script; pictures from within and from beside the page."""
    return (
        f"default-src 'none'; img-src data: 'self' file:; style-src {_hash(style)}; "
        f"script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _header(report: ComparisonReport, title: str) -> Html:
    toggle = element("button", "Dark", type="button", id="theme", hidden=True)
    links = [element("a", text, href=f"#{name}") for name, text in _SECTIONS]
    return element(
        "header",
        element("div", element("h1", title), toggle, class_="top"),
        facts(report, written(report.when)),
        _unfinished(report),
        element("nav", *links, aria_label="Parts of this report"),
    )


def written(when: str) -> str:
    """A moment in ISO 8601 for a person, "30 November 2026, 07:26"; as it is where it is none."""
    try:
        found = datetime.fromisoformat(when)
    except ValueError:
        return when
    zone = f" {found.tzname()}" if found.tzinfo else ""
    return f"{found.day} {found:%B %Y, %H:%M}{zone}"


def _unfinished(report: ComparisonReport) -> Html | None:
    if report.finished:
        return None
    wanted = report.dataset.faces * len(report.attributes) * len(report.methods)
    there = len(report.pictures)
    count = f" {there:,} of {wanted:,} edits are there." if wanted >= there > 0 else ""
    return element(
        "p",
        element("strong", "This run is not finished."),
        f"{count} The figures are of what there is; ",
        element("code", "--resume"),
        " goes on with it.",
        class_="notice",
        role="note",
    )


def _section(name: str, *content: Html | None) -> Html:
    return element("section", element("h2", dict(_SECTIONS)[name]), *content, id=name)


def _note(report: ComparisonReport) -> Html | None:
    if not report.figures:
        return None
    best = " Bold: the best of a column." if len(report.methods) > 1 else ""
    return element(
        "p",
        "The small numbers are bootstrap intervals over the faces: methods whose intervals overlap widely "
        f"are not told apart by this many faces.{best} Arrows say which way is better. "
        "A click on a column’s head sorts.",
        class_="aside",
    )


def _enlarged() -> Html:
    """The dialog that shows a picture in full, beside its input."""

    def frame(name: str) -> Html:
        return element(
            "figure",
            element("img", alt="", id=f"{name}-picture"),
            element("figcaption", id=f"{name}-name"),
            id=name,
        )

    buttons = [
        element("button", text, type="button", id=name, aria_label=label, autofocus=name == "close")
        for name, text, label in (
            ("previous", "←", "Previous picture"),
            ("next", "→", "Next picture"),
            ("close", "Close", "Close"),
        )
    ]
    return element(
        "dialog",
        element("div", element("h2", id="enlarged-title"), element("div", *buttons), class_="top"),
        element("div", frame("before"), frame("after"), class_="pair"),
        element("p", id="enlarged-values"),
        element("p", "← → the next picture · ↑ ↓ the next row · Esc closes", class_="aside"),
        id="enlarged",
        aria_labelledby="enlarged-title",
    )
