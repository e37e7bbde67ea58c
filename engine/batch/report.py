"""A page about a batch: what was done, how fast, and every photo. One file that loads nothing from
elsewhere."""

from __future__ import annotations

import base64
import io
from datetime import datetime
from html import escape
from pathlib import Path

from ..atomic_file import atomic_write
from ..attributes import attribute_title
from ..errors import EngineError
from . import ledger as ledgers
from .edit_file import BatchJob, job_of
from .inputs import shown
from .ledger import DONE, FAILED, Ledger, PhotoRow

_SIDE = 120
"""Px of a thumbnail's longer side."""

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
       color: #1c1e21; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d7dade }
td.n { text-align: right; font-variant-numeric: tabular-nums }
td.name { word-break: break-all }
.failed { color: #a11 } .muted { color: #666a70 }
img { display: block; max-width: 120px; max-height: 120px }
@media (prefers-color-scheme: dark) { body { color: #e4e6e9; background: #1b1d20 }
  th, td { border-color: #3a3d42 } .failed { color: #ff8a80 } .muted { color: #9a9fa6 } }
"""


def write_report(path: Path | str, outdir: Path | str, thumbnails: bool = False) -> Path:
    """Write the page about the batch in `outdir`. Without `thumbnails` it holds no picture of anybody. Raises
    `SaveError`, or `EngineError` where there is no batch."""
    path, outdir = Path(path), Path(outdir).absolute()
    if not (outdir / ledgers.NAME).is_file():
        raise EngineError(f"There is no batch in {outdir}.", path=outdir)
    ledger = Ledger(outdir / ledgers.NAME, read_only=True)
    try:
        page = _page(ledger, outdir, thumbnails)
    finally:
        ledger.close()
    with atomic_write(path) as file:
        file.write(page.encode("utf-8", "replace"))
    return path


def _page(ledger: Ledger, outdir: Path, thumbnails: bool) -> str:
    rows = list(ledger.photos())
    failed = [row for row in rows if row.state == FAILED]
    parts = [
        "<!DOCTYPE html><html lang='en'><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<title>Batch in {_text(outdir)}</title><style>{_STYLE}</style>",
        f"<h1>Batch in {_text(outdir)}</h1>",
        f"<p>{_text(_edit_words(job_of(ledger.meta('job'))))}</p>",
        f"<p>{_text(_figures(rows))}</p>",
    ]
    if failed:
        parts.append(f"<h2>Failed ({len(failed)})</h2>{_failures(failed)}")
    parts.append(f"<h2>Photos ({len(rows)})</h2>{_photos(rows, outdir, thumbnails)}")
    return "\n".join(parts) + "</html>\n"


def _edit_words(job: BatchJob) -> str:
    edit = job.edit
    attributes = []
    for one in edit.attributes:
        size = f", size {one.size:g}" if one.size else ""
        attributes.append(f"{attribute_title(one.name)} ({one.goal(edit.smoothing):.2f}{size})")
    rest = [f"preset {edit.preset or 'of the pack'}", f"seed {edit.seed}", f"faces: {job.faces}"]
    return f"{', '.join(attributes)}; {', '.join(rest)}; results as {job.format}."


def _figures(rows: list[PhotoRow]) -> str:
    done = [row for row in rows if row.state == DONE]
    words = [f"{sum(row.state == state for row in rows)} {state}" for state in ledgers.STATES]
    words = [word for word in words if not word.startswith("0 ")]
    took = sorted(row.seconds for row in done if row.seconds is not None)
    if took:
        words.append(f"median {took[len(took) // 2]:.1f} s a photo")
    ends = [row.ended for row in done if row.ended is not None]
    if ends:
        words.append(f"last one {datetime.fromtimestamp(max(ends)):%Y-%m-%d %H:%M}")
    return ", ".join(words) + "."


def _failures(failed: list[PhotoRow]) -> str:
    rows = "".join(
        f"<tr><td class='name'>{_text(row.source)}</td><td class='failed'>{_text(row.error)}</td>"
        f"<td class='muted'>{_text(row.hint)}</td></tr>"
        for row in failed
    )
    return f"<table><tr><th>Photo</th><th>Why</th><th>What to do</th></tr>{rows}</table>"


def _photos(rows: list[PhotoRow], outdir: Path, thumbnails: bool) -> str:
    pictures = "<th>Before</th><th>After</th>" if thumbnails else ""
    lines = []
    for row in rows:
        cells = [f"<td class='name'>{_text(row.source)}</td>"]
        if thumbnails:
            after = outdir / row.output if row.state == DONE else None
            cells += [f"<td>{_thumbnail(path)}</td>" for path in (row.source, after)]
        took = "" if row.seconds is None else f"{row.seconds:.1f}"
        cells.append(f"<td class='{row.state}'>{row.state}</td><td class='n'>{took}</td>")
        cells.append(f"<td>{_text(_what(row))}</td><td class='name muted'>{_text(row.output)}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    heads = "<th>State</th><th>Seconds</th><th>Faces</th><th>Result</th>"
    return f"<table><tr><th>Photo</th>{pictures}{heads}</tr>{''.join(lines)}</table>"


def _what(row: PhotoRow) -> str:
    """Probabilities before and after of each face, and notes."""
    words = []
    for face in row.record.get("faces", []):
        scores = [f"{name} {a:.2f} → {b:.2f}" for name, (a, b) in face["probabilities"].items()]
        words.append(f"face {face['face']}: {', '.join(scores)}")
    return "; ".join([*words, *row.record.get("notes", [])])


def _thumbnail(path: Path | None) -> str:
    """A small picture inside the page; nothing where it cannot be had."""
    if path is None:
        return ""
    from PIL import Image

    from ..photo.api import thumbnail

    try:
        small = Image.fromarray(thumbnail(path, _SIDE))
    except EngineError:
        return ""
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return f"<img alt='' src='data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}'>"


def _text(value: object) -> str:
    return escape(shown(str(value)))
