"""The two keys right of P, whatever a keyboard's layout prints on them: [ and ] on a US keyboard.

Brackets cannot be typed with one key on most layouts (AltGr on German, French and Spanish ones), so that the
brush's size goes by where a key is and not by what it writes. Qt tells where a pressed key is, but not what
is on a key that nobody pressed: that is asked of the X server through libxkbcommon, or of Windows.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator

LEFT, RIGHT = "[", "]"

if sys.platform == "win32":
    POSITIONS = (0x1A, 0x1B)  # scan codes of set 1
elif sys.platform == "darwin":
    POSITIONS = (0x21, 0x1E)  # virtual keys, which are positions there (kVK_ANSI_LeftBracket, RightBracket)
else:
    POSITIONS = (34, 35)  # of evdev, eight more as X11 and Wayland count

_DEAD = {
    "grave": "`",
    "acute": "´",
    "circumflex": "^",
    "tilde": "~",
    "diaeresis": "¨",
    "cedilla": "¸",
    "caron": "ˇ",
    "abovering": "°",
}
"""What is printed on keys that wait for a letter."""


def position(scan_code: int, virtual_key: int) -> int | None:
    """0 for the key right of P, 1 for the next one, None for any other, by the numbers of a key event."""
    code = virtual_key if sys.platform == "darwin" else scan_code
    return POSITIONS.index(code) if code in POSITIONS else None


def labels() -> tuple[str, str]:
    """What the present layout has on the two keys, "Ü" and "+"; [ and ] where nobody can say."""
    with contextlib.suppress(OSError, AttributeError, ValueError):  # no such library, or an old one
        if sys.platform == "win32":
            return _or_brackets([_on_windows(code) for code in POSITIONS])
        if sys.platform != "darwin":
            return _or_brackets(_on_x11())
    return LEFT, RIGHT


def _or_brackets(found: list[str]) -> tuple[str, str]:
    left, right = found if len(found) == 2 else ("", "")
    return capital(left) or LEFT, capital(right) or RIGHT


def capital(key: str) -> str:
    """A key as it is printed and as shortcuts name it; ß, whose capital would be two letters, stays."""
    return key.upper() if len(key.upper()) == 1 else key


def _on_windows(code: int) -> str:
    user32 = getattr(ctypes, "windll").user32  # noqa: B009  (there on Windows only)
    layout = user32.GetKeyboardLayout(0)
    found = user32.MapVirtualKeyExW(user32.MapVirtualKeyExW(code, 1, layout), 2, layout) & 0xFFFF
    return chr(found) if found else ""


@contextlib.contextmanager
def _connection() -> Iterator[ctypes.c_void_p]:
    """One of our own to the X server: Qt's is not to be had from Python."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        if xcb.xcb_connection_has_error(connection):
            raise OSError("no X server")
        yield connection
    finally:
        xcb.xcb_disconnect(connection)


def _on_x11() -> list[str]:
    """What is on the two keys in the group that is active now. Under Wayland the X server of the session
    answers."""
    xkb, xkb_x11 = ctypes.CDLL("libxkbcommon.so.0"), ctypes.CDLL("libxkbcommon-x11.so.0")
    for function in (xkb.xkb_context_new, xkb_x11.xkb_x11_keymap_new_from_device):
        function.restype = ctypes.c_void_p
    xkb_x11.xkb_x11_state_new_from_device.restype = ctypes.c_void_p
    with _connection() as connection:
        if not xkb_x11.xkb_x11_setup_xkb_extension(connection, 1, 0, 0, None, None, None, None):
            return []
        device = xkb_x11.xkb_x11_get_core_keyboard_device_id(connection)
        context = ctypes.c_void_p(xkb.xkb_context_new(0))
        keymap = ctypes.c_void_p(xkb_x11.xkb_x11_keymap_new_from_device(context, connection, device, 0))
        if not keymap:
            return []
        state = ctypes.c_void_p(xkb_x11.xkb_x11_state_new_from_device(keymap, connection, device))
        found = [_on_key(xkb, keymap, state, code) for code in POSITIONS] if state else []
        xkb.xkb_state_unref(state)
        xkb.xkb_keymap_unref(keymap)
        xkb.xkb_context_unref(context)
    return found


def _on_key(xkb: ctypes.CDLL, keymap: ctypes.c_void_p, state: ctypes.c_void_p, code: int) -> str:
    symbols = ctypes.POINTER(ctypes.c_uint32)()
    group = xkb.xkb_state_key_get_layout(state, code)
    if xkb.xkb_keymap_key_get_syms_by_level(keymap, code, group, 0, ctypes.byref(symbols)) < 1:
        return ""
    character = xkb.xkb_keysym_to_utf32(ctypes.c_uint32(symbols[0]))
    if character:
        return chr(character)
    name = ctypes.create_string_buffer(64)
    xkb.xkb_keysym_get_name(ctypes.c_uint32(symbols[0]), name, len(name))
    return _DEAD.get(name.value.decode("ascii", "replace").removeprefix("dead_"), "")
