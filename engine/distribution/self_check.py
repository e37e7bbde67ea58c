"""Whether an installation is complete: what the program reads beside its code, and what only some edits need.

For the self-test of a packed application, in which a file may have been left out that nobody misses until
the day it is needed.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from ..errors import EngineError
from ..packs.manifest import find
from .catalogue import allowed_address, read_catalogue
from .package_index import default_index
from .verify import Finding

_SIDE = 32


def check_installation() -> list[Finding]:
    """The list of packs, the built-in pack's files, the likeness measure LPIPS, and what finds packages.

    Nothing is raised.
    """
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("list of packs", _catalogue),
        ("built-in pack", _starter),
        ("likeness", _likeness),
        ("packages", _packages),
    )
    findings = []
    for what, look in checks:
        try:
            findings.append(Finding(what, True, look()))
        except (EngineError, OSError, ValueError) as error:
            findings.append(Finding(what, False, str(error)))
    return findings


def _catalogue() -> str:
    return f"{len(read_catalogue().components)} components are on offer."


def _starter() -> str:
    manifest = find("starter")
    missing = manifest.missing()
    if missing:
        raise ValueError(f"{', '.join(missing)} is missing.")
    for file in manifest.files.values():
        file.verify()
    return f"{len(manifest.files)} files are right."


def _packages() -> str:
    """The library that knows package indexes is there; nothing is asked over the network."""
    try:
        known = default_index()
    except ImportError as error:
        raise ValueError(f"Packages cannot be found: {error}.") from error
    if not allowed_address(known):
        raise ValueError("The index of packages has no proper address.")
    return "Packages can be found."


@torch.no_grad()
def _likeness() -> str:
    """LPIPS on a VGG16 of random numbers: its linear heads are there and fit."""
    from ..models.perceptual import MaskedLPIPS, random_trunk

    distance = MaskedLPIPS.from_state(random_trunk(seed=0))
    picture = torch.rand(1, 3, _SIDE, _SIDE, generator=torch.Generator().manual_seed(0))
    same, other = float(distance(picture, picture)), float(distance(picture, 1 - picture))
    if same != 0.0 or not 0.0 < other < 1e6:
        raise ValueError(f"LPIPS finds {same} between equal pictures and {other} between different ones.")
    return "LPIPS tells pictures apart."
