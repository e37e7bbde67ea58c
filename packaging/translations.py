"""Brings resources/translations up to date: `python packaging/translations.py`.

Collects every text that the window shows from its sources, and the engine's sentences that it passes on,
keeps what is translated already in the .ts files (Qt Linguist opens them), and compiles them to .qm with
pyside6-lrelease. Texts are looked up by themselves alone, so all are in one context.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "maskfacegan_gui"
TARGET = ROOT / "resources" / "translations"
CONTEXT = "editor"
FIRST = {"_later", "tr", "t", "_tr", "text", "say", "translated"}  # their first argument is the text
SECOND = {"QT_TRANSLATE_NOOP", "translate", "Attribute"}  # their second is

ENGINE = ROOT / "engine"
TITLES = ENGINE / "attributes.py"  # its rows, Attribute(name, title, ...), are shown too
OTHERWISE = {"commands", "evaluate", "cluster.py", "cluster_actor.py", "simulate.py", "report.py"}
"""What only the command line says."""
ALSO = {"figure_rows.py", "saved_report.py"}
"""Of these, what the window says too."""
PROJECTS = ("project/file.py", "project/records.py")  # what the window says as the engine does
CATALOGUE = TARGET / "sentences.json"
_SENTENCE = re.compile(r"[A-Z'{][^\n<>]* [^\n<>]*(\.|\. \{1\})")
_NOT_SHOWN = re.compile(r"%s|^[{}\d:. ]*$|Edit face photos with")  # of the log, no words, of the command line
REASONS = {"TransferError"}  # half a sentence each, put into one
TABLES = {"PhotoFormat": ("purpose",), "ComparisonFigure": ("title", "note")}
"""Rows, and which of their values are for a person."""


def texts() -> list[str]:
    """All texts in the order in which they are met."""
    found: dict[str, None] = {}
    for path in [*sorted(SOURCES.rglob("*.py")), TITLES]:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            place = 0 if name in FIRST else 1 if name in SECOND else None
            if place is None or len(node.args) <= place:
                continue
            argument = node.args[place]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
                found[argument.value] = None
    return list(found)


def sentences() -> list[str]:
    """The engine's sentences for a person; what is put into them is {0}, {1}, ... (text/engine_sentences.py).

    And the few words that its tables say in the window.
    """
    found: dict[str, None] = {}
    files = [
        path for path in sorted(ENGINE.rglob("*.py")) if path.name in ALSO or not OTHERWISE & set(path.parts)
    ]
    for path in [*files, *(SOURCES / name for name in PROJECTS)]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        inner = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REASONS and node.args:
                reason = _template(node.args[0])
                if " " in reason:
                    found[reason] = None
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                if keyword.arg in TABLES.get(getattr(node.func, "id", ""), ()):
                    found[_template(keyword.value)] = None
            text = "" if id(node) in described | inner else _template(node)
            if _SENTENCE.fullmatch(text) and not _NOT_SHOWN.search(text):
                found[text] = None
    return sorted(found)


def _template(node: ast.AST) -> str:
    """A string with numbered places for what is put into it; empty for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, places = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{places}}}")
            places += 1
    return "".join(parts)


def known(path: Path) -> dict[str, str]:
    """What a .ts file translates already."""
    if not path.is_file():
        return {}
    pairs = {}
    for message in ET.parse(path).iter("message"):
        source, translation = message.findtext("source"), message.findtext("translation")
        if source and translation:
            pairs[source] = translation
    return pairs


def write(path: Path, language: str, sources: list[str], translations: dict[str, str]) -> int:
    """Write a .ts file; how many texts it does not translate."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for source in sources:
        message = ET.SubElement(context, "message")
        ET.SubElement(message, "source").text = source
        translation = ET.SubElement(message, "translation")
        if source in translations:
            translation.text = translations[source]
        else:
            translation.set("type", "unfinished")
    ET.indent(root, " ")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    path.write_text(head + ET.tostring(root, "unicode") + "\n", encoding="utf-8")
    return sum(source not in translations for source in sources)


def main() -> int:
    TARGET.mkdir(exist_ok=True)
    said = sentences()
    CATALOGUE.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sources = list(dict.fromkeys([*texts(), *said]))
    release = Path(sysconfig.get_path("scripts")) / "pyside6-lrelease"
    for path in sorted(TARGET.glob("editor_*.ts")):
        missing = write(path, path.stem.split("_", 1)[1], sources, known(path))
        print(f"{path.name}: {len(sources)} texts, {missing} not translated")
        subprocess.run([str(release), "-silent", str(path), "-qm", str(path.with_suffix(".qm"))], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
