"""What this program is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

import engine


def show_page(parent: QWidget, title: str, page: Path) -> QDialog:
    """A text of resources/ in a window of its own."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    view = QTextBrowser()
    view.setAccessibleName(title)
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        view.setMarkdown(text)
    else:
        view.setPlainText(text)
    QVBoxLayout(dialog).addWidget(view)
    dialog.resize(680, 560)
    dialog.open()
    return dialog


def show(parent: QWidget) -> QMessageBox:
    """Name, version and source of the method."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(QCoreApplication.translate("about", "About"))
    box.setText(f"MaskFaceGAN Editor {engine.__version__}")
    box.setInformativeText(
        QCoreApplication.translate(
            "about",
            "Edits attributes of a face in a photo by masked optimisation of a generator's latent code, "
            "after Pernuš, Štruc and Dobrišek, “High Resolution Face Editing with Masked GAN Latent "
            "Code Optimization” (IEEE TIP 2023).",
        )
    )
    pages = (
        (QCoreApplication.translate("about", "Responsible use"), ("pages", "responsible-use.md")),
        (QCoreApplication.translate("about", "Third-party licences"), ("third-party-notices.txt",)),
    )
    for title, place in pages:
        page = engine.resource(*place)
        if page.is_file():
            button = box.addButton(title, QMessageBox.ButtonRole.HelpRole)
            button.clicked.connect(lambda _checked=False, p=page, t=title: show_page(parent, t, p))
    box.addButton(QMessageBox.StandardButton.Close)
    box.open()
    return box
