"""The page of a comparison, and the reader of its report."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import engine
from engine.evaluate.comparison.charts import scale_of
from engine.evaluate.comparison.figure_rows import COMPARISON_FIGURES
from engine.evaluate.comparison.page import write_page
from engine.evaluate.comparison.saved_report import as_report

from . import reports

VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """The elements of a page, each with its attributes and the text within; nesting is checked."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.feed(path.read_text(encoding="utf-8"))
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {attrs}"
        texts: list[str] = []
        self.elements.append((tag, dict(attrs), texts))
        if tag not in VOID:
            self.open.append((tag, texts))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, texts in self.open:
            texts.append(data)

    def all(self, tag: str, **wanted: str) -> list[tuple[dict[str, str | None], str]]:
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in wanted.items()}
        return [
            (attributes, "".join(texts))
            for name, attributes, texts in self.elements
            if name == tag and wanted.items() <= attributes.items()
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("comparison")


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    """The page of a report with pictures, a failed edit, and names that want to be elements."""
    return Page(write_page(reports.with_pictures(folder), folder))


def written(report: dict[str, Any], folder: Path) -> tuple[Page, str]:
    path = write_page(report, folder)
    return Page(path), path.read_text(encoding="utf-8")


def test_names_are_read_and_never_run(page: Page) -> None:
    """The one script is ours, and the page's policy lets no other run, wherever it came from."""
    (_, script), *others = page.all("script")
    assert others == []
    assert hashlib.sha256(script.encode()).digest() == base64.b64decode(policy(page)["script-src"][0][8:-1])
    assert [text for _, text in page.all("th", scope="row") if text == reports.HOSTILE]
    assert page.all("li", data_face=reports.HOSTILE)
    assert not [name for _, attributes, _ in page.elements for name in attributes if name.startswith("on")]


def policy(page: Page) -> dict[str, list[str]]:
    ((meta, _),) = page.all("meta", http_equiv="Content-Security-Policy")
    return {words[0]: words[1:] for words in (part.split() for part in str(meta["content"]).split("; "))}


def test_nothing_is_loaded_from_anywhere(page: Page, folder: Path) -> None:
    """All addresses are parts of the page, places in it, or files beside it that are there."""
    assert policy(page)["default-src"] == ["'none'"]
    addresses = [
        str(attributes[name])
        for _, attributes, _ in page.elements
        for name in ("src", "href", "srcset", "action", "poster", "data")
        if name in attributes
    ]
    assert len([a for a in addresses if a.startswith("data:image/webp;base64,")]) == 5
    assert [a for a in addresses if not a.startswith(("data:image/", "#"))] == []
    ((_, style),) = page.all("style")
    assert "url(" not in style and "@import" not in style
    full = [str(a["data-full"]) for a, _ in page.all("button") if "data-full" in a]
    assert "pictures/0%20maskfacegan%23.png" in full and not [a for a in full if ":" in a or a[0] in "/."]
    identities = [a["id"] for _, a, _ in page.elements if "id" in a]
    assert len(identities) == len(set(identities))
    assert {a[1:] for a in addresses if a[0] == "#"} <= set(identities)


def test_a_path_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    report = reports.with_pictures(tmp_path)
    for picture, path in zip(
        report["pictures"],
        ["../pictures/0.png", str(tmp_path / "pictures" / "0.png"), "https://example.org/x.png", ""],
        strict=True,
    ):
        picture |= {"input": path, "result": path}
    page, _ = written(report, tmp_path / "out")
    assert page.all("img", id="after-picture") and len(page.all("img")) == 2  # those of the dialog
    assert len(page.all("div", class_="none")) == 6


def test_tables_can_be_sorted(page: Page) -> None:
    """Heads are buttons, columns know which way is better, cells their number."""
    heads = [(a, text) for a, text in page.all("th", scope="col") if "aria-sort" in a]
    assert {a["aria-sort"] for a, _ in heads} == {"none"}
    first = {text: a["data-first"] for a, text in heads}
    assert first["Identity↑"] == "descending" and first["Entanglement↓"] == first["Time↓"] == "ascending"
    assert len(page.all("button", type="button", title="Seconds for an edit; lower is better")) == 1
    assert [text for a, text in page.all("td", data_value="0.2")] == ["0.200.15 to 0.25"]
    best = [text for _, text in page.all("strong", title="the best here")]
    assert best == ["0.20", "0.900", "0.10", "0.920", "100\u00a0%"]
    assert [text for a, text in page.all("td", class_="number") if "data-value" not in a] != []
    assert all("not measured" in text for a, text in page.all("td", class_="number") if "data-value" not in a)


def test_intervals_are_drawn_from_their_values(page: Page, tmp_path: Path) -> None:
    figure = next(f for f in COMPARISON_FIGURES if f.name == "entanglement")
    scale = scale_of(figure, as_report(reports.report(), tmp_path / "report.json"))
    assert (scale.low, scale.high) == (0, 0.9) and scale.ticks == pytest.approx((0, 0.25, 0.5, 0.75))
    chart = chart_of(page, "entanglement")
    bars = [float(str(a["width"])[:-1]) for name, a, _ in chart if name == "rect"]
    assert bars == pytest.approx([100 * v / 0.9 for v in (0.2, 0.8, 0.1, 0.6)], abs=0.01)
    lines = [a for name, a, _ in chart if name == "line" and "class" not in a]
    across = {(a["x1"], a["x2"]) for a in lines if a["y1"] == a["y2"]}
    wanted = [(0.15, 0.25), (0.7, 0.9), (0.05, 0.2), (0.5, 0.8)]
    assert across == {(f"{100 * low / 0.9:.2f}%", f"{100 * high / 0.9:.2f}%") for low, high in wanted}
    assert "Lower is better" in "".join(
        text for name, _, texts in chart if name == "figcaption" for text in texts
    )


def chart_of(page: Page, figure: str) -> list[tuple[str, dict[str, str | None], list[str]]]:
    start = next(n for n, (_, a, _) in enumerate(page.elements) if a.get("id") == f"chart-{figure}")
    rest = page.elements[start + 1 :]
    return rest[: next(n for n, (name, a, _) in enumerate(rest) if name in ("figure", "section"))]


def test_the_worst_comes_first_and_a_failure_is_told(page: Page) -> None:
    cases = page.all("li", class_="case")
    assert [a["data-face"] for a, _ in cases] == [reports.HOSTILE, "a"]
    assert (
        "No nose was found." in cases[0][1] and "✗ not reached" in cases[0][1] and "✓ reached" in cases[1][1]
    )
    worst = [a["data-worst"] for a, _ in page.all("figure", class_="result")]
    assert worst == ["1.0000", "0.8000", "0.1000", "0.7000"]
    sizes = [(a["width"], a["height"]) for a, _ in page.all("img") if "width" in a]
    assert sizes == [("40", "40"), ("256", "171"), ("40", "40"), ("256", "171"), ("256", "171")]
    assert all(a.get("alt") for a, _ in page.all("img", loading="lazy"))


@pytest.mark.parametrize("methods", [0, 1])
def test_an_empty_report_is_a_page(tmp_path: Path, methods: int) -> None:
    report = reports.report()
    report |= {"figures": [], "pictures": [], "attributes": [], "methods": report["methods"][:methods]}
    report["dataset"]["left_out"] = []
    page, _ = written(report, tmp_path)
    assert len(page.all("p", class_="empty")) == 4 and len(page.all("h2")) == 6
    assert [text for _, text in page.all("p") if text == "None: every file was measured."]


def test_a_run_that_was_not_finished_says_so(tmp_path: Path, page: Page) -> None:
    report = reports.with_pictures(tmp_path)
    report["finished"] = False
    report["pictures"].pop()
    stopped, _ = written(report, tmp_path)
    ((_, notice),) = stopped.all("p", role="note")
    assert "not finished" in notice and "3 of 4 edits" in notice and page.all("p", role="note") == []


def test_numbers_that_are_none(tmp_path: Path) -> None:
    """Pictures alike have no noise to measure, and a method may have failed throughout."""
    report = reports.report()
    report["figures"][0] |= {"psnr_outside": {"value": float("inf"), "low": 40.0, "high": float("inf")}}
    report["figures"][1] |= {"entanglement": {"value": float("nan"), "low": None, "high": None}}
    page, text = written(report, tmp_path)
    assert "∞" in text and not re.search(r'"[^"]*\bnan\b[^"]*"', text) and "inf%" not in text
    assert page.all("td", data_value="inf")


def test_the_report_is_read_as_values(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**reports.report(), "of_a_later_version": 1}), encoding="utf-8")
    report = engine.read_report(path)
    assert report.page is None and report.finished and report.pack.resolution == 256
    found = report.of("maskfacegan", "smiling")
    assert found.entanglement == engine.Estimate(0.1, 0.05, 0.2) == found.figure("entanglement")
    assert found.kernel_distance == engine.Estimate(0.0123) and found.figure("psnr_outside") is None
    assert report.of("interfacegan").faces == 2 and report.of("nobody") is None
    write_page(reports.report(), tmp_path)
    assert engine.read_report(path).page == tmp_path / "report.html"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "report.json is no report of a comparison."),
        (b"\xff\xfe\x00", "report.json is no report of a comparison."),
        (b"[" * 100_000, "report.json is no report of a comparison."),
        (b'{"format": 1, "edits": []}', "report.json is no report of a comparison."),
        (b'{"format": "1", "methods": []}', "report.json is no report of a comparison."),
        (b'{"format": 2, "methods": []}', "report.json was written by a newer version of this program."),
        (b'{"format": 1, "methods": 3, "attributes": [], "figures": []}', "report.json is damaged: "),
        (b'{"format": 1, "methods": [], "attributes": [], "figures": [3]}', "report.json is damaged: "),
        (
            b'{"format": 1, "methods": [], "attributes": [], "figures": [], "finished": "\\ud800"}',
            "report.json is damaged: ",
        ),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(engine.EngineError) as caught:
        engine.read_report(path)
    assert caught.value.message.startswith(sentence) and caught.value.hint
    path.unlink()
    with pytest.raises(engine.EngineError, match="could not be read"):
        engine.read_report(path)
