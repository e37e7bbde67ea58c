"""What a long session keeps: resident memory after 100 strokes, and after 20 committed edits."""

from __future__ import annotations

import gc
from pathlib import Path

from .bench import Row, face_photo, open_face, opened, settle, short_pack
from .brush import strokes

STROKES, EDITS = 100, 20
NAMES = ("smiling", "black_hair", "big_nose", "pale_skin")


def resident() -> float:
    """MiB of this process in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def measure(folder: Path) -> list[Row]:
    with opened(str(short_pack(folder, 24, 4))) as window:
        open_face(window, face_photo(folder, 1024))
        window.commands.brush.setChecked(True)
        window.mask_tools.editor.set_brush(radius=40)
        strokes(window)
        start = resident()
        for _ in range(STROKES):
            strokes(window)
        painted = resident()
        window.commands.hand.setChecked(True)
        supported = [name for name in NAMES if name in window.session.pack.supported]
        for count in range(EDITS):
            window.parts.attributes.clear()
            window.parts.attributes.rows[supported[count % len(supported)]].box.setChecked(True)
            window.runs.apply()
            settle(window)
            window.session.edits.commit()
            settle(window)
        edited = resident()
    return [
        Row("memory with a 1024 px photo open", start, "MiB"),
        Row(f"memory that {STROKES} strokes added", painted - start, "MiB"),
        Row(f"memory that {EDITS} edits added", edited - painted, "MiB"),
    ]
