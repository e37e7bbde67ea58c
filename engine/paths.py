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
from pathlib import Path

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
    """A text for a log or a report: the person's home is `~`, and so is the person's name in any other path.

    Paths may have either slash, doubled as in Python's own quotes, and on Windows any case.
    """
    for pattern, instead in _names(str(Path.home()), _login()):
        text = pattern.sub(instead, text)
    return text


@functools.cache
def _names(home: str, login: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of what tells who a person is, and what stands for it."""
    flags = re.IGNORECASE if sys.platform == "win32" else re.NOFLAG
    end = r"(?![\w-]|\.\w)"
    parts = [part for part in re.split(r"[\\/]+", home) if part]
    found = []
    if len(parts) > 0 and home.strip("/\\"):
        lead = r"(?<![\w.~-])[\\/]+" if home[0] in "/\\" else ""
        found.append((re.compile(lead + r"[\\/]+".join(map(re.escape, parts)) + end, flags), "~"))
    for name in {login, parts[-1] if len(parts) > 1 else ""} - {"", "root"}:
        found.append((re.compile(r"(?<=[\\/])" + re.escape(name) + end, flags), "~"))
    return tuple(found)


def _login() -> str:
    with contextlib.suppress(Exception):  # there may be no entry for this user at all
        return getpass.getuser()
    return ""
