"""The window in another language, and the files that hold it."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import translation
from maskfacegan_gui.text import engine_sentences, labels, number_format

from .conftest import settle

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
    assert labels.preset("paper") == "Wie veröffentlicht"


def test_numbers_are_written_as_the_language_does(german: list[QTranslator], qapp: QApplication) -> None:
    assert (number_format.whole(1015), number_format.decimal(3.46), number_format.brief(0.0123)) == (
        "1.015",
        "3,5",
        "0,0123",
    )
    translation.remove(qapp, german)
    german[:] = translation.install(qapp, QLocale("fr_FR"))  # no texts in French: English, numbers too
    assert (number_format.whole(1015), number_format.decimal(3.46)) == ("1,015", "3.5")


def test_the_curves_and_shares_are_written_so_too(german: list[QTranslator], with_face: MainWindow) -> None:
    shares = [row.share.text() for row in with_face.parts.regions.rows.values()]
    assert all(re.fullmatch(r"\d+,\d %", share) for share in shares), shares


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


def test_every_attribute_has_its_title_in_every_language(tool: ModuleType, german: list[QTranslator]) -> None:
    titles = [engine.attribute_title(name) for name in engine.ATTRIBUTES]
    assert len(set(titles)) == len(titles) and set(titles) <= set(tool.texts())
    for path in sorted(engine.resource("translations").glob("*.ts")):
        assert [title for title in titles if title not in tool.known(path)] == []
    assert labels.attribute("5_o_clock_shadow") == "Bartstoppeln"
    assert labels.attribute("of_a_later_version") == "Of a later version"


def test_placeholders_and_mnemonics_are_kept(tool: ModuleType) -> None:
    for path in sorted(engine.resource("translations").glob("*.ts")):
        for source, text in tool.known(path).items():
            assert sorted(re.findall(r"{[^}]*}", source)) == sorted(re.findall(r"{[^}]*}", text)), source
            assert source.count("&") == text.count("&"), source


def test_every_sentence_of_the_engine_is_translated(tool: ModuleType) -> None:
    """The catalogue is that of the sources. Otherwise: make translations, and translate what it names."""
    said = tool.sentences()
    assert len(said) > 200
    assert json.loads(tool.CATALOGUE.read_text(encoding="utf-8")) == said
    for path in sorted(engine.resource("translations").glob("*.ts")):
        assert [text for text in said if text not in tool.known(path)] == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("No attribute was chosen.", "Es wurde kein Attribut gewählt."),
        ("There is no file a b.png.", "Es gibt keine Datei a b.png."),
        ("x.png has 9 x 8 px, more than the 7 million pixels that can be opened.",
         "x.png hat 9 x 8 px, mehr als die 7 Millionen Pixel, die geöffnet werden können."),
        ("The model file g.pt cannot be used. The generator's weights claim impossible sizes.",
         "Die Modelldatei g.pt kann nicht verwendet werden. Die Gewichte des Generators behaupten unmögliche "
         "Größen."),
        ("'p' could not be downloaded (it answers with status 404).",
         "'p' konnte nicht heruntergeladen werden (Antwort mit Status 404)."),
        ("A sentence of nobody's.", "A sentence of nobody's."),
        ("", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_translated_with_what_is_in_it(
    german: list[QTranslator], sentence: str, expected: str
) -> None:
    assert engine_sentences.translated(sentence) == expected


def test_without_a_translation_sentences_stay(qapp: QApplication) -> None:
    assert engine_sentences.translated("There is no file {0}.") == "There is no file {0}."


def test_what_the_engine_says_is_shown_in_german(
    german: list[QTranslator], window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "leer.png").write_bytes(b"")
    window.files.open_now(tmp_path / "leer.png")
    settle(window, qtbot)
    assert window.parts.message.text.text() == "leer.png ist leer."
    assert window.parts.message.hint.text().startswith("Kopieren oder laden")
