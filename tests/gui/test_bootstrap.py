"""Starting up: streams, missing libraries, no screen, crash reports."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from maskfacegan_gui import bootstrap
from maskfacegan_gui.process import crash_reports, platform_check
from tests import no_screen


def start(args: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-m", "maskfacegan_gui", *args],
        check=False,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_version() -> None:
    done = start(["--version"])
    assert done.returncode == 0 and engine.__version__ in done.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_without_a_screen_it_says_so() -> None:
    done = start([])
    assert done.returncode == 1
    assert "needs a screen" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 only")
def test_a_screen_that_does_not_answer() -> None:
    no_screen.require(platform_check.BASE | platform_check.XCB)
    done = start([], DISPLAY=":4711")
    assert done.returncode == 1
    assert ":4711" in done.stderr and "Traceback" not in done.stderr


def test_missing_libraries_are_named_with_their_packages() -> None:
    def load(name: str) -> None:
        if name in ("libEGL.so.1", "libxcb-cursor.so.0"):
            raise OSError(name)

    missing = platform_check.missing_libraries(platform_check.wanted("xcb"), load)
    assert missing == ["libEGL.so.1", "libxcb-cursor.so.0"]
    text = platform_check.describe(missing)
    assert "libxcb-cursor.so.0" in text
    assert "apt-get install libegl1 libxcb-cursor0" in text and "dnf install" in text


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"DISPLAY": ":0"}, "xcb"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}, "wayland"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "x11"}, "xcb"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "offscreen"),
        ({"QT_QPA_PLATFORM": "wayland-egl;xcb"}, "wayland"),
    ],
)
def test_which_platform_qt_will_take(environ: dict[str, str], expected: str | None) -> None:
    assert platform_check.chosen_platform(environ) == expected


def test_streams_that_are_missing_are_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    bootstrap.mend_streams()
    print("goes nowhere, but does not fail")
    assert sys.stdout is not None
    sys.stdout.close()


def test_crash_report_is_written_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    reports = crash_reports.CrashReports(tmp_path)
    heard: list[tuple[str, str]] = []
    reports.listener = lambda text, details: heard.append((text, details))
    try:
        raise ValueError("the cat sat on the keyboard")
    except ValueError as error:
        reports.record(type(error), error, error.__traceback__)
    assert "keyboard" in heard[0][0] and "test_bootstrap" in heard[0][1]
    [found] = reports.earlier()
    assert "keyboard" in found.read_text() and engine.__version__ in found.read_text()
    reports.note_offer([found], answered=True)
    assert reports.earlier() == [] and found.is_file()


@pytest.mark.parametrize("told", [True, False])
def test_an_error_that_the_window_told_and_survived_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    reports = crash_reports.CrashReports(tmp_path)
    reports.listener = (lambda text, details: None) if told else None
    reports.record(ValueError, ValueError("a slip"))
    assert len(reports.earlier()) == 1
    reports.close()
    assert len(crash_reports.CrashReports(tmp_path).earlier()) == (0 if told else 1)
    assert len(list(tmp_path.glob("crash-*.txt"))) == 1


def test_native_crash_leaves_a_report(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from maskfacegan_gui.process import crash_reports as crash\n"
        "import ctypes\n"
        f"crash.install(Path({str(tmp_path)!r})); ctypes.string_at(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, timeout=120)
    assert done.returncode != 0
    [found] = crash_reports.CrashReports(tmp_path).earlier()
    assert "Segmentation fault" in found.read_text()


def test_clean_end_leaves_no_report(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from maskfacegan_gui.process import crash_reports as crash\n"
        f"crash.install(Path({str(tmp_path / 'crashes')!r})).close()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    assert list((tmp_path / "crashes").iterdir()) == []


HEAPS = """
import ctypes, sys, threading
from maskfacegan_gui import app, bootstrap

libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p

def run(argv, reports):
    threads = [threading.Thread(target=libc.malloc, args=(100_000,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    reports.close()
    return 0

app.run = run
sys.exit(bootstrap.start(["editor"]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="of glibc")
def test_all_threads_take_their_memory_from_one_heap(tmp_path: Path) -> None:
    """What is free at the end of a thread's own heap could never be given back."""
    places = {"MASKFACEGAN_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", HEAPS, str(tmp_path / "heaps.xml")]
    subprocess.run(command, check=True, env={**os.environ, **places}, timeout=120)
    assert (tmp_path / "heaps.xml").read_text().count("<heap nr=") == 1


LONG_SESSION = """
from maskfacegan_gui import app
from PySide6.QtWidgets import QWidget
application = app.make(["editor"])
widget = QWidget()
for _ in range(200_000):
    widget.update()
    widget.isVisible()
    widget.isEnabled()
print("still here")
"""


def test_a_long_session_does_not_run_out_of_none() -> None:
    """Some versions of the binding lose a reference to None in every call, which Python 3.11 counts."""
    done = subprocess.run(
        [sys.executable, "-c", LONG_SESSION],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "still here" in done.stdout, done.stderr


ODD_NAME = """
import sys
from maskfacegan_gui import app
application = app.make(sys.argv)
print(ascii(app.named(sys.argv, application.arguments())))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="names are UTF-16 there")
def test_a_name_that_is_no_text_does_not_end_the_process() -> None:
    """Whoever opens such a photo with the program had no window, and no word why."""
    names = ["plain.png", os.fsdecode(b"caf\xe9.png"), "two\nlines.png"]
    done = subprocess.run(
        [sys.executable, "-c", ODD_NAME, "-platform", "offscreen", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and done.stdout.strip() == ascii(names), done.stderr


LEAN = """
import sys
from maskfacegan_gui import app
early = [name for name in ("torch", "scipy", "torchvision") if name in sys.modules]
import engine
engine.load_pack("starter", device="cpu")
from engine.models.generators.mobile_stylegan import MobileStyleGAN  # the portrait pack's
MobileStyleGAN.from_state(MobileStyleGAN((16, 16, 8), 12).state_dict())
late = [name for name in ("torch._dynamo", "sympy", "torchvision") if name in sys.modules]
print(early, late)
"""


@pytest.mark.slow
def test_the_start_imports_no_more_than_it_needs() -> None:
    done = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"


EDITED = """
import sys
import numpy as np
import engine
pack = engine.load_pack("starter", device="cpu")
photo = engine.Photo(engine.random_face(pack, 0), "RGB")
face = engine.take_whole(photo)
masks = engine.parse(face, pack)
engine.prepare_runs(pack)
few = {"steps.hold_region": 1, "steps.latent": 2, "steps.tune": 0}
few |= {"loss.start_steps.classf": 1, "loss.start_steps.seg": 1}
wanted = (engine.AttributeEdit("smiling"),)
made = list(engine.run(engine.EditRequest(face, masks, wanted, preset="fast", settings=few), pack))
assert made[-1].result is not None
late = [name for name in ("torch._dynamo", "torch._inductor", "sympy", "torchvision") if name in sys.modules]
print(late)
"""


@pytest.mark.slow
def test_an_edit_waits_for_no_large_import() -> None:
    done = subprocess.run([sys.executable, "-c", EDITED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
