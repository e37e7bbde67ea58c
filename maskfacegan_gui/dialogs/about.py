"""The About dialog: credits, licences and terms of use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

import engine


def tr(text: str) -> str:
    return QCoreApplication.translate("about", text)


def show_text(parent: QWidget, title: str, text: str, markdown: bool = False) -> QDialog:
    """A text in a window of its own."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    view = QTextBrowser()
    view.setAccessibleName(title)
    (view.setMarkdown if markdown else view.setPlainText)(text)
    QVBoxLayout(dialog).addWidget(view)
    dialog.resize(680, 560)
    dialog.open()
    return dialog


def model_terms() -> str:
    """The terms of every pack that is on this computer."""
    packs = [(pack.title, pack.terms or tr("It states no terms.")) for pack in engine.list_packs()]
    return "\n\n".join(f"{title}\n\n{terms}" for title, terms in packs)


def show(parent: QWidget) -> QMessageBox:
    """Name, version and source of the method, and a button for each of its pages."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(tr("About"))
    box.setText(f"MaskFaceGAN Editor {engine.__version__}")
    box.setInformativeText(
        tr(
            "Edits attributes of a face in a photo by masked optimisation of a generator's latent code, "
            "after Pernuš, Štruc and Dobrišek, “High Resolution Face Editing with Masked GAN Latent "
            "Code Optimization” (IEEE TIP 2023)."
        )
    )
    use = engine.resource("pages", "responsible-use.md")
    notices = engine.resource("third-party-notices.txt")  # a packed application has them
    pages: list[tuple[str, Callable[[], str], bool]] = [
        (tr("Responsible use"), lambda: _read(use), True),
        (tr("Model terms"), model_terms, False),
    ]
    if notices.is_file():
        pages.append((tr("Third-party licences"), lambda: _read(notices), False))
    for title, text, markdown in pages:
        button = box.addButton(title, QMessageBox.ButtonRole.HelpRole)
        button.clicked.connect(
            lambda _checked=False, t=title, x=text, m=markdown: show_text(parent, t, x(), m)
        )
    box.addButton(QMessageBox.StandardButton.Close)
    box.open()
    return box


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8")
