"""The window in another language, and the files that hold it."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

import engine
from maskfacegan_gui import translation, wording
from maskfacegan_gui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def german(qapp: QApplication) -> Iterator[list[QTranslator]]:
    translators = translation.install(qapp, QLocale("de_DE"))
    yield translators
    translation.remove(qapp, translators)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_menus_panels_and_names_are_translated(german: list[QTranslator], window: MainWindow) -> None:
    assert window.menuBar().actions()[0].text() == "&Datei"
    assert window.commands.undo.text() == "&Rückgängig"
    assert window.parts.run.apply_button.text() == "Anwenden"
    assert window.parts.welcome.open_button.text() == "Ein Foto öffnen …"
    assert window.parts.attributes.rows["smiling"].box.text() == "Lächeln"
    assert wording.preset("paper") == "Wie veröffentlicht"


def test_what_is_not_known_stays(german: list[QTranslator], qapp: QApplication) -> None:
    assert qapp.translate("anything", "A text of nobody's") == "A text of nobody's"


def test_another_language_leaves_the_window_as_it_is(qapp: QApplication) -> None:
    translators = translation.install(qapp, QLocale("ja_JP"))
    try:
        assert qapp.translate("Actions", "&File") == "&File"
    finally:
        translation.remove(qapp, translators)


def test_the_files_hold_the_texts_of_the_sources(tool: ModuleType) -> None:
    """All but a few that are new. Otherwise: make translations, and translate what it names."""
    texts = tool.texts()
    assert len(texts) > 300
    for path in sorted(engine.resource("translations").glob("*.ts")):
        known = tool.known(path)
        missing = [text for text in texts if text not in known]
        assert len(missing) < 0.05 * len(texts), missing
        compiled = QTranslator()
        assert compiled.load(str(path.with_suffix(".qm")))
        assert all(compiled.translate(tool.CONTEXT, text) == known[text] for text in texts if text in known)


def test_placeholders_and_mnemonics_are_kept(tool: ModuleType) -> None:
    for path in sorted(engine.resource("translations").glob("*.ts")):
        for source, text in tool.known(path).items():
            assert sorted(re.findall(r"{[^}]*}", source)) == sorted(re.findall(r"{[^}]*}", text)), source
            assert source.count("&") == text.count("&"), source
