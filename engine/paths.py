"""The one place that knows where resources/ and weights/ are.

The same call works in a checkout (the folders stand beside this package), in an installed wheel
(they travel inside the package as `_data`) and in a frozen application (they lie in the bundle).
"""

from __future__ import annotations

import os
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
