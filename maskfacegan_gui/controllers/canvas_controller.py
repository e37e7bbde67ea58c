"""Shows the document on the canvas: picture, mask overlay, faces, live preview, region at the pointer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, Signal
from PySide6.QtGui import QColor

from engine import Step

from ..canvas.geometry import photo_to_crop
from ..canvas.view import CanvasView
from ..document.face_state import MASK_SIZE, PAINTED
from ..panels.regions import RegionsPanel
from ..pixels.pyramid import Pyramid
from ..session.session import Session
from ..tasks.live_preview import LivePreview, resized_mask
from ..tasks.live_tasks import LiveView
from ..text import labels, number_format
from .mask_editor import Layer

BLEND_COLOUR = QColor("#35c2d6")


class CanvasController(QObject):
    """Shows the session's document on the canvas; changes nothing."""

    region_hovered = Signal(str)

    def __init__(self, session: Session, canvas: CanvasView, regions: RegionsPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._regions = session, canvas, regions
        self._live = LivePreview()
        self._wanted = True
        self._turning = False  # the photo was turned and its picture is not there yet
        self._place: QPointF | None = None  # where the pointer is, in the photo
        self._layer = Layer.REGIONS
        session.live.drawn.connect(self._show_live)
        session.live.ended.connect(self._end_live)
        document = session.document
        session.pictures.changed.connect(self._show_pictures)
        session.runs.stepped.connect(self._show_steps)
        document.photo_changed.connect(canvas.preview.clear)
        document.photo_turned.connect(self._photo_turned)
        document.faces_changed.connect(self._show_faces)
        document.face_changed.connect(self._show_face)
        document.masks_changed.connect(self._recolour)
        document.masks_changed.connect(lambda _rect: self._hover(self._place))
        session.undo_stack.indexChanged.connect(self._show_shares)
        document.blend_changed.connect(self._recolour_blend)
        document.edits_changed.connect(self._recolour_blend)
        regions.changed.connect(self._recolour)
        regions.opacity_changed.connect(canvas.overlay.setOpacity)
        canvas.overlay.setOpacity(regions.opacity.value / 100)
        canvas.hovered.connect(self._hover)
        canvas.hover_left.connect(self._hover_left)

    def show_overlay(self, on: bool) -> None:
        self._wanted = on
        shown = on and self._session.document.face is not None and not self._turning
        self._canvas.overlay.setVisible(shown)

    def _photo_turned(self) -> None:
        """What lies over the photo is where it will be, and is not shown before the photo is there too."""
        self._turning = True
        self._canvas.preview.clear()
        self._canvas.cancel_tool()

    def _show_pictures(self, now: Pyramid, before: Pyramid) -> None:
        self._canvas.set_pictures(now, before)
        if self._turning:
            self._turning = False
            self._show_faces()
            self.show_overlay(self._wanted)
        if not (self._session.runs.running or self._session.live.active):
            self._canvas.preview.clear()

    def _show_faces(self) -> None:
        document = self._session.document
        self._canvas.set_faces([] if self._turning else document.quads, document.chosen)

    def _show_face(self) -> None:
        state = self._session.document.face
        self.show_overlay(self._wanted)
        if state is None:
            self._regions.set_shares(None)
            return
        self.show_layer(self._layer)
        self._show_shares()

    def _show_shares(self) -> None:
        """How much each region covers; told after a stroke, not during it."""
        state = self._session.document.face
        if state is not None:
            self._regions.set_shares({region: state.share(region) for region in PAINTED})

    def show_layer(self, layer: Layer) -> None:
        """Which masks the overlay shows: the regions, or the blend mask of the result that waits."""
        self._layer = layer
        document = self._session.document
        if layer is Layer.BLEND and document.pending is not None:
            self._canvas.overlay.set_quad(document.pending.face.quad, document.pending.stored.resolution)
            self._recolour_blend()
        elif document.face is not None:
            self._canvas.overlay.set_quad(document.face.crop.quad, MASK_SIZE)
            self._recolour()

    def _recolour(self, rect: QRect | None = None) -> None:
        state = self._session.document.face
        if state is not None and self._layer is Layer.REGIONS:
            self._canvas.overlay.recolour(state.masks, self._regions.colours(), rect)

    def _recolour_blend(self, rect: QRect | None = None) -> None:
        pending = self._session.document.pending
        if pending is not None and self._layer is Layer.BLEND:
            self._canvas.overlay.recolour(pending.blend_bytes()[None], [BLEND_COLOUR], rect)

    # --- a run

    def begin_preview(self) -> None:
        """The session's run has begun."""
        run, photo = self._session.runs.current, self._session.document.photo
        if run is not None and photo is not None:
            self._live.begin(run.request, run.mode, photo)

    def _show_steps(self, steps: list[Step]) -> None:
        run = self._session.runs.current
        with_preview = [step for step in steps if step.preview is not None]
        if not with_preview or run is None:
            return
        shown = self._live.picture(with_preview[-1])
        if shown is not None:
            quad = self._session.document.since(run.orientation).points(run.request.face.quad)
            self._canvas.preview.show_crop(*shown, quad)

    def end_preview(self) -> None:
        """The preview stays until the pasted picture takes its place, unless there will be none."""
        if self._session.document.pending is None:
            self._canvas.preview.clear()

    # --- a face that follows sliders

    def _show_live(self, view: LiveView) -> None:
        state, pending = self._session.document.face, self._session.document.pending
        if state is None:
            return
        cover = view.cover
        if pending is not None and pending.face_index == self._session.document.chosen:
            # It would take the place of the result that waits: nothing of that is seen meanwhile.
            cover = np.maximum(cover, 255 * (resized_mask(pending.blend_bytes(), len(cover)) > 0))
        self._canvas.overlay.setVisible(False)
        self._canvas.preview.show_crop(view.picture, cover.astype(np.uint8), state.crop.quad)

    def _end_live(self, replaced: bool) -> None:
        """A result that comes takes the place of what was seen when it is pasted."""
        if not (replaced or self._session.runs.running):
            self._canvas.preview.clear()
            self.show_overlay(self._wanted)

    # --- under the pointer

    def _hover_left(self) -> None:
        self._place = None
        self.region_hovered.emit("")

    def _hover(self, place: QPointF | None) -> None:
        self._place, state = place, self._session.document.face
        if state is None or place is None:
            return
        spot = photo_to_crop(state.crop.quad, MASK_SIZE).map(place)
        x, y = int(spot.x()), int(spot.y())
        if not (0 <= x < MASK_SIZE and 0 <= y < MASK_SIZE):
            self.region_hovered.emit("")
            return
        values = state.masks[:, y, x]
        best = int(values.argmax())
        self.region_hovered.emit(
            self.tr("{0} {1} % here, {2} % of the face").format(
                labels.group(PAINTED[best]),
                round(values[best] / 2.55),
                number_format.decimal(100 * state.share(PAINTED[best])),
            )
        )
