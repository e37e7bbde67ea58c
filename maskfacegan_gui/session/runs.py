"""Optimisation runs, one at a time: start an edit of the chosen face, pause, stop, continue from a result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

import engine
from engine import AttributeEdit, BlendMode, EditRequest, Orientation, RunControl

from ..document.document import Document
from ..document.edit import Edit
from ..document.stored_result import StoredRequest, StoredResult, placed
from ..tasks import engine_tasks
from ..text import labels
from ..text.engine_sentences import translated
from ..text.messages import Failure, Level
from .edit_operations import EditOperations
from .notices import Notices
from .pack_loader import PackLoader
from .task_runner import TaskRunner

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there

log = logging.getLogger("maskfacegan.session")

PREVIEW_INTERVAL = 0.4  # seconds; at 0.2 showing them took a tenth of the run


@dataclass(frozen=True)
class Run:
    """A run that has begun. `mode` is how its result will be blended; `control` pauses and cancels it;
    `orientation` is the photo's in which the request's face lies."""

    request: EditRequest
    face_index: int
    title: str
    mode: BlendMode
    control: RunControl
    orientation: Orientation


class Runs(QObject):
    """Starts runs in the engine's lane; what comes out becomes the document's pending edit."""

    started = Signal()
    stepped = Signal(list)  # Steps
    ended = Signal()

    def __init__(
        self,
        document: Document,
        edits: EditOperations,
        notices: Notices,
        tasks: TaskRunner,
        packs: PackLoader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._edits = document, edits
        self._notices, self._tasks, self._packs = notices, tasks, packs
        self.editors = engine_tasks.Editors()
        self._prepared: ModelPack | None = None
        self._discard = False
        self.current: Run | None = None
        self.last_completed = True  # the last run was neither cancelled nor failed
        self.last_kept = False  # the last run has left a result
        document.photo_changed.connect(self.editors.forget)
        document.face_changed.connect(self._prepare)
        packs.changed.connect(self.editors.forget)

    @property
    def running(self) -> bool:
        return self.current is not None

    def refuse_if_running(self) -> bool:
        """Whether a run keeps something from being done now; tells the person so."""
        if self.running:
            self._notices.tell(self.tr("An edit is running."), self.tr("Wait for it, or cancel it first."))
        return self.running

    def _prepare(self) -> None:
        """The first face is there: what a first run would stop for is done while a person looks at it."""
        pack = self._packs.pack
        if self._document.face is not None and pack is not None and pack is not self._prepared:
            self._prepared = pack
            self._tasks.engine_lane.submit(lambda _report: engine.prepare_runs(pack))

    # --- commands

    def apply(
        self,
        attributes: tuple[AttributeEdit, ...],
        preset: str,
        seed: int,
        mode: BlendMode = "detail",
        go_on: bool = False,
        live: Mapping[str, float] | None = None,
    ) -> None:
        """Run an edit of the chosen face. Its result that was pending is replaced; with `go_on` the run
        starts from that result's latent code. `mode` is how the new one will be blended; `live` is where the
        sliders of attributes stand that the edit begins at."""
        state, pack, pending = self._document.face, self._packs.pack, self._document.pending
        if state is None or pack is None or self.running or not attributes:
            return
        of_this_face = pending is not None and pending.face_index == self._document.chosen
        earlier = pending.result if go_on and pending is not None and of_this_face else None
        request = EditRequest(
            face=state.crop,
            masks=state.request_masks(),
            attributes=attributes,
            preset=preset,
            seed=seed,
        )
        if earlier is not None:
            try:
                request = engine.continuing(request, earlier, pack)
            except engine.EngineError as error:  # it is another pack's
                self._notices.fail(Failure.of(error))
                return
        control, title = RunControl(PREVIEW_INTERVAL), labels.edit_title(attributes, state.scores)
        self.current = Run(
            request, int(self._document.chosen or 0), title, mode, control, self._document.orientation
        )
        self._discard = False
        self._tasks.engine_lane.submit(
            lambda report: engine_tasks.run_edit(
                request, pack, control, self.editors, earlier, report, mode, live or {}
            ),
            done=self._done,
            failed=self._failed,
            cancelled=self._done,
            report=self.stepped.emit,
            control=control,
        )
        self.started.emit()

    def pause(self, on: bool) -> None:
        if self.current is not None:
            if on:
                self.current.control.pause()
            else:
                self.current.control.resume()

    def cancel(self, keep: bool) -> None:
        """Stop before the next step; keep what there is, or discard it."""
        if self.current is not None:
            self._discard = not keep
            self.current.control.cancel()

    def discard_result(self) -> None:
        """The window closes: whatever a run still brings is not wanted."""
        self._discard = True

    # --- the end of a run

    def _done(self, stored: StoredResult | None) -> None:
        self.last_completed = stored is not None and not stored.frame.cancelled
        run, self.current = self.current, None
        self.last_kept = stored is not None and run is not None and not self._discard
        if stored is not None:
            log.info("a run ended after %d steps, %.1f s", stored.frame.steps_done, stored.frame.seconds)
        if stored is not None and run is not None and not self._discard:
            # The photo may have been turned since, by undo.
            face = self._document.since(run.orientation).face(placed(run.request.face))
            request = StoredRequest.of(run.request)
            self._edits.put(Edit(run.title, run.face_index, face, request, stored, mode=run.mode))
            for warning in stored.frame.warnings:
                self._notices.tell(translated(warning), level=Level.WARNING)
        self.ended.emit()

    def _failed(self, failure: Failure) -> None:
        self.last_completed = self.last_kept = False
        self.current = None
        self.ended.emit()
        self._notices.fail(failure)
