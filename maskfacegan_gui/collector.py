"""Garbage collection on the window's thread only.

Python collects reference cycles on whichever thread happens to allocate. A cycle that holds a widget would
then be taken apart on the engine's thread, or on one that downloads, while Qt allows that on the window's
thread alone: the process ends with a segmentation fault, rarely and at no fixed place.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 1000  # ms


class Collector(QObject):
    """Takes over from Python's automatic collection until `stop` is called.

    Looks once a second how many objects have come since the last time, by Python's own thresholds. What
    exists when it starts (modules, mostly) is never looked at again, which keeps each collection short.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(INTERVAL)

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
