"""The frozen application's first file: streams, freeze_support, torch, and only then Qt."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # a windowed program on Windows has none
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    multiprocessing.freeze_support()
    import torch  # noqa: F401  # before Qt: on Windows its libraries are not found afterwards

    from maskfacegan_gui.__main__ import main

    sys.exit(main())
