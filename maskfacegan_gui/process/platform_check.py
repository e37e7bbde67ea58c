"""Checks that Qt can start, before it is imported, since Qt itself would abort the process."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Mapping

# library: package of Debian and Ubuntu, package of Fedora
BASE = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
}
XCB = {
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
}
WAYLAND = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
}


def problem(environ: Mapping[str, str] = os.environ) -> str | None:
    """None when Qt can start, otherwise what is missing and how to get it, for a person."""
    if not sys.platform.startswith("linux"):
        return None
    platform = chosen_platform(environ)
    if platform is None:
        return (
            "MaskFaceGAN Editor needs a screen, and there is none here (neither DISPLAY nor "
            "WAYLAND_DISPLAY is set). Start it from a desktop session, or use the command line: "
            "maskfacegan edit --help"
        )
    wanted = dict(BASE)
    if platform in ("xcb", "wayland"):
        wanted |= XCB if platform == "xcb" else WAYLAND
    missing = missing_libraries(wanted)
    if missing:
        return describe(missing, wanted)
    if platform == "xcb" and not x_server_answers():
        return (
            f"MaskFaceGAN Editor cannot reach the screen {environ.get('DISPLAY', '')!r}. "
            "Check the DISPLAY variable, or whether this user may use that screen (xhost)."
        )
    return None


def chosen_platform(environ: Mapping[str, str]) -> str | None:
    """The platform plugin Qt will take: xcb, wayland or a headless one; None without any screen."""
    requested = environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if requested:
        return "wayland" if requested.startswith("wayland") else requested
    if environ.get("WAYLAND_DISPLAY") and environ.get("XDG_SESSION_TYPE", "wayland") == "wayland":
        return "wayland"
    return "xcb" if environ.get("DISPLAY") else None


def missing_libraries(wanted: Iterable[str], load: Callable[[str], object] = ctypes.CDLL) -> list[str]:
    """Those of the wanted shared libraries that cannot be loaded."""
    missing = []
    for name in wanted:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def describe(missing: list[str], packages: Mapping[str, tuple[str, str]]) -> str:
    """Which libraries are missing and the command that installs them."""
    debian = " ".join(dict.fromkeys(packages[name][0] for name in missing))
    fedora = " ".join(dict.fromkeys(packages[name][1] for name in missing))
    return (
        f"MaskFaceGAN Editor cannot start: the system lacks {', '.join(missing)}, which Qt needs.\n"
        f"  Debian, Ubuntu:  sudo apt-get install {debian}\n"
        f"  Fedora:          sudo dnf install {fedora}"
    )


def x_server_answers() -> bool:
    """Whether the X server named by DISPLAY accepts a connection."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    fine: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return fine
