"""What this program is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

import engine


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
    box.open()
    return box
