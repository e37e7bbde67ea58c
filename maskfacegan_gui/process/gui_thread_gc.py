"""Garbage collection on the window's thread only.

Python collects reference cycles on whichever thread happens to allocate. A cycle that holds a widget would
then be taken apart on the engine's thread, or on one that downloads, while Qt allows that on the window's
thread alone: the process ends with a segmentation fault, rarely and at no fixed place.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 1000  # ms


class GuiThreadCollector(QObject):
    """Takes over from Python's automatic collection until `stop` is called.

    Nothing is collected before `begin`: going through the modules again and again while they are imported
    took a tenth of the start. Then it looks once a second how many objects have come since the last time, by
    Python's own thresholds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.collect)

    def begin(self) -> None:
        """The start is over. What exists now (modules, mostly) is never looked at again, which keeps each
        collection short."""
        if not self._timer.isActive():
            gc.freeze()
            self._timer.start()

    def collect(self) -> int | None:
        """Collect the oldest generation that is due; the generation, or None where none was."""
        due = [
            generation
            for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if most and count > most
        ]
        if not due:
            return None
        gc.collect(due[-1])
        return due[-1]

    def stop(self) -> None:
        """Give collection back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
