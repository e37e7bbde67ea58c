"""What a report's page says of the run: the facts at its head, and how each method was run at its end."""

from __future__ import annotations

from collections.abc import Sequence

from .markup import Html, element
from .saved_report import ComparedMethod, ComparisonReport
from .tables import title_of

_LAYOUTS = {
    "celebahq": "CelebA-HQ",
    "helen": "Helen",
    "siblingsdb": "SiblingsDB-HQf",
    "folder": "a folder of photos",
}
_JUDGES = {"attributes": "Attributes", "identity": "Identity", "kernel": "Kernel distance"}
_FEW = 12  # of names that are shown without being asked for


def facts(report: ComparisonReport, when: str) -> Html:
    """Pack, faces, device, program and time."""
    pack, data = report.pack, report.dataset
    drawn = pack.title or pack.name
    size = f", {pack.resolution}\u00a0px" if pack.resolution else ""
    kinds = ", ".join(_LAYOUTS.get(kind, kind) for kind in data.kind.split(", "))
    faces = f"{data.faces:,} of {kinds}"
    left_out = f", {len(data.left_out)} files left out" if data.left_out else ""
    rows = [
        ("Model pack", drawn + size if drawn else ""),
        ("Faces", faces + left_out),
        ("Preset", ", ".join(report.presets)),
        ("Device", report.device),
        (
            "Program",
            f"MaskFaceGAN Editor {report.program}" if report.program[:1].isdigit() else report.program,
        ),
        ("Written", when),
    ]
    return element(
        "dl",
        *[element("div", element("dt", name), element("dd", text)) for name, text in rows if text],
        class_="facts",
    )


def how_it_was_run(report: ComparisonReport) -> Html:
    """The command, each method, the judges, and what was left out."""
    parts: list[Html] = []
    if report.command:
        parts += [element("h3", "Command"), element("pre", element("code", report.command), tabindex=0)]
    if report.dataset.folder:
        parts.append(element("p", "Faces from ", element("code", report.dataset.folder), "."))
    if report.methods:
        methods = [_method(number, method) for number, method in enumerate(report.methods)]
        parts += [element("h3", "Methods"), element("dl", *methods, class_="how")]
    if report.judges:
        judges = [
            element("div", element("dt", _JUDGES.get(name, name.capitalize())), element("dd", text))
            for name, text in report.judges.items()
        ]
        parts += [element("h3", "Judges, and their terms"), element("dl", *judges, class_="how")]
    parts += [element("h3", "Files left out"), _left_out(report)]
    return element("div", *parts)


def _method(number: int, method: ComparedMethod) -> Html:
    key = element("span", class_=f"key m{number % 8}", aria_hidden="true")
    code = element("code", method.name)
    head = [key, title_of(method), " ", code] if method.title and method.title != method.name else [key, code]
    missing = _names(f"Pictures missing: {len(method.missing)}", method.missing) if method.missing else None
    how = element("p", method.how or "How it was run was not written down.")
    return element("div", element("dt", *head), element("dd", how, missing))


def _names(title: str, names: Sequence[str]) -> Html:
    items = [element("li", name) for name in names]
    return element(
        "details", element("summary", title), element("ul", *items, class_="missing"), open=len(names) <= _FEW
    )


def _left_out(report: ComparisonReport) -> Html:
    files = report.dataset.left_out
    if not files:
        return element("p", "None: every file was measured.")
    rows = [
        element("tr", element("th", one.file, scope="row"), element("td", one.why or "–")) for one in files
    ]
    head = element("tr", element("th", "File", scope="col"), element("th", "Why", scope="col"))
    table = element("table", element("thead", head), element("tbody", *rows), class_="files")
    title = f"{len(files):,} {'file' if len(files) == 1 else 'files'}"
    return element("details", element("summary", title), table, open=len(files) <= _FEW)
