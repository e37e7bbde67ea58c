"""The command line: `maskfacegan edit | batch | evaluate | packs | benchmark`, or `python -m engine.cli`."""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence

from ._version import __version__
from .commands import batch, benchmark, compare, edit, packs
from .commands.console import show_anything, tell
from .errors import EngineError
from .threads import wait_asleep


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="maskfacegan",
        description="Edit face photos with masked GAN latent code optimisation (MaskFaceGAN).",
    )
    parser.add_argument("--version", action="version", version=f"maskfacegan {__version__}")
    parser.add_argument("--verbose", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for module in (edit, batch, compare, packs, benchmark):
        module.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 for success, 1 for an error told in a sentence, 2 for wrong arguments."""
    wait_asleep()
    show_anything()
    options = build_parser().parse_args(arguments)
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
    if not options.verbose:  # what Pillow finds odd in a file: what matters of it is told in a sentence
        warnings.filterwarnings("ignore", module=r"PIL\b")
    try:
        code: int = options.run(options)
        return code
    except EngineError as error:
        if options.verbose:
            logging.exception("The command failed")
        tell(error)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
