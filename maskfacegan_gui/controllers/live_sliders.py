"""Binds the attributes' live sliders to the face that follows them, and shows that it is being learnt."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ..frame.layout import Parts
from ..session.session import Session
from ..settings.settings import Settings
from ..tasks.live_tasks import LiveView

_OF_LEARNING = ("learn_faces", "preset")


class LiveSliders(QObject):
    """Takes what the sliders say to the session, and what comes of it to the panel."""

    def __init__(self, session: Session, parts: Parts, settings: Settings) -> None:
        super().__init__(session)
        self._session, self._parts, self._settings = session, parts, settings
        live, panel = session.live, parts.attributes
        panel.live_moved.connect(self._moved)
        panel.live_let_go.connect(live.let_go)
        live.ready.connect(panel.set_live)
        live.drawn.connect(self._drawn)
        live.ended.connect(lambda _replaced: panel.show_live(None))
        session.learning.progressed.connect(parts.learning.show_share)
        settings.changed.connect(self._setting_changed)
        self._setting_changed("preset")
        self._setting_changed("blend_mode")

    def _moved(self, name: str, value: float) -> None:
        self._session.live.move(name, value)

    def _drawn(self, view: LiveView) -> None:
        self._parts.attributes.show_live(view.scores)

    def _setting_changed(self, key: str) -> None:
        if key in _OF_LEARNING:
            self._session.learning.set_enabled(
                self._settings.get("learn_faces"), self._settings.get("preset")
            )
        elif key == "blend_mode":
            self._session.live.set_mode(self._settings.get("blend_mode"))
