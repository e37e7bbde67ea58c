"""`python -m tests.fuzz --count 2000 --seed 1`: the figures of hostile input and of killed writers.

Input N of a seed is always the same: a part of the campaign is run again, or one that was broken off is gone
on with, by `--only LOADER --first N --count 1`.
"""

from __future__ import annotations

import argparse
import sys

from .campaign import HEAD, fuzz
from .corpus import MAKERS
from .kills import KINDS, campaign


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="inputs a loader")
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--kills", type=int, default=200, help="kills in all, shared among the writers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=[*MAKERS, *KINDS], help="some loaders or writers only")
    options = parser.parse_args()
    faults: list[str] = []
    print(HEAD)
    for loader in MAKERS:
        if options.only and loader not in options.only:
            continue
        tally = fuzz([loader], options.count, options.seed, options.first)[loader]
        print(tally.line, flush=True)
        faults += tally.faults
    for number, kind in enumerate(KINDS):
        if options.only and kind not in options.only:
            continue
        times = options.kills // len(KINDS) + (number < options.kills % len(KINDS))
        found = campaign(kind, times, options.seed)
        print(f"{kind:<12} {times:>6} killed {len(found):>5} damaged", flush=True)
        for fault in found:
            print(f"  {fault}", flush=True)
        faults += found
    print(f"{len(faults)} faults" if faults else "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
