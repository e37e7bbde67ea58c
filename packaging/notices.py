"""Collect the licences of everything that is installed into one text: `python packaging/notices.py OUT`."""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

_OWN = "maskfacegan-editor"
_NAMES = ("licen", "copying", "notice", "authors")
_TOOLS = {"pip", "setuptools", "wheel", "pytest", "pytest-qt", "mypy", "ruff", "pyinstaller", "build"}


def notice(package: Distribution) -> str:
    """Name, version, licence and the licence files' text of one package."""
    data = package.metadata
    kinds = [
        text.split(" :: ")[-1] for text in data.get_all("Classifier") or [] if text.startswith("License")
    ]
    stated = data.get("License-Expression") or ", ".join(kinds) or (data.get("License") or "").split("\n")[0]
    lines = [f"{data['Name']} {package.version}", f"Licence: {stated or 'see below'}"]
    if data.get("Home-page"):
        lines.append(str(data["Home-page"]))
    for file in package.files or []:
        if file.name.lower().startswith(_NAMES) and file.suffix.lower() in ("", ".txt", ".md", ".rst"):
            path = Path(str(file.locate()))
            if path.is_file():
                lines += ["", path.read_text(encoding="utf-8", errors="replace").strip()]
    return "\n".join(lines)


def collect() -> str:
    """All packages, by name, with a rule between them."""
    found = {str(d.metadata["Name"]).lower(): d for d in distributions()}
    kept = [d for name, d in sorted(found.items()) if name != _OWN and name not in _TOOLS]
    rule = "\n\n" + "=" * 80 + "\n\n"
    return rule.join(notice(package) for package in kept) + "\n"


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(collect(), encoding="utf-8")
