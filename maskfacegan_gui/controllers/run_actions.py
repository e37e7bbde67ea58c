"""Run and result commands: apply, queue, pause, strength, blend mode, edit again."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ..frame.layout import Parts
from ..session.edit_queue import Waiting
from ..session.session import Session
from ..settings.settings import Settings
from ..text import labels


class RunActions(QObject):
    """Takes what the panels ask for to the session and the queue, and shows there what came of it."""

    def __init__(self, session: Session, parts: Parts, settings: Settings) -> None:
        super().__init__(session)
        self._session, self._parts, self._settings = session, parts, settings
        self._connect_run()
        self._connect_edits()
        session.runs.stepped.connect(parts.run.step)
        session.document.edits_changed.connect(self.show_result)
        session.document.faces_changed.connect(self._show_pending)
        session.strengths.arrived.connect(self.show_result)

    def _connect_run(self) -> None:
        run, queue, session = self._parts.run, self._session.queue, self._session
        run.apply_clicked.connect(self.apply)
        run.pause_toggled.connect(session.runs.pause)
        run.cancelled.connect(session.runs.cancel)
        run.strength_changed.connect(self._strength)
        run.mode_chosen.connect(self._mode_chosen)
        run.commit_clicked.connect(session.edits.commit)
        run.discard_clicked.connect(session.edits.discard)
        run.preset.currentIndexChanged.connect(self._preset_chosen)
        run.queue_clicked.connect(self._enqueue)
        run.queue_go_on.clicked.connect(queue.go_on)
        run.queue_clear.clicked.connect(queue.clear)
        queue.changed.connect(lambda: run.show_queue([edit.title for edit in queue.waiting], queue.halted))

    def _connect_edits(self) -> None:
        edits, commands, document = self._parts.edits, self._session.edits, self._session.document
        edits.enabled_changed.connect(self._edit_enabled)
        edits.opacity_changed.connect(
            lambda i, v: commands.change(i, self.tr("Change the opacity"), "opacity", opacity=v)
        )
        edits.renamed.connect(lambda i, text: commands.change(i, self.tr("Rename an edit"), title=text))
        edits.moved.connect(lambda i, by: commands.move(i, document.find(i) + by))
        edits.reopened.connect(self._edit_again)
        edits.deleted.connect(commands.delete)

    # --- before a run

    def why_not(self) -> str:
        """Why an edit cannot be applied now; empty when it can."""
        session = self._session
        if session.runs.running:
            return self.tr("An edit is running.")
        if session.pack is None:
            return self.tr("The model pack is not loaded.")
        if session.document.face is None:
            return self.tr("Open a photo with a face first.")
        if not self._parts.attributes.edits():
            return self.tr("Tick an attribute first.")
        return ""

    def apply(self) -> None:
        if not self.why_not():
            run = self._parts.run
            self._session.runs.apply(
                self._parts.attributes.edits(),
                run.chosen_preset(),
                run.seed.value(),
                self._settings.get("blend_mode"),
                go_on=run.go_on.isChecked(),
                live=self._parts.attributes.live_starts(),
            )

    def _enqueue(self) -> None:
        run, edits = self._parts.run, self._parts.attributes.edits()
        mode = self._settings.get("blend_mode")
        self._session.queue.add(Waiting(edits, run.chosen_preset(), run.seed.value(), mode))

    def _preset_chosen(self) -> None:
        name = self._parts.run.chosen_preset()
        if name != "None":
            self._settings.set("preset", name)

    # --- the result

    def show_result(self) -> None:
        """The pending edit in the panel of runs, the committed ones in their list."""
        edits = self._session.document.edits
        self._parts.edits.show_edits(edits)
        self._parts.show_edit_count(len(edits))
        self._show_pending()

    def _show_pending(self) -> None:
        document, run = self._session.document, self._parts.run
        if document.pending is None:
            run.hide_result()
            return
        (pending,) = self._session.strengths.rendered([document.pending])
        figures = labels.figures(pending.showing.frame, pending.request.attributes)
        title = pending.title
        if pending.face_index != document.chosen:
            title = self.tr("{0}, of face {1}").format(title, pending.face_index + 1)
        run.show_result(title, figures, pending.strength, pending.mode)

    def _strength(self, value: float) -> None:
        self._session.edits.change_pending(self.tr("Change the strength"), "strength", strength=value)

    def _mode_chosen(self, mode: str) -> None:
        self._settings.set("blend_mode", mode)
        self._session.edits.change_pending(self.tr("Change the blending"), mode=mode)

    # --- the list

    def _edit_enabled(self, edit_id: str, on: bool) -> None:
        text = self.tr("Show an edit") if on else self.tr("Hide an edit")
        self._session.edits.change(edit_id, text, enabled=on)

    def _edit_again(self, edit_id: str) -> None:
        """The edit becomes the pending one, and its settings those of the panel."""
        self._session.edits.reopen(edit_id)
        pending, parts = self._session.document.pending, self._parts
        if pending is not None:
            parts.attributes.set_edits(pending.request.attributes)
            parts.run.choose_preset(pending.request.preset)
            parts.run.seed.setValue(pending.request.seed)
            parts.tabs.setCurrentWidget(parts.attributes)
