"""Edits masks by hand: brush strokes and whole-mask operations, on regions or on a result's blend mask.

The tools on the canvas and the buttons of the panel both come here. One stroke, and one operation, is one
step of undo.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QObject, QRect, Signal

from engine import REGIONS, ByteArray, FloatArray, Points

from ..document.face_state import IN_FRONT, MASK_SIZE, PAINTED, whole
from ..document.undo import ChangeMasks, MaskPatch
from ..pixels import mask_ops
from ..pixels.mask_ops import NOTHING, BoolArray, Rect
from ..session.session import Session
from ..text import labels

SKIN = REGIONS.index("skin")
PRESSURES = 40  # steps of a pen's pressure in the brush's size
SPACING = 0.2  # of the brush's radius between two stamps


class Layer(Enum):
    """Which masks the tools change."""

    REGIONS = "regions"  # what the next run holds and edits
    BLEND = "blend"  # where the pending result shows


@dataclass
class Stroke:
    """A stroke that is being drawn. Masks are (C, S, S), places are px of the layer's grid."""

    before: ByteArray  # the masks as they were
    masks: ByteArray  # as they are with the stroke
    coverage: FloatArray  # (S, S) 0..1, how much of the stroke covers each px
    erase: bool
    last: tuple[float, float]  # where the last stamp was
    pressure: float = 1.0  # of the pen there
    dirty: Rect = NOTHING  # what the stroke has touched


class MaskEditor(QObject):
    """Holds what the tools are set to, and the stroke that is being drawn."""

    settings_changed = Signal()
    layer_changed = Signal()
    picked = Signal(str)  # a region, by the pick tool

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.layer = Layer.REGIONS
        self.region = "mouth"
        self.locked = [False] * len(PAINTED)
        self.radius, self.hardness, self.flow = 18.0, 0.6, 1.0
        self.pressure_steers = (
            "size"  # what of the brush a pen's pressure changes: "size", "flow" or "nothing"
        )
        self._stroke: Stroke | None = None
        session.document.edits_changed.connect(self._follow)

    # --- settings

    def set_layer(self, layer: Layer) -> None:
        if layer is not self.layer and (layer is Layer.REGIONS or self._session.document.pending is not None):
            self.layer = layer
            self.layer_changed.emit()

    def set_brush(
        self, radius: float | None = None, hardness: float | None = None, flow: float | None = None
    ) -> None:
        """Radius in px of the 512 grid; hardness and flow 0..1."""
        self.radius = min(max(radius if radius is not None else self.radius, 1.0), 150.0)
        self.hardness = min(max(hardness if hardness is not None else self.hardness, 0.0), 1.0)
        self.flow = min(max(flow if flow is not None else self.flow, 0.05), 1.0)
        self.settings_changed.emit()

    def _follow(self) -> None:
        if self.layer is Layer.BLEND and self._session.document.pending is None:
            self.set_layer(Layer.REGIONS)

    # --- the masks that are changed

    @property
    def ready(self) -> bool:
        """Whether there is something to paint on."""
        return self._stack() is not None and not self._session.runs.running

    @property
    def size(self) -> int:
        """The side of the masks' grid in px."""
        stack = self._stack()
        return MASK_SIZE if stack is None else stack.shape[-1]

    @property
    def quad(self) -> Points | None:
        """Where the masks' square lies in the photo."""
        document = self._session.document
        if self.layer is Layer.BLEND:
            return None if document.pending is None else document.pending.face.quad
        return None if document.face is None else document.face.crop.quad

    @property
    def scale(self) -> float:
        """Grid px of this layer for one px of the 512 grid that the brush is measured in."""
        return self.size / MASK_SIZE

    def _stack(self) -> ByteArray | None:
        document = self._session.document
        if self.layer is Layer.REGIONS:
            return None if document.face is None else document.face.masks
        if document.pending is None:
            return None
        return document.pending.blend_bytes()[None]

    @property
    def _channel(self) -> int:
        return PAINTED.index(self.region) if self.layer is Layer.REGIONS else 0

    # --- strokes, in px of this layer's grid

    def begin(self, x: float, y: float, erase: bool, pressure: float = 1.0) -> bool:
        stack = self._stack()
        if stack is None or not self.ready:
            return False
        coverage = np.zeros(stack.shape[1:], np.float32)
        self._stroke = Stroke(stack.copy(), stack.copy(), coverage, erase, (x, y), pressure)
        self._stamp(self._stroke, [(x, y)], [pressure])
        return True

    def move(self, x: float, y: float, pressure: float = 1.0) -> None:
        stroke = self._stroke
        if stroke is None:
            return
        smaller = min(self._size_at(stroke.pressure), self._size_at(pressure))
        points = mask_ops.line_points(stroke.last, (x, y), max(1.0, SPACING * smaller * self.scale))
        if points:
            pressures = np.linspace(stroke.pressure, pressure, len(points) + 1)[1:]
            stroke.last, stroke.pressure = points[-1], pressure
            self._stamp(stroke, points, pressures.tolist())

    def end(self) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            text = self.tr("Erase") if stroke.erase else self.tr("Paint")
            self._push(stroke.before, stroke.masks, f"{text} {self._name()}")

    def cancel(self) -> None:
        """Esc: the masks are as they were before the stroke."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None and self.layer is Layer.BLEND:
            self._session.edits.forget_blend()
        elif stroke is not None:
            self._show(stroke.before, stroke.dirty)

    def _size_at(self, pressure: float) -> float:
        """The brush's radius at a pen's pressure, in px of the 512 grid: no less than a tenth of it, and
        steps that nobody sees, so that a stroke needs few stamps."""
        if self.pressure_steers != "size":
            return self.radius
        return self.radius * max(round(pressure * PRESSURES), PRESSURES // 10) / PRESSURES

    def _stamp(self, stroke: Stroke, points: list[tuple[float, float]], pressures: list[float]) -> None:
        rect = NOTHING
        for point, pressure in zip(points, pressures, strict=True):
            shape = mask_ops.disc(self._size_at(pressure) * self.scale, self.hardness)
            flow = self.flow * pressure if self.pressure_steers == "flow" else self.flow
            rect = rect.united(mask_ops.stamp(stroke.coverage, point, shape, flow))
        if rect.empty:
            return
        stroke.dirty = stroke.dirty.united(rect)
        self._mix(stroke, rect)

    def _mix(self, stroke: Stroke, rect: Rect) -> None:
        """The masks under a rectangle, from what they were and how much of the stroke covers them."""
        rows, columns = rect.slices
        before, cover = stroke.before[:, rows, columns], stroke.coverage[rows, columns]
        old = before[self._channel].astype(np.float32)
        wanted: FloatArray = old * (1 - cover) if stroke.erase else old + (255 - old) * cover
        stroke.masks[:, rows, columns] = self._put(before, wanted)
        self._show(stroke.masks, rect)

    def _put(self, before: ByteArray, wanted: ByteArray | FloatArray) -> ByteArray:
        """The masks (C, h, w) with the chosen one as `wanted` (h, w), 0..255. The regions share each pixel;
        what lies before the face takes nothing of them."""
        if self.layer is Layer.BLEND:
            return mask_ops.put(before, 0, wanted, [False], SKIN)
        after, regions = before.copy(), len(REGIONS)
        if self.region == IN_FRONT:
            after[-1:] = mask_ops.put(before[-1:], 0, wanted, [False], SKIN)
        else:
            after[:regions] = mask_ops.put(
                before[:regions], self._channel, wanted, self.locked[:regions], SKIN
            )
        return after

    def _show(self, masks: ByteArray, rect: Rect) -> None:
        """Let a change be seen before it is one step of undo."""
        if rect.empty:
            return
        document = self._session.document
        if self.layer is Layer.BLEND:
            self._session.edits.show_blend(masks[0].copy(), to_qrect(rect))
        elif document.face is not None:
            rows, columns = rect.slices
            document.face.masks[:, rows, columns] = masks[:, rows, columns]
            document.masks_changed.emit(to_qrect(rect))

    def _push(self, before: ByteArray, masks: ByteArray, text: str) -> None:
        """Make one undo step of the difference between two states of the masks."""
        rect = mask_ops.changed_rect(before, masks)
        if rect.empty:
            return
        document = self._session.document
        if self.layer is Layer.BLEND:
            self._session.edits.set_blend(masks[0], text)
            return
        rows, columns = rect.slices
        patch = MaskPatch(to_qrect(rect), before[:, rows, columns], masks[:, rows, columns])
        self._session.undo_stack.push(ChangeMasks(document, int(document.chosen or 0), patch, text))

    # --- operations on the whole mask

    def operate(self, text: str, wanted: Callable[[ByteArray], ByteArray | FloatArray | None]) -> bool:
        """Change the chosen mask by a function of it; False when that changes nothing."""
        stack = self._stack()
        if stack is None or not self.ready:
            return False
        result = wanted(stack[self._channel])
        if result is None:
            return False
        self._stroke = None
        before, goal = stack.copy(), result.astype(np.float32)
        masks = self._put(stack, goal)
        self._push(before, masks, f"{text} {self._name()}")
        return not mask_ops.changed_rect(before, masks).empty

    def grow(self) -> None:
        self.operate(self.tr("Grow"), lambda m: mask_ops.grown(m, self._pixels(3)))

    def shrink(self) -> None:
        self.operate(self.tr("Shrink"), lambda m: mask_ops.shrunk(m, self._pixels(3)))

    def feather(self) -> None:
        self.operate(self.tr("Feather"), lambda m: mask_ops.feathered(m, 4.0 * self.scale))

    def smooth(self) -> None:
        self.operate(self.tr("Smooth"), lambda m: mask_ops.smoothed(m, 5.0 * self.scale))

    def mirror(self) -> None:
        self.operate(self.tr("Mirror"), mask_ops.mirrored)

    def fill(self, x: float, y: float) -> bool:
        """Fill the hole around a place of this layer's grid."""
        if not (0 <= x < self.size and 0 <= y < self.size):
            return False
        if self.operate(self.tr("Fill"), lambda m: mask_ops.filled(m, int(x), int(y))):
            return True
        self._session.notices.tell(
            self.tr("There is no hole to fill here."),
            self.tr("Click inside a gap that the region encloses."),
        )
        return False

    def lasso(self, inside: BoolArray, erase: bool) -> None:
        """Add an outlined area (S, S) bool to the mask, or take it away."""
        value = np.uint8(0 if erase else 255)
        self.operate(self.tr("Outline"), lambda m: np.where(inside, value, m))

    def copy_from(self, region: str) -> None:
        """Take another region's mask as this one's."""
        state = self._session.document.face
        if state is not None and self.layer is Layer.REGIONS:
            source = state.masks[PAINTED.index(region)].copy()
            self.operate(self.tr("Copy to"), lambda _m: source)

    def reset(self) -> None:
        """The chosen region as the parser had it, or the blend mask as the run made it."""
        document = self._session.document
        if self.layer is Layer.BLEND and document.pending is not None:
            self._session.edits.change_pending(self.tr("Reset the blend mask"), blend=None)
        elif document.face is not None:
            parsed: FloatArray = whole(document.face.parsed)[self._channel] * np.float32(255)
            self.operate(self.tr("Reset"), lambda _m: parsed)

    def pick(self, x: float, y: float) -> None:
        """Choose the region under a place of the grid."""
        state = self._session.document.face
        if state is None or self.layer is not Layer.REGIONS:
            return
        if 0 <= x < MASK_SIZE and 0 <= y < MASK_SIZE:
            self.region = PAINTED[int(state.masks[:, int(y), int(x)].argmax())]
            self.picked.emit(self.region)

    def _pixels(self, count: int) -> int:
        return max(1, round(count * self.scale))

    def _name(self) -> str:
        if self.layer is Layer.BLEND:
            return self.tr("the blend mask")
        return labels.group(self.region).lower()


def to_qrect(rect: Rect) -> QRect:
    return QRect(rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0)
