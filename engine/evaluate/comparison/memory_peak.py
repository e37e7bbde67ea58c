"""The most memory that the process, or its graphics card, takes while a block runs."""

from __future__ import annotations

import threading
from typing import Self

import psutil
import torch

_EVERY = 0.05


class MemoryPeak:
    """`megabytes` is the peak: allocated on a CUDA device, resident of the process elsewhere."""

    def __init__(self, device: torch.device) -> None:
        self.megabytes = 0.0
        self._device, self._done = device, threading.Event()
        self._process = psutil.Process()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)
        else:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._device.type == "cuda":
            self.megabytes = torch.cuda.max_memory_allocated(self._device) / 1e6
            return
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, self._process.memory_info().rss / 1e6)
            if self._done.wait(_EVERY):
                return
