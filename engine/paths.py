"""The one place that knows where resources/ and weights/ are.

The same call works in a checkout (the folders stand beside this package), in an installed wheel
(they travel inside the package as `_data`) and in a frozen application (they lie in the bundle).
"""

from __future__ import annotations

import contextlib
import functools
import getpass
import os
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import quote

APP_NAME = "MaskFaceGAN Editor"


def data_root() -> Path:
    """The folder that holds `resources` and `weights`."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle)
    here = Path(__file__).resolve().parent
    installed = here / "_data"
    return installed if installed.is_dir() else here.parent


def resource(*parts: str) -> Path:
    """A file of resources/, for example `resource("icons", "app.svg")`."""
    return data_root().joinpath("resources", *parts)


def weights(*parts: str) -> Path:
    """A file of weights/, for example `weights("starter", "manifest.json")`."""
    return data_root().joinpath("weights", *parts)


def user_folder() -> Path:
    """The person's data folder (caches, logs, downloaded packs). Not created here."""
    override = os.environ.get("MASKFACEGAN_HOME")
    if override:
        return Path(override)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base or Path.home() / "AppData" / "Local") / "MaskFaceGAN"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "MaskFaceGAN"
    base = os.environ.get("XDG_DATA_HOME")
    return Path(base or Path.home() / ".local" / "share") / "maskfacegan"


def without_names(text: str) -> str:
    """A text for a log or a report: the person's home is `~`, and so is the person's name in any other path,
    alone or as in `/tmp/runtime-name`.

    Paths may have either slash, doubled as in Python's own quotes, or be escaped as in addresses, and on
    Windows have any case; names may be escaped as in addresses or in Python's quotes.
    """
    for pattern, instead in _names(str(Path.home()), _login()):
        text = pattern.sub(instead, text)
    return text


@functools.cache
def _names(home: str, login: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of what tells who a person is, and what stands for it."""
    flags = re.IGNORECASE if sys.platform == "win32" else re.NOFLAG
    end, slash = r"(?![\w-]|\.\w)", r"(?:[\\/]|%2F|%2f|%5C|%5c)"
    parts = [part for part in re.split(r"[\\/]+", home) if part]
    found = []
    if len(parts) > 0 and home.strip("/\\"):
        lead = rf"(?<![\w.~-]){slash}+" if home[0] in "/\\" else ""
        found.append((re.compile(lead + f"{slash}+".join(map(_spelled, parts)) + end, flags), "~"))
    for name in {re.split(r"[\\/]", login)[-1], parts[-1] if len(parts) > 1 else ""} - {"", "root"}:
        before = rf"((?:{slash}|~)(?:\w+-)*)"
        found.append((re.compile(before + _spelled(name) + end, flags), r"\1~"))
    return tuple(found)


def _spelled(name: str) -> str:
    """A pattern of the ways in which a name is written: as it is, composed or not (macOS), in an address, in
    Python's quotes."""
    forms = dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)))
    for form in list(forms):
        raw = os.fsencode(form)
        forms |= dict.fromkeys((quote(raw), quote(raw, safe="@+$!*'(),;:="), quote(raw).replace("%40", "@")))
        forms[form.encode("ascii", "backslashreplace").decode()] = None
    return f"(?:{'|'.join(map(re.escape, forms))})"


def _login() -> str:
    with contextlib.suppress(Exception):  # there may be no entry for this user at all
        return getpass.getuser()
    return ""
