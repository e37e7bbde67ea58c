"""From the start of the process to a window that can be used, against a bare window and torch's import."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from .bench import Row

ROUNDS = 5

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(["bare"])
window = QMainWindow()
window.show()
app.processEvents()
import torch
print("usable", flush=True)
"""

OURS = """
from PySide6.QtCore import QTimer
from maskfacegan_gui import app, bootstrap, crash
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.settings.settings import Settings
from maskfacegan_gui.look.theme import Theme
application = app.make(["editor"])
settings = Settings(application)
window = MainWindow(settings, Theme(application, "system"))
window.show()
window.start([])
application.processEvents()
print("shown", flush=True)
window.session.packs.changed.connect(lambda: (print("usable", flush=True), window.close_now()))
application.exec()
"""


def once(script: str) -> tuple[dict[str, float], float]:
    """Seconds until each word was printed, and the CPU seconds of the process."""
    # Compiled modules are kept, as they are where the program is installed: the libraries' always are.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment
    )
    seen = {line.strip(): time.perf_counter() - begin for line in child.stdout}
    child.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seen, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(_folder: Path) -> list[Row]:
    bare, ours, shown, bare_cpu, ours_cpu = [], [], [], [], []
    for number in range(ROUNDS + 1):
        for script in (BARE, OURS):
            seen, cpu = once(script)
            if number == 0:
                continue  # the first round reads the disk
            if script is BARE:
                bare.append(seen["usable"])
                bare_cpu.append(cpu)
            else:
                ours.append(seen["usable"])
                shown.append(seen["shown"])
                ours_cpu.append(cpu)
    ratios = [a / b for a, b in zip(ours, bare, strict=True)]
    return [
        Row("start of a bare window and torch", statistics.median(bare), "s"),
        Row("start to the window on the screen", statistics.median(shown), "s"),
        Row("start to the window with its networks", statistics.median(ours), "s"),
        Row("start against the bare one, wall", statistics.median(ratios), "x", 1.5),
        Row(
            "start against the bare one, CPU", statistics.median(ours_cpu) / statistics.median(bare_cpu), "x"
        ),
    ]
