"""The model pack in use, loaded in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..tasks import engine_tasks
from .task_runner import TaskRunner

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there


class PackLoader(QObject):
    """Holds the pack; None until the first one has been loaded."""

    changed = Signal()
    loaded = Signal(bool)  # after `changed`; whether it takes the place of another pack

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.pack: ModelPack | None = None

    def load(self, source: str = "starter", device: str = "auto") -> None:
        """Load a pack by name or folder; the one before stays until it is there."""

        def done(pack: ModelPack) -> None:
            replaced, self.pack = self.pack is not None, pack
            self.changed.emit()
            self.loaded.emit(replaced)

        self._tasks.do(
            self._tasks.engine_lane,
            self.tr("Loading the model pack…"),
            lambda: engine_tasks.load_pack(source, device),
            done,
        )
