"""The model pack in use, loaded in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..settings.settings import AUTO
from ..tasks import engine_tasks
from ..text.engine_sentences import translated
from ..text.messages import Failure, Level
from .notices import Notices
from .task_runner import TaskRunner

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there


class PackLoader(QObject):
    """Holds the pack; None until the first one has been loaded."""

    changed = Signal()
    loaded = Signal(bool)  # after `changed`; whether it takes the place of another pack

    def __init__(self, notices: Notices, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices, self._tasks = notices, tasks
        self.pack: ModelPack | None = None

    def load(self, source: str = AUTO, device: str = "auto") -> None:
        """Load a pack by name or folder; the one before stays until it is there.

        AUTO is the portrait pack, or the built-in one where the former is not in place or not in order.
        """

        def done(found: tuple[ModelPack, Failure | None]) -> None:
            replaced, (self.pack, failure) = self.pack is not None, found
            if failure is not None:
                self._notices.fail(failure)
            for remark in self.pack.remarks:
                self._notices.tell(translated(remark), level=Level.WARNING, lasting=True)
            self.changed.emit()
            self.loaded.emit(replaced)

        self._tasks.do(
            self._tasks.engine_lane,
            self.tr("Loading the model pack…"),
            lambda: engine_tasks.load_chosen(source, device),
            done,
        )
