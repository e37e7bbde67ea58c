"""Widgets in reference cycles are taken apart on the window's thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from maskfacegan_gui.process.gui_thread_gc import GuiThreadCollector


class Held(QLabel):
    """A widget in a cycle with itself, which counting references alone never frees."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[GuiThreadCollector]:
    made = GuiThreadCollector(qapp)
    made.begin()
    yield made
    made.stop()
    made.deleteLater()


def churn() -> None:
    """Allocate what would set off many automatic collections."""
    for _ in range(50 * gc.get_threshold()[0]):
        cycle: list[object] = []
        cycle.append(cycle)


def freed_on(label: Held) -> list[str]:
    """The name of the thread on which the label goes, once it has."""
    names: list[str] = []
    weakref.finalize(label, lambda: names.append(threading.current_thread().name))
    return names


def test_another_thread_frees_no_widget(collector: GuiThreadCollector) -> None:
    names = freed_on(Held())
    worker = threading.Thread(target=churn, name="worker")
    worker.start()
    worker.join()
    assert names == []
    gc.collect()
    assert names == ["MainThread"]


def test_without_it_another_thread_would(qapp: QApplication) -> None:
    """The danger is real: plain objects of a cycle go on the thread that allocates."""

    class Plain:
        def __init__(self) -> None:
            self.me = self

    gc.collect()  # nothing is due on this thread
    names: list[str] = []
    weakref.finalize(Plain(), lambda: names.append(threading.current_thread().name))
    gc.enable()
    worker = threading.Thread(target=churn, name="worker")
    worker.start()
    worker.join()
    gc.disable()
    assert names == ["worker"]


def test_cycles_go_by_and_by(collector: GuiThreadCollector, qtbot) -> None:
    gc.collect()
    names = freed_on(Held())
    churn()
    qtbot.waitUntil(lambda: names == ["MainThread"], timeout=10_000)


def test_nothing_is_due_right_after_a_collection(collector: GuiThreadCollector) -> None:
    gc.collect()
    assert collector.collect() is None


def test_stop_gives_it_back(qapp: QApplication) -> None:
    made = GuiThreadCollector(qapp)
    assert not gc.isenabled()
    made.stop()
    assert gc.isenabled()
    made.deleteLater()
