"""The session: builds the parts that work on one document and connects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ..document.document import Document
from ..document.undo import new_stack
from .edit_operations import EditOperations
from .edit_queue import EditQueue
from .faces import Faces
from .learning import Learning
from .live import Live
from .notices import Notices
from .pack_loader import PackLoader
from .photo_source import PhotoSource
from .picture_export import PictureExport
from .picture_updates import PictureUpdates
from .project_files import ProjectFiles
from .recovery import Recovery
from .runs import Runs
from .saving import Saving
from .strength_renders import StrengthRenders
from .task_runner import TaskRunner
from .turning import Turning

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there


class Session(QObject):
    """What the application can do with photos, faces and edits, by subject. Lives in the GUI thread.

    Each part is given those it needs when it is made, and owns what it keeps; none knows the session.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        document = self.document = Document(self)
        stack = self.undo_stack = new_stack(self, document)
        notices = self.notices = Notices(self)
        tasks = self.tasks = TaskRunner(notices, self)
        saving = self.saving = Saving(notices, tasks, self)
        packs = self.packs = PackLoader(notices, tasks, self)
        edits = self.edits = EditOperations(document, stack, self)
        strengths = self.strengths = StrengthRenders(document, packs, tasks, self)
        pictures = self.pictures = PictureUpdates(document, strengths, notices, tasks, self)
        runs = self.runs = Runs(document, edits, notices, tasks, packs, self)
        live = self.live = Live(document, notices, tasks, packs, runs, self)
        self.learning = Learning(document, tasks, packs, runs, live, self)
        self.faces = Faces(document, stack, notices, tasks, packs, runs, pictures, self)
        self.photos = PhotoSource(document, stack, notices, tasks, packs, runs, pictures, self)
        self.exports = PictureExport(document, strengths, pictures, notices, saving, self)
        self.projects = ProjectFiles(document, stack, strengths, self.photos, notices, tasks, saving, self)
        self.recovery = Recovery(document, stack, self.projects, notices, tasks, self)
        self.turning = Turning(document, stack, notices, tasks, runs, self.faces, self)
        self.queue = EditQueue(document, edits, runs, tasks, self)
        self.photos.opened.connect(self.faces.find)
        self.photos.random_opened.connect(self.faces.use_whole)
        self.learning.learnt.connect(live.better_known)

    @property
    def pack(self) -> ModelPack | None:
        """The model pack in use; None until it has been loaded."""
        return self.packs.pack

    @property
    def unsaved(self) -> bool:
        """Whether there are changes that no project file holds."""
        return not self.undo_stack.isClean()

    def close(self) -> None:
        """Cancel the run, let the lanes end, wait for them (for disks a moment only), and remove the copy for
        recovery. What is being written is given up."""
        self.runs.discard_result()
        self.undo_stack.blockSignals(True)  # it would speak of changes when it is taken down
        self.pictures.stop()
        self.learning.stop()
        self.photos.stop_waiting()
        self.saving.give_up()
        self.recovery.stop()
        self.tasks.close()
        self.recovery.close()
