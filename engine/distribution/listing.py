"""Whether an installed pack is what this version of the program would install, told without any network.

A pack's manifest keeps a hash of the list of packs and of what the program itself says of the pack. As long
as that hash and the files' sizes hold, there is nothing to do; `make run` asks this every time.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .. import paths

_CATALOGUE = "manifest.toml"
_MANIFEST = "manifest.json"


def listing_hash(name: str) -> str:
    """SHA-256 over the list of packs and the manifest of the program's own parts of the pack `name`."""
    digest = hashlib.sha256()
    for path in (paths.weights(_CATALOGUE), paths.weights(name, _MANIFEST)):
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(b"\0")
    return digest.hexdigest()


def is_up_to_date(name: str) -> bool:
    """Whether the pack `name` in the person's folder is whole and of this version of the list."""
    folder = paths.user_folder() / "packs" / name
    try:
        data = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return data["listing"] == listing_hash(name) and all(
            _has_size(folder, entry) for entry in data["files"].values()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _has_size(folder: Path, entry: Any) -> bool:
    return bool((folder / str(entry["file"])).stat().st_size == entry["bytes"])
