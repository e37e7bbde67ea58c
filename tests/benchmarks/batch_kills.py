"""A batch killed (SIGKILL) at random moments and gone on with: every photo once, none lost, no half file.

    python -m tests.benchmarks.batch_kills --kills 30 --photos 12

Faces of nobody, edited with the built-in pack. A run that nothing disturbs says what the pixels are to be.
Then the driver is killed again and again; when a batch is through, another one begins in a new folder. A
moment is drawn by the batch's progress, not by the clock, so that a busy machine, where a start takes longer
than a photo, is killed everywhere as well: after so many further results, none to those of half a batch, and
a random part of the time that one takes, or at once, when a result has its name and the ledger may not say so
yet. After every kill each picture in the folder must be whole and have those pixels, what the ledger said was
done must be done still, by the same file; at the end everything must be done. Exit code 1 where anything is
not.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from PIL import Image

import engine
from engine.batch.ledger import DONE, NAME, Ledger

ROOT = Path(__file__).parents[2]
Done = dict[str, tuple[float | None, str, int]]


QUICK = [
    "steps.latent=6",
    "steps.hold_region=3",
    "steps.coarse=2",
    "steps.tune=1",
    "loss.start_steps.classf=3",
]
"""So few steps that most of a photo's time is its opening, finding, pasting and saving, where kills hurt."""


_LOOK = 0.02
"""Seconds between two looks for results."""
_PATIENCE = 60.0
"""Seconds until the last worker is gone, on a machine that is busy."""


def command(photos: Path, out: Path, quick: bool) -> list[str]:
    words = [
        sys.executable,
        "-m",
        "engine.cli",
        "batch",
        str(photos),
        "--outdir",
        str(out),
        "--resume",
        "--quiet",
    ]
    words += ["--attribute", "smiling", "--weights", "starter", "--preset", "fast", "--device", "cpu"]
    return [*words, "--set", *QUICK] if quick else words


def draw(folder: Path, count: int) -> None:
    """Faces of nobody with a margin, so that they have to be found."""
    folder.mkdir()
    pack = engine.load_pack("starter", device="cpu")
    for seed in range(count):
        face = Image.fromarray(engine.random_face(pack, seed))
        photo = Image.new("RGB", (face.width + 160, face.height + 120), (120, 128, 122))
        photo.paste(face, (80, 60))
        photo.save(folder / f"{seed:02}.jpg", quality=95)


def pixels(out: Path) -> dict[str, str]:
    """Hashes of all pictures' pixels; raises for one that cannot be read."""
    return {
        path.name: hashlib.sha256(engine.open_photo(path).pixels.tobytes()).hexdigest()
        for path in sorted(out.rglob("*.png"))
    }


def done(out: Path) -> Done:
    """What the ledger says is done: when it ended, the file's hash, and which file of the disk it is."""
    if not (out / NAME).exists():
        return {}
    ledger = Ledger(out / NAME, read_only=True)
    try:
        rows = list(ledger.photos(DONE))
    finally:
        ledger.close()
    return {str(row.output): (row.ended, row.sha256, (out / row.output).stat().st_ino) for row in rows}


def check(out: Path, wanted: dict[str, str], before: Done) -> list[str]:
    """What is wrong after a kill; empty when all is well. The disk is looked at before the ledger."""
    faults = []
    there, now = pixels(out), done(out)
    faults += [f"{name} has other pixels" for name, found in there.items() if wanted.get(name) != found]
    faults += [f"{name} is done and not there" for name in now if name not in there]
    faults += [
        f"{name} was done, and is so no more or again" for name in before if now.get(name) != before[name]
    ]
    for name, (_, digest, _) in now.items():
        if hashlib.sha256((out / name).read_bytes()).hexdigest() != digest:
            faults.append(f"{name} has another hash than the ledger says")
    return faults


def kill(words: list[str], out: Path, results: int, after: float) -> bool:
    """Start the batch and kill its driver: when it has made so many further results, and so many seconds
    later. Whether it was killed before its end. Its workers have to end by themselves."""
    wanted = len(list(out.rglob("*.png"))) + results
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while len(list(out.rglob("*.png"))) < wanted:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK)
                return False
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        workers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
    _, alive = psutil.wait_procs(workers, _PATIENCE)
    if alive:
        raise RuntimeError(f"{len(alive)} workers outlived their driver")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.batch_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--quick", action="store_true", help="a few steps a photo instead of the whole preset"
    )
    options = parser.parse_args()
    rng, faults = random.Random(options.seed), list[str]()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        folder = Path(name)
        draw(folder / "in", options.photos)
        start = time.monotonic()
        subprocess.run(
            command(folder / "in", folder / "out", options.quick),
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        whole = time.monotonic() - start
        wanted = pixels(folder / "out")
        assert len(wanted) == options.photos, wanted
        print(f"undisturbed: {len(wanted)} photos in {whole:.1f} s", flush=True)
        kills, batches, before, killed = 0, 0, Done(), False
        while kills < options.kills or killed:
            out = folder / f"out-{batches}"
            results = rng.randint(0, options.photos // 2) if kills < options.kills else options.photos + 1
            # Two workers, so that one result follows another after half of what either takes.
            after = rng.uniform(0, whole / options.photos if results else whole / 2) * rng.choice((1, 1, 0))
            killed = kill(command(folder / "in", out, options.quick), out, results, after)
            kills += killed
            found = check(out, wanted, before)
            if not killed and pixels(out) != wanted:
                found.append("it ended, and not all is done")
            before = done(out) if killed else Done()
            batches += not killed
            end = f"killed {after:.1f} s after {results} more" if killed else "ended"
            print(
                f"{kills:3d} kills, batch {batches}: {end}, {len(done(out))} done; {found or 'well'}",
                flush=True,
            )
            faults += found
    print(json.dumps({"kills": kills, "batches": batches, "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
