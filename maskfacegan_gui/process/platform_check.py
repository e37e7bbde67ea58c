"""Checks that Qt can start, before it is imported, since Qt itself would abort the process."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Mapping

MANAGERS = {
    "apt-get": "Debian, Ubuntu",
    "dnf": "Fedora",
    "pacman": "Arch",
    "zypper": "openSUSE",
}
"""Package managers of which the packages are known, and where they are used."""

# library: package of Debian and Ubuntu, of Fedora, of Arch
BASE = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
}
XCB = {
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11"),
}
WAYLAND = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland"),
}
ALL = BASE | XCB | WAYLAND


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
    missing = missing_libraries(wanted(platform))
    if missing:
        return describe(missing)
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


def wanted(platform: str | None) -> dict[str, tuple[str, str, str]]:
    """The libraries that Qt needs with a platform plugin, and their packages."""
    return BASE | {"xcb": XCB, "wayland": WAYLAND}.get(platform or "", {})


def packages(missing: Iterable[str], manager: str) -> list[str]:
    """The packages of a manager that bring the libraries `missing`.

    zypper is given the libraries themselves: every RPM package says which it provides, and zypper takes that
    for a name.
    """
    if manager == "zypper":
        return [f"{name}()(64bit)" for name in missing]
    place = ("apt-get", "dnf", "pacman").index(manager)
    return list(dict.fromkeys(ALL[name][place] for name in missing))


def install_command(manager: str, names: Iterable[str]) -> str:
    """What to type, as an administrator, to install packages."""
    word = "-S --needed" if manager == "pacman" else "install"
    return " ".join([manager, word, *(f"'{name}'" if "(" in name else name for name in names)])


def describe(missing: list[str]) -> str:
    """Which libraries are missing and the commands that install them."""
    width = max(map(len, MANAGERS.values())) + 2
    lines = [
        f"  {where + ':':<{width}} sudo {install_command(manager, packages(missing, manager))}"
        for manager, where in MANAGERS.items()
    ]
    return "\n".join(
        [f"MaskFaceGAN Editor cannot start: the system lacks {', '.join(missing)}, which Qt needs.", *lines]
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
