"""Translations: Qt's own texts, and the application's from resources/translations."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

import engine

CONTEXT = "editor"  # all our texts stand in one context; `packaging/translations.py` puts them there


class EditorTranslator(QTranslator):
    """Looks a text up by itself alone, whichever class asks."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        return super().translate(CONTEXT, source) or None


def install(app: QCoreApplication, locale: QLocale | None = None) -> list[QTranslator]:
    """Install what there is for a locale (default: the system's); the translators, for their removal.

    Numbers follow the language of the texts: they are English in a window that lacks the system's language.
    """
    locale = locale or QLocale.system()
    ours = EditorTranslator(app)
    installed = []
    for translator, name, folder in (
        (QTranslator(app), "qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (ours, CONTEXT, str(engine.resource("translations"))),
    ):
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)
            installed.append(translator)
    spoken = ours in installed or locale.language() == QLocale.Language.English
    QLocale.setDefault(locale if spoken else QLocale(QLocale.Language.English))
    return installed


def remove(app: QCoreApplication, translators: list[QTranslator]) -> None:
    for translator in translators:
        app.removeTranslator(translator)
        QObject.deleteLater(translator)
    QLocale.setDefault(QLocale.system())
