"""Lanes: order, one end signal a task, cancel, reports that cannot flood, closing."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QEvent, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import EngineError, RunControl
from maskfacegan_gui.tasks import disk_lane
from maskfacegan_gui.tasks.disk_lane import DiskLane
from maskfacegan_gui.tasks.lane import REPORT_INTERVAL, Lane, Mailbox
from maskfacegan_gui.text.messages import Failure

from .conftest import WAIT


@pytest.fixture
def lane():
    lane = Lane("test")
    yield lane
    lane.close()
    assert lane.ended


def test_jobs_run_in_order_outside_the_gui_thread(lane: Lane, qtbot: QtBot) -> None:
    done: list[tuple[int, bool]] = []
    gui = threading.get_ident()
    for number in range(5):
        lane.submit(lambda _report, n=number: (n, threading.get_ident() != gui), done.append)
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert done == [(n, True) for n in range(5)]


def test_handlers_run_in_the_gui_thread(lane: Lane, qtbot: QtBot, qapp: QApplication) -> None:
    threads: list[QThread] = []
    lane.submit(lambda _report: None, lambda _value: threads.append(QThread.currentThread()))
    qtbot.waitUntil(lambda: bool(threads), timeout=WAIT)
    assert threads == [qapp.thread()]


def test_ids_are_unique_across_lanes(lane: Lane) -> None:
    other = Lane("other")
    ids = [each.submit(lambda _report: None) for each in (lane, other, lane, other)]
    other.close()
    assert len(set(ids)) == 4


def test_foreseen_failure_keeps_its_sentence_and_hint(lane: Lane, qtbot: QtBot) -> None:
    def work(_report):
        raise EngineError("It is broken.", "Mend it.")

    failures: list[Failure] = []
    lane.submit(work, failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures), timeout=WAIT)
    assert (failures[0].message, failures[0].hint) == ("It is broken.", "Mend it.")
    assert "EngineError" in failures[0].details


def test_unforeseen_failure_is_a_sentence_too(lane: Lane, qtbot: QtBot) -> None:
    failures: list[Failure] = []
    lane.submit(lambda _report: 1 / 0, failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures), timeout=WAIT)
    assert failures[0].message.startswith("Something unexpected went wrong")
    assert "ZeroDivisionError" in failures[0].details


def test_cancel_gives_the_cancelled_end_with_the_result(lane: Lane, qtbot: QtBot) -> None:
    control, ends = RunControl(), []
    started = threading.Event()

    def work(_report):
        started.set()
        while control.wait():
            time.sleep(0.005)
        return "so far"

    lane.submit(
        work,
        lambda v: ends.append(("done", v)),
        cancelled=lambda v: ends.append(("cancelled", v)),
        control=control,
    )
    assert started.wait(WAIT / 1000)
    control.cancel()
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert ends == [("cancelled", "so far")]


def test_a_job_cancelled_before_it_starts_does_no_work(lane: Lane, qtbot: QtBot) -> None:
    control, worked, ends = RunControl(), [], []
    control.cancel()
    lane.submit(lambda _report: worked.append(1), cancelled=ends.append, control=control)
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert ends == [None] and not worked


def test_forgotten_job_is_silent(lane: Lane, qtbot: QtBot) -> None:
    heard: list[object] = []
    task = lane.submit(lambda _report: 1, heard.append, heard.append)
    lane.forget(task)
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert not heard


def test_all_reports_arrive_before_the_end(lane: Lane, qtbot: QtBot) -> None:
    heard: list[object] = []

    def work(report):
        for number in range(1000):
            report(number)
        return "end"

    lane.submit(work, heard.append, report=heard.extend)
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert heard == [*range(1000), "end"]


def test_mailbox_tells_the_window_once_until_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("maskfacegan_gui.tasks.lane.time.monotonic", lambda: now[0])
    box = Mailbox()
    assert box.post("a")
    assert not box.post("b")
    now[0] += REPORT_INTERVAL
    assert not box.post("c"), "not again before the window has emptied the box"
    assert box.take() == ["a", "b", "c"]
    assert box.post("d")
    box.take()
    assert not box.post("e"), "not twice within the interval"


def test_close_cancels_and_waits(qtbot: QtBot) -> None:
    lane, control, started = Lane("closing"), RunControl(), threading.Event()

    def work(_report):
        started.set()
        while control.wait():
            time.sleep(0.005)

    heard: list[object] = []
    lane.submit(work, heard.append, cancelled=heard.append, control=control)
    lane.submit(lambda _report: heard.append("second"))
    assert started.wait(WAIT / 1000)
    lane.close()
    assert lane.ended and control.cancelled
    qtbot.wait(20)
    assert not heard
    assert lane.submit(lambda _report: None) == 0


def test_the_stack_is_large_enough_for_deep_networks(lane: Lane) -> None:
    assert lane.stack_size >= 16 * 2**20


@pytest.fixture
def reading():
    lane, over = DiskLane("test"), threading.Event()
    yield lane, over
    lane.close()
    assert lane.ended
    over.set()


def test_files_are_read_one_after_the_other(reading, qtbot: QtBot) -> None:
    lane, _ = reading
    done: list[object] = []
    under_way: list[int] = []
    gui = threading.get_ident()

    def work(number: int) -> tuple[int, int, bool]:
        under_way.append(number)
        at_once = len(under_way)
        time.sleep(0.01)  # time for another to begin, if it may
        under_way.remove(number)
        return number, at_once, threading.get_ident() != gui

    for number in range(3):
        lane.submit(lambda _report, n=number: work(n), done.append)
    lane.submit(lambda _report: 1 / 0, failed=done.append)
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert done[:3] == [(0, 1, True), (1, 1, True), (2, 1, True)]
    assert isinstance(done[3], Failure) and "division" in done[3].message


def test_the_next_file_waits_for_a_dead_disk_a_moment_only(reading, qtbot: QtBot) -> None:
    """What was forgotten is silent; what is waited for still arrives."""
    lane, over = reading
    heard: list[str] = []
    forgotten = lane.submit(lambda _report: over.wait(60) and "forgotten", heard.append)
    lane.submit(lambda _report: over.wait(60) and "late", heard.append)
    never = lane.submit(lambda _report: heard.append("never"))
    lane.submit(lambda _report: "quick", heard.append)
    lane.forget(forgotten)
    lane.forget(never)
    qtbot.waitUntil(lambda: heard == ["quick"], timeout=WAIT)
    assert not lane.idle
    over.set()
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert heard == ["quick", "late"]


@pytest.mark.slow
def test_a_thread_that_comes_back_while_the_lane_is_taken_apart(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a dead drive comes back while the window closes: it once spoke to an object that was being
    deleted, in one of a thousand cases, and the program ended with a segmentation fault."""
    monkeypatch.setattr(disk_lane, "PATIENCE", 0.0)
    told: list[object] = []
    for _ in range(400):
        over = threading.Event()
        lanes = [DiskLane("test") for _ in range(4)]
        for lane in lanes:
            lane.submit(lambda _report, over=over: over.wait(60), told.append)
        over.set()
        for lane in lanes:
            lane.close()
            lane.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert told == []
