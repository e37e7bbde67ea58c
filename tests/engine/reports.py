"""Reports of comparisons for tests: report.json's content, and pictures of one colour for it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from PIL import Image

HOSTILE = '<script>alert("x")</script>&\'.jpg'
"""A file's name that must be read and never run."""

_ESTIMATES = {
    ("maskfacegan", "all"): {
        "entanglement": (0.2, 0.15, 0.25),
        "identity": (0.9, 0.85, 0.95),
        "seconds": (40, 35, 45),
    },
    ("maskfacegan", "smiling"): {
        "entanglement": (0.1, 0.05, 0.2),
        "identity": (0.92, 0.9, 0.94),
        "reached": (0.75, 0.5, 1),
    },
    ("interfacegan", "all"): {
        "entanglement": (0.8, 0.7, 0.9),
        "identity": (0.5, 0.4, 0.6),
    },
    ("interfacegan", "smiling"): {
        "entanglement": (0.6, 0.5, 0.8),
        "identity": (0.55, 0.5, 0.6),
        "reached": (1, 1, 1),
    },
}

_REPORT: dict[str, Any] = {
    "format": 1,
    "program": "0.1.0",
    "when": "2026-03-01T12:30:00+00:00",
    "command": "maskfacegan evaluate --data ~/faces --methods maskfacegan interfacegan --out ~/out",
    "pack": {"name": "starter", "title": "Starter pack", "resolution": 256},
    "device": "cpu",
    "presets": ["fast"],
    "dataset": {
        "kind": "folder",
        "folder": "~/faces",
        "faces": 2,
        "left_out": [{"file": HOSTILE, "why": "No face was found."}],
    },
    "methods": [
        {"name": "maskfacegan", "title": "MaskFaceGAN", "how": "The preset fast.", "missing": []},
        {"name": "interfacegan", "title": "InterFaceGAN", "how": "Along a boundary.", "missing": ["b"]},
    ],
    "attributes": [{"name": "smiling", "title": "Smiling", "local": True, "target": 1}],
    "judges": {
        "attributes": "A second classifier.",
        "identity": "An embedding; its terms: https://example.org",
    },
    "figures": [
        {
            "method": method,
            "attribute": attribute,
            "faces": 2,
            "memory_mb": 1200.5 if method == "maskfacegan" else None,
            "kernel_distance": 0.0123 if attribute == "smiling" else None,
            **{
                name: dict(zip(("value", "low", "high"), found, strict=True))
                for name, found in figures.items()
            },
        }
        for (method, attribute), figures in _ESTIMATES.items()
    ],
    "pictures": [],
    "finished": True,
}


def report() -> dict[str, Any]:
    """One attribute, two methods, no pictures."""
    return copy.deepcopy(_REPORT)


def with_pictures(folder: Path) -> dict[str, Any]:
    """Two faces, one of a hostile name: four edits, of which one failed and one reached nothing."""
    (folder / "pictures").mkdir()
    found = report()
    for number, face in enumerate(("a", HOSTILE)):
        source = f"pictures/{number}.png"
        Image.new("RGB", (40, 40), (200, 100 * number, 0)).save(folder / source)
        for method, worst in (("maskfacegan", 0.1 + 0.2 * number), ("interfacegan", 0.7 + 0.1 * number)):
            failed = method == "maskfacegan" and number == 1
            result = f"pictures/{number} {method}#.png"
            if not failed:
                Image.new("RGB", (300, 200), (0, 90, 200)).save(folder / result)
            found["pictures"].append(
                {
                    "face": face,
                    "attribute": "smiling",
                    "method": method,
                    "reached": None if failed else number == 0,
                    "identity": None if failed else 0.875,
                    "worst": 1.0 if failed else worst,
                    "input": source,
                    "result": None if failed else result,
                    "error": "No nose was found." if failed else None,
                }
            )
    return found
