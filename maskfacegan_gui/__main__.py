"""`python -m maskfacegan_gui` and the console script `maskfacegan-gui`."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Start the application; returns its exit status."""
    multiprocessing.freeze_support()
    from maskfacegan_gui import bootstrap

    return bootstrap.start(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
