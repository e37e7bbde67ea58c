"""How many workers pay: a batch simulated with the service times that a real one measured.

    python -m engine.batch.simulate OUT/batch.sqlite --workers 1 2 4 8 16 --storage 110 --price 0.10

Photos go through three stations: a worker (the seconds that the ledger has of each photo), the storage that
all share (a photo in, a result out, at so many MB a second in all), and the driver, which hands photos out
and names results one after another (the ledger's `publish_seconds`). The first station that is busy all the
time is where it stops scaling.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigError, EngineError
from .ledger import DONE, Ledger, PhotoRow

_MEGA = 1e6


@dataclass(frozen=True)
class Photo:
    """Seconds in a worker and in the driver, and bytes in and out."""

    work: float
    driver: float
    bytes: int


@dataclass(frozen=True)
class Figures:
    """Of a simulated batch: photos a minute, and how much of the time each station was busy, 0..1."""

    workers: int
    per_minute: float
    work: float
    storage: float
    driver: float

    @property
    def first(self) -> str:
        """The station that is busiest."""
        busy = {"workers": self.work, "storage": self.storage, "driver": self.driver}
        return max(busy, key=lambda name: busy[name])


def measured(path: Path) -> list[Photo]:
    """The photos that a ledger says are done. A source that is gone counts as large as its result. Raises
    `EngineError` for what is no ledger."""
    if not path.is_file():
        raise ConfigError(f"There is no ledger {path}.", "Name the batch.sqlite of a batch that was run.")
    ledger = Ledger(path, read_only=True)
    try:
        named = ledger.publish_seconds()
        done = [row for row in ledger.photos(DONE) if row.seconds]
    finally:
        ledger.close()
    return [Photo(row.seconds or 0.0, named.get(row.id, 0.0), _before(row) + row.bytes) for row in done]


def _before(row: PhotoRow) -> int:
    """Bytes of the photo itself."""
    try:
        return row.source.stat().st_size
    except OSError:
        return row.bytes


def simulate(photos: Sequence[Photo], workers: int, storage: float, start: float = 0.0) -> Figures:
    """Run `photos` on so many workers; `storage` in bytes a second, `start` the seconds of a worker's start.

    Stations serve in the order of arrival. A worker waits for its photo and takes the next one when its
    result is written; the driver gives the result its name beside that, and hands out the next photo.
    """
    arrivals: list[tuple[float, int, Photo | None]] = [(start, number, None) for number in range(workers)]
    heapq.heapify(arrivals)
    waiting = iter(photos)
    order = workers
    disk = driver = end = 0.0
    while arrivals:
        now, _, made = heapq.heappop(arrivals)
        order += 1
        if made is not None:  # a result: the driver names it, then its worker is free
            driver = end = max(driver, now) + made.driver
            heapq.heappush(arrivals, (driver, order, None))
        elif (photo := next(waiting, None)) is not None:
            disk = max(disk, now) + photo.bytes / storage
            heapq.heappush(arrivals, (disk + photo.work, order, photo))
    busy_work, busy_disk = sum(p.work for p in photos), sum(p.bytes for p in photos) / storage
    busy_driver = sum(p.driver for p in photos)
    return Figures(
        workers, 60 * len(photos) / end, busy_work / (workers * end), busy_disk / end, busy_driver / end
    )


def limits(photos: Sequence[Photo], storage: float) -> dict[str, float]:
    """Photos a minute that storage and driver let through, however many workers there are."""
    mean_bytes = sum(photo.bytes for photo in photos) / len(photos)
    mean_driver = sum(photo.driver for photo in photos) / len(photos)
    return {"storage": 60 * storage / mean_bytes, "driver": 60 / max(mean_driver, 1e-9)}


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _above_0(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise ValueError(text)
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.batch.simulate", description=__doc__.splitlines()[0]
    )
    parser.add_argument("ledger", type=Path, help="batch.sqlite of a batch that was run")
    parser.add_argument("--workers", type=_count, nargs="+", default=[1, 2, 4, 8, 16, 32, 64, 128, 256])
    parser.add_argument(
        "--photos", type=_count, default=10_000, help="how many, drawn from the measured ones"
    )
    parser.add_argument(
        "--storage", type=_above_0, default=110.0, metavar="MB/S", help="a gigabit network: 110"
    )
    parser.add_argument(
        "--start", type=_above_0, default=10.0, metavar="S", help="until a worker has its pack"
    )
    parser.add_argument("--price", type=float, default=0.0, metavar="PER_HOUR", help="of a worker")
    options = parser.parse_args(arguments)
    try:
        known = measured(options.ledger)
    except EngineError as error:
        print(f"error: {error.message}", error.hint, file=sys.stderr)
        return 1
    if not known:
        print("The ledger has no photo that is done.", file=sys.stderr)
        return 1
    photos = random.Random(0).choices(known, k=options.photos)
    storage = options.storage * _MEGA
    print(
        "workers  photos/min  speed-up  workers busy  storage busy  driver busy"
        + "  cost/1000" * bool(options.price)
    )
    one = simulate(photos, 1, storage, options.start).per_minute
    for count in options.workers:
        found = simulate(photos, count, storage, options.start)
        line = f"{count:7d}  {found.per_minute:10.1f}  {found.per_minute / one:8.2f}  "
        line += f"{found.work:12.0%}  {found.storage:12.0%}  {found.driver:11.0%}"
        if options.price:
            line += f"  {options.price * count * 1000 / found.per_minute / 60:9.3f}"
        print(line)
    for name, most in sorted(limits(photos, storage).items(), key=lambda item: item[1]):
        print(f"The {name} lets {most:.0f} photos a minute through.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
