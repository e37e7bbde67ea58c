"""Cancel, pause and preview requests, set from another thread and checked at every step."""

from __future__ import annotations

import threading
import time


class RunControl:
    """Shared between the caller of `engine.run` and the thread that walks it.

    All methods may be called from any thread. `preview_interval` is the least time in seconds
    between two previews; None asks for none, so that nothing is copied from the device.
    """

    def __init__(self, preview_interval: float | None = None) -> None:
        self.preview_interval = preview_interval
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._last_preview = float("-inf")
        self._paused_seconds = 0.0

    def cancel(self) -> None:
        """Ask the run to stop before its next step; also wakes a paused run."""
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        """Hold the run before its next step until `resume` or `cancel`."""
        if not self._cancelled.is_set():
            self._running.clear()

    def resume(self) -> None:
        self._running.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    @property
    def paused_seconds(self) -> float:
        """Time spent holding so far, so that speed and time left can leave it out."""
        return self._paused_seconds

    def wait(self) -> bool:
        """Hold while paused. True when the run should go on, False when it was cancelled."""
        if self.paused:
            start = time.monotonic()
            self._running.wait()
            self._paused_seconds += time.monotonic() - start
        return not self.cancelled

    def take_preview(self) -> bool:
        """True when a preview is due now; counts it as taken."""
        if self.preview_interval is None:
            return False
        now = time.monotonic()
        if now - self._last_preview < self.preview_interval:
            return False
        self._last_preview = now
        return True
