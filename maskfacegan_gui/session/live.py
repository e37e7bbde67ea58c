"""The face that follows sliders: where they stand, and the picture of it, the latest value first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine import BlendMode, RegionMasks

from ..document.document import Document
from ..document.face_state import FaceState
from ..tasks import live_tasks
from ..tasks.live_tasks import LiveSubject, LiveView
from ..text.messages import Failure
from .notices import Notices
from .pack_loader import PackLoader
from .runs import Runs
from .task_runner import TaskRunner

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there


class Live(QObject):
    """Draws in the engine's lane, one picture at a time; values that come meanwhile are not drawn but for the
    last. A small picture follows a slider that moves; when it is let go, one that is drawn in full takes its
    place. Nothing of this is an edit, and no step of undo."""

    ready = Signal(object)  # names of the attributes that can be moved, by now
    drawn = Signal(object)  # a LiveView
    ended = Signal(bool)  # nothing is moved any more; whether a result is about to take its place
    idle_changed = Signal()

    def __init__(
        self,
        document: Document,
        notices: Notices,
        tasks: TaskRunner,
        packs: PackLoader,
        runs: Runs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._notices, self._tasks = document, notices, tasks
        self._packs, self._runs = packs, runs
        self._mode: BlendMode = "detail"
        self.values: dict[str, float] = {}
        self.attributes: tuple[str, ...] = ()
        self.moving = False
        self._state: FaceState | None = None
        self._pack: ModelPack | None = None
        self._masks: RegionMasks | None = None
        self._task = 0
        self._shown: tuple[dict[str, float], bool] | None = None
        document.face_changed.connect(self._face_changed)
        document.masks_changed.connect(self._masks_changed)
        packs.changed.connect(self._face_changed)
        runs.ended.connect(self._run_ended)

    # --- what a person does

    def move(self, name: str, value: float) -> None:
        """A slider stands at `value`, -1..1, and is being moved."""
        self.moving = True
        self._put(name, value)

    def let_go(self) -> None:
        """No slider is being moved any more: the picture is drawn in full."""
        self.moving = False
        self._draw()
        self.idle_changed.emit()

    def put_back(self) -> None:
        """All sliders are where they were before."""
        had, self.values, self.moving = bool(self.values), {}, False
        if had:
            self._draw()

    def set_mode(self, mode: BlendMode) -> None:
        """How the next edit will be blended."""
        self._mode, self._shown = mode, None
        self._draw()

    @property
    def active(self) -> bool:
        """Whether the face is shown otherwise than the document has it."""
        return bool(self.values)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for a picture, or will in a moment."""
        return self.moving or bool(self._task)

    def _put(self, name: str, value: float) -> None:
        if value:
            self.values[name] = value
        else:
            self.values.pop(name, None)
        self._draw()

    # --- the face

    def _face_changed(self) -> None:
        """Another face, or pack: its sliders stand at nothing, and wait until it is ready."""
        state, pack = self._document.face, self._packs.pack
        if state is self._state and pack is self._pack:
            return
        self._state, self._pack, self._masks = state, pack, None
        self._tasks.engine_lane.forget(self._task)
        self._task, self._shown = 0, None
        self.put_back()
        self.ended.emit(False)
        self._set_ready(())
        subject = self._subject()
        if pack is None or subject is None:
            return
        self._task = self._tasks.engine_lane.submit(
            lambda _report: live_tasks.attributes(self._runs.editors, pack, subject),
            self._made_ready,
            self._not_ready,
        )

    def _made_ready(self, attributes: tuple[str, ...]) -> None:
        self._task = 0
        self._set_ready(attributes)
        self._draw()

    def _not_ready(self, failure: Failure) -> None:
        """Edits are still made; that they cannot be seen beforehand needs no more than a line of the log."""
        self._task = 0

    def _set_ready(self, attributes: tuple[str, ...]) -> None:
        self.attributes = attributes
        self.ready.emit(attributes)

    def _masks_changed(self) -> None:
        self._masks, self._shown = None, None
        self._draw()

    def _run_ended(self) -> None:
        """The result has what was moved; where there is none, what was moved is seen again."""
        self._shown = None
        if self._runs.last_kept:
            self.values, self.moving = {}, False
            self.ended.emit(True)
        self._draw()

    def better_known(self) -> None:
        """The face has been learnt: it is drawn from what it was learnt with."""
        self._shown = None
        self._draw()

    def _subject(self) -> LiveSubject | None:
        state, photo = self._document.face, self._document.photo
        if state is None or photo is None:
            return None
        if self._masks is None:
            self._masks = state.request_masks()
        return LiveSubject(state.crop, self._masks, photo, self._mode)

    # --- pictures

    def _draw(self) -> None:
        """Draw what is newest, unless something is being drawn; its end leads back here."""
        if self._task or self._runs.running or not self.attributes:
            return
        wanted, pack, subject = dict(self.values), self._pack, self._subject()
        if pack is None or subject is None:
            return
        if not wanted:
            if self._shown is not None:
                self._shown = None
                self.ended.emit(False)
            return
        if self._shown == (wanted, True) or (self.moving and self._shown == (wanted, False)):
            return
        whole = not self.moving and self._shown == (wanted, False)
        self._task = self._tasks.engine_lane.submit(
            lambda _report: live_tasks.view(self._runs.editors, pack, subject, wanted, whole),
            self._seen,
            self._not_seen,
        )

    def _seen(self, view: LiveView) -> None:
        self._task = 0
        if self.values and not self._runs.running:
            self._shown = (dict(view.values), view.whole)
            self.drawn.emit(view)
        self._draw()
        if not self._task:
            self.idle_changed.emit()

    def _not_seen(self, failure: Failure) -> None:
        self._task = 0
        self.values, self.moving = {}, False
        self._shown = None
        self.ended.emit(False)
        self._notices.fail(failure)
