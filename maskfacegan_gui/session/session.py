"""What the application can do with photos, faces and edits. Drives the lanes and changes the document."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

import engine
from engine import AttributeEdit, EditRequest, FaceBox, Photo, RunControl

from ..document.edit import Edit
from ..document.face_state import FaceState
from ..document.stored_result import StoredRequest, StoredResult, placed
from ..document.undo import new_stack
from ..tasks import engine_tasks
from ..tasks.compositor import Compositor
from ..text import labels
from ..text.engine_sentences import translated
from ..text.messages import Failure, Level, Notice
from .edit_operations import EditOperations
from .picture_updates import PictureUpdates, looks_of

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there

    from ..document.snapshot import Snapshot

log = logging.getLogger("maskfacegan.session")

PREVIEW_INTERVAL = 0.4  # seconds; at 0.2 showing them took a tenth of the run


class Session(PictureUpdates):
    """Owns the undo stack, the pack and the run. Lives in the GUI thread."""

    opening = Signal()  # another photo was asked for
    marking_wanted = Signal()  # a face shall be marked by hand
    withdrawn = Signal(object)  # a Notice that is true no longer
    pack_changed = Signal()
    run_started = Signal()
    run_stepped = Signal(list)  # Steps
    run_ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = new_stack(self, self.document)
        self.edits = EditOperations(self.document, self.undo_stack, self)
        self.pack: ModelPack | None = None
        self.control: RunControl | None = None
        self._editors = engine_tasks.Editors()
        self._prepared: ModelPack | None = None
        self._open_job = self._face_job = 0
        self._unrefined: set[int] = set()  # faces whose landmarks are as the finder placed them
        self._discard = False
        self._no_face: Notice | None = None  # what was said of a photo without a face
        self.last_run_whole = True  # neither cancelled nor failed
        self._run: tuple[EditRequest, int, str, str] | None = None
        self.face_stale.connect(self._take_face)
        self.document.photo_changed.connect(self._editors.forget)
        self.document.face_changed.connect(self._prepare)

    # --- the pack

    def load_pack(self, source: str = "starter", device: str = "auto") -> None:
        """Load a pack; what it is to say of the open face is asked at once."""

        def done(pack: ModelPack) -> None:
            changed, self.pack = self.pack is not None, pack
            self._editors.forget()
            self.strengths.set_pack(pack)
            self.pack_changed.emit()
            document = self.document
            if document.photo is not None and document.face is None:
                self._find_faces()
            elif document.face is not None and changed:
                self._take_face(int(document.chosen or 0), document.face.box)

        self.do(
            self.engine_lane,
            self.tr("Loading the model pack…"),
            lambda: engine_tasks.load_pack(source, device),
            done,
        )

    # --- photos

    @property
    def unsaved(self) -> bool:
        return not self.undo_stack.isClean()

    def open_path(self, path: Path) -> None:
        """Read a photo file. What is open stays until the new photo has been read."""
        if self.refuse_while_running():
            return
        self.opening.emit()
        self.drop(self.photo_lane, self._open_job)
        self._open_job = self.do(
            self.photo_lane,
            self.tr("Opening {0}…").format(path.name),
            lambda: engine_tasks.open_photo(path),
            self._opened,
        )

    def open_pixels(self, rgb: np.ndarray) -> None:
        """A photo from the clipboard: (H, W, 3) uint8."""
        if self.refuse_while_running():
            return
        photo = engine_tasks.photo_from_pixels(rgb)
        self.opening.emit()
        self.drop(self.photo_lane, self._open_job)
        self._open_job = self.do(
            self.photo_lane,
            self.tr("Opening the pasted picture…"),
            lambda: engine_tasks.Opened(photo, engine_tasks.picture_of(photo)),
            self._opened,
        )

    def _opened(self, opened: engine_tasks.Opened) -> None:
        self._show_photo(opened)
        for remark in engine.remarks(opened.photo):
            self.tell(translated(remark), level=Level.WARNING, stays=True)
        if self.pack is not None:
            self._find_faces()

    def restore(self, opened: engine_tasks.Opened, state: Snapshot) -> None:
        """Show a project that has been read: the same faces, masks and edits, without parsing anew."""
        self._show_photo(opened)
        self._cut_from = looks_of(self.strengths.dressed(state.edits))
        self._unrefined = set()
        self.document.restore(state)
        if state.chosen is None and self.pack is not None:
            self._find_faces()

    def _show_photo(self, opened: engine_tasks.Opened) -> None:
        self.drop(self.engine_lane, self._face_job)
        self.drop(self.photo_lane, self._compose_job)
        self._compose_job, self._compose_again = 0, False
        self.undo_stack.clear()
        self._before, self._cut_from = opened.pyramid, ()
        self.document.set_photo(opened.photo)

    def new_random_face(self) -> None:
        """A face of nobody, drawn by the pack's generator; it is aligned as it comes."""
        pack = self.pack
        if pack is None or self.refuse_while_running():
            return
        seed = secrets.randbelow(2**31)
        self.opening.emit()
        self.drop(self.photo_lane, self._open_job)
        self._open_job = self.do(
            self.engine_lane,
            self.tr("Drawing a face…"),
            lambda: engine_tasks.random_face(pack, seed),
            self._drawn,
        )

    def _drawn(self, opened: engine_tasks.Opened) -> None:
        self._show_photo(opened)
        self.use_whole()

    def refuse_while_running(self) -> bool:
        if self.control is None:
            return False
        self.tell(self.tr("An edit is running."), self.tr("Wait for it, or cancel it first."))
        return True

    # --- faces

    def _find_faces(self) -> None:
        photo, pack = self.document.photo, self.pack
        self._face_job = self.do(
            self.engine_lane,
            self.tr("Looking for faces…"),
            lambda: engine_tasks.find_faces(photo, pack),
            self._found,
            self._not_found,
        )

    def _found(self, boxes: list[FaceBox]) -> None:
        if not boxes:
            self._not_found(
                Failure(
                    self.tr("No face was found in this photo."), translated(engine.NoFaceError.default_hint)
                )
            )
            return
        self._unrefined = set(range(len(boxes)))
        self.document.set_faces(list(boxes), [box_corners(box) for box in boxes])
        largest = max(range(len(boxes)), key=lambda i: np.ptp(self.document.quads[i], axis=0).prod())
        if len(boxes) > 1:
            self.tell(
                self.tr("{0} faces were found; the largest is chosen.").format(len(boxes)),
                self.tr("Click another face, in the photo or below it, to edit that one."),
            )
        self.choose_face(largest)

    def _not_found(self, failure: Failure) -> None:
        photo, action = self.document.photo, (self.tr("Mark a face…"), self.marking_wanted.emit)
        hint = self.tr("Mark its eyes, nose and mouth yourself, or try a photo with a larger, upright face.")
        if photo is not None and photo.width == photo.height:
            action = (self.tr("Use the whole picture"), lambda: self._use_whole_of(photo))
            hint = failure.hint
        self._no_face = Notice(failure.message, hint, failure.details, Level.WARNING, action)
        self.noticed.emit(self._no_face)

    def _use_whole_of(self, photo: Photo) -> None:
        if self.document.photo is photo:  # the offer may be older than the photo that is open now
            self.use_whole()

    def use_whole(self) -> None:
        """Take a square photo as an aligned face."""
        photo = self.document.photo
        if photo is None:
            return
        side = float(photo.width)
        corners = np.array([[0, 0], [0, side], [side, side], [side, 0]])
        self.document.boxes, self.document.quads = [], [corners]
        self._take_face(0, None)

    def add_face(self, box: FaceBox) -> None:
        """A face that a person marked is chosen. It takes the place of the chosen one as long as nothing has
        been done to that; afterwards it stands beside it."""
        document = self.document
        boxes, quads = list(document.boxes), [box_corners(b) for b in document.boxes]
        index = document.chosen
        if index is not None and index < len(boxes) and not self.undo_stack.count() and not document.edits:
            boxes[index], quads[index] = box, box_corners(box)
            document.faces.pop(index, None)
        else:
            index = len(boxes)
            boxes.append(box)
            quads.append(box_corners(box))
            document.faces.pop(index, None)
        self._unrefined.discard(index)  # a person knows best
        document.boxes, document.quads = boxes, quads
        self._take_face(index, box)

    def choose_next_face(self) -> None:
        if len(self.document.boxes) > 1:
            self.choose_face((int(self.document.chosen or 0) + 1) % len(self.document.boxes))

    def choose_face(self, index: int) -> None:
        """Align and parse a face, unless that was done before; its edits stay whichever is chosen."""
        if self.refuse_while_running():
            return
        if index in self.document.faces:
            self.document.choose(index)
            return
        self._take_face(index, self.document.boxes[index])

    def _take_face(self, index: int, box: FaceBox | None, picture: Photo | None = None) -> None:
        """Align and parse in `picture`; without one, in the photo with its committed edits."""
        pack, old = self.pack, self.document.faces.get(index)
        photo, edits = self.document.photo, self._committed()
        if photo is None or pack is None:
            return
        refine = index in self._unrefined

        def taken(state: FaceState) -> None:
            if refine and state.box is not None:
                self._unrefined.discard(index)
                self.document.boxes[index] = state.box
            self.document.set_face(index, state.with_refinement(old))
            if self._no_face is not None:
                self.withdrawn.emit(self._no_face)
                self._no_face = None
            log.info("face %d is ready", index)

        self.drop(self.engine_lane, self._face_job)
        self._face_job = self.do(
            self.engine_lane,
            self.tr("Aligning and parsing the face…"),
            lambda: engine_tasks.take_face(
                photo, picture or Compositor().compose(photo, edits), box, pack, refine
            ),
            taken,
        )

    def _prepare(self) -> None:
        """The first face is there: what a first run would stop for is done while a person looks at it."""
        pack = self.pack
        if self.document.face is not None and pack is not None and pack is not self._prepared:
            self._prepared = pack
            self.engine_lane.submit(lambda _report: engine.prepare_runs(pack))

    # --- an edit

    @property
    def running(self) -> bool:
        return self.control is not None

    def apply(
        self,
        attributes: tuple[AttributeEdit, ...],
        preset: str,
        seed: int,
        mode: str = "detail",
        go_on: bool = False,
    ) -> None:
        """Run an edit of the chosen face. Its result that was pending is replaced; with `go_on` the run
        starts from that result's latent code. `mode` is how the new one will be blended."""
        state, pack, pending = self.document.face, self.pack, self.document.pending
        if state is None or pack is None or self.running or not attributes:
            return
        of_this_face = pending is not None and pending.face_index == self.document.chosen
        earlier = pending.result if go_on and pending is not None and of_this_face else None
        request = EditRequest(
            face=state.crop,
            masks=state.request_masks(),
            attributes=attributes,
            preset=preset,
            seed=seed,
        )
        if earlier is not None:
            request = engine.continuing(request, earlier, pack)
        self._run = (request, int(self.document.chosen or 0), labels.edit_title(attributes), mode)
        self._discard = False
        control = self.control = RunControl(PREVIEW_INTERVAL)
        self.engine_lane.submit(
            lambda report: engine_tasks.run_edit(
                request, pack, control, self._editors, earlier, report, mode
            ),
            done=self._run_done,
            failed=self._run_failed,
            cancelled=self._run_done,
            report=self.run_stepped.emit,
            control=control,
        )
        self.run_started.emit()

    @property
    def running_request(self) -> EditRequest | None:
        return None if self._run is None else self._run[0]

    @property
    def running_mode(self) -> str:
        """How the running edit will be blended."""
        return "" if self._run is None else self._run[3]

    def pause(self, on: bool) -> None:
        if self.control is not None:
            self.control.pause() if on else self.control.resume()

    def cancel(self, keep: bool) -> None:
        """Stop before the next step; keep what there is, or discard it."""
        if self.control is not None:
            self._discard = not keep
            self.control.cancel()

    def _run_done(self, kept: StoredResult | None) -> None:
        self.last_run_whole = kept is not None and not kept.frame.cancelled
        run, self._run, self.control = self._run, None, None
        if kept is not None:
            log.info("a run ended after %d steps, %.1f s", kept.frame.steps_done, kept.frame.seconds)
        if kept is not None and run is not None and not self._discard:
            request, face_index, title, mode = run
            edit = Edit(title, face_index, placed(request.face), StoredRequest.of(request), kept, mode=mode)
            self.edits.put(edit)
            for warning in kept.frame.warnings:
                self.tell(translated(warning), level=Level.WARNING)
        self.run_ended.emit()

    def _run_failed(self, failure: Failure) -> None:
        self.last_run_whole = False
        self._run = self.control = None
        self.run_ended.emit()
        self.fail(failure)

    def close(self) -> None:
        """Cancel the run, let both lanes end, and wait for them."""
        self._discard = True
        self.undo_stack.blockSignals(True)  # it would speak of changes when it is taken down
        super().close()


def box_corners(box: FaceBox) -> np.ndarray:
    """The finder's rectangle as corners TL, BL, BR, TR."""
    x0, y0, x1, y1 = box.box
    return np.array([[x0, y0], [x0, y1], [x1, y1], [x1, y0]])
