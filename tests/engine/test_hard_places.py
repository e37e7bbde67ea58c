"""A full disk, too little memory, a home that cannot be written: a sentence, and the good file stays."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import DownloadError, PackError, SaveError, paths
from engine.distribution import installed
from engine.distribution.catalogue import Component
from engine.distribution.download import fetch
from engine.packs.convert import convert
from tests.hard_places import KILO, SmallDisk, read_only, small_disk

from . import nvidia_pickle, standin
from .bad_server import model_bytes, serving
from .test_download import QUICK

DATA = model_bytes(400 * KILO)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 1024 * KILO) as made:
        yield made


def test_a_noisy_picture_is_saved_as_jpeg(tmp_path: Path) -> None:
    """Pillow's optimised encoder reserves too little for it."""
    path = engine.save_photo(noise(1), tmp_path / "noise.jpg", quality=100)
    assert np.abs(engine.open_photo(path).pixels.astype(int) - noise(1).pixels).mean() < 2


def noise(seed: int) -> engine.Photo:
    pixels = np.random.default_rng(seed).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    return engine.Photo(pixels, "RGB")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"filler"}


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "webp", "bmp"])
def test_a_full_disk_does_not_cost_the_earlier_picture(disk: SmallDisk, suffix: str) -> None:
    path = engine.save_photo(noise(1), disk.folder / f"out.{suffix}")
    before = path.read_bytes()
    disk.fill(4 * KILO)
    with pytest.raises(SaveError) as caught:
        engine.save_photo(noise(2), path)
    assert path.name in caught.value.message and caught.value.hint
    assert path.read_bytes() == before and names(disk.folder) == {path.name}
    disk.free()
    engine.save_photo(noise(2), path)


def test_a_download_that_does_not_fit(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.distribution.download.SPARE_BYTES", 0)
    component = Component("x", "parser", "The thing", "x.pth", (), len(DATA), None)
    with serving(DATA) as server:
        known = Component(**{**component.__dict__, "sources": (server.url,)})
        unknown = Component(**{**known.__dict__, "bytes": None})
        disk.fill(64 * KILO)
        if disk.mounted:
            with pytest.raises(DownloadError, match="needs 0 MB, but only 0 MB are free"):
                fetch(known, disk.folder, tries=QUICK)
            assert server.asked == [] and names(disk.folder) == set()
        server.script = ["longer"]  # does not say how large the file is
        with pytest.raises(DownloadError) as caught:
            fetch(unknown, disk.folder, tries=QUICK)
        assert "The thing" in caught.value.message and caught.value.hint
        assert not (disk.folder / "x.pth").exists()
        disk.free()
        fetched = fetch(known, disk.folder, tries=QUICK)
    assert fetched is not None and fetched.sha256 == hashlib.sha256(DATA).hexdigest()


def test_the_list_of_parts_survives_a_full_disk(disk: SmallDisk) -> None:
    path = disk.folder / "parts.json"
    installed.write_whole(path, {"a": 1})
    before = path.read_bytes()
    disk.fill(4 * KILO)
    with pytest.raises(PackError, match=r"parts\.json could not be written"):
        installed.write_whole(path, {"a": "x" * 100 * KILO})
    assert path.read_bytes() == before and names(disk.folder) == {"parts.json"}


def test_a_conversion_that_does_not_fit(disk: SmallDisk, tmp_path: Path) -> None:
    import torch

    flat = nvidia_pickle.their_layout(standin.narrow_generator_state((32, 32), 8), torch.zeros(8))
    source = nvidia_pickle.write(tmp_path / "g.pkl", flat)
    disk.fill(4 * KILO)
    with pytest.raises(engine.EngineError) as caught:
        convert(source, disk.folder / "g.safetensors")
    assert "\n" not in caught.value.message and names(disk.folder) == set()


def test_a_home_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with read_only(tmp_path / "home") as home, serving(DATA) as server:
        monkeypatch.setenv("MASKFACEGAN_HOME", str(home))
        component = Component("x", "parser", "The thing", "x.pth", (server.url,), len(DATA), None)
        with pytest.raises(DownloadError) as caught:
            fetch(component, paths.user_folder() / "packs" / "p", tries=QUICK)
        assert "cannot be written to" in caught.value.message and caught.value.hint
        with pytest.raises(PackError, match="could not be written"):
            installed.write_whole(installed.packs_folder() / "pins.json", {})
        assert engine.list_packs()[0].name == "starter"
        # The mean of a generator is computed, though it cannot be kept.
        assert engine.load_pack("starter", device="cpu").latent_mean.shape[1] > 1


NO_MEMORY = """
import resource, sys
from pathlib import Path
import numpy as np
import engine

folder = Path(sys.argv[1])
pack = engine.load_pack("starter", device="cpu")
photo = engine.Photo(engine.random_face(pack, 1), "RGB")
face = engine.take_whole(photo)
settings = {"steps.latent": 1, "steps.noise": 0}
request = engine.EditRequest(
    face, engine.parse(face, pack), (engine.AttributeEdit(pack.supported[0]),), settings=settings
)
done = [step.result for step in engine.run(request, pack)][-1]
engine.save_photo(engine.paste(photo, face, done), folder / "edited.png")
# More than the 32 MB that a freed block may be kept for.
big = engine.Photo(np.full((3600, 3600, 3), 90, np.uint8), "RGB")
engine.save_photo(big, folder / "big.png")
corners = np.array([[1200, 1500], [2400, 1500], [1800, 2100], [1380, 2580], [2220, 2580]], float)
box = engine.FaceBox((900.0, 900.0, 2700.0, 3000.0), 0.9, corners)
works = {
    "open": lambda: engine.open_photo(folder / "big.png"),
    "align": lambda: engine.align(big, box, size=4096),
    "load": lambda: engine.load_pack("starter", device="cpu"),
    "edit": lambda: list(engine.run(request, pack)),
    "save": lambda: engine.save_photo(big, folder / "edited.webp"),
}
pages = int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**22, resource.RLIM_INFINITY))
told = []
for name, work in works.items():
    try:
        work()
        told.append((name, "done", ""))
    except Exception as error:
        told.append((name, type(error).__name__, str(error)))
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for name, kind, text in told:
    print(name, kind, text.replace(chr(10), "|"), sep=";")
for work in works.values():
    work()
print("afterwards", "done", engine.open_photo(folder / "edited.webp").width, sep=";")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is counted from /proc")
def test_too_little_memory_is_a_sentence_and_passes(tmp_path: Path) -> None:
    """Next to no memory is left: what needs more says so, and all of it works again afterwards."""
    environment = {**os.environ, "MASKFACEGAN_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", NO_MEMORY, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    told = {line.split(";")[0]: line.split(";")[1:] for line in done.stdout.splitlines()}
    assert told["afterwards"] == ["done", "3600"]
    kinds = {name: kind for name, (kind, _) in told.items()}
    assert kinds["open"] == "PhotoTooLargeError" and kinds["save"] == "SaveError", told
    assert kinds["edit"] in ("OutOfMemoryError", "done") and kinds["load"] in ("OutOfMemoryError", "done"), (
        told
    )
    assert kinds["align"] in ("MemoryError", "OutOfMemoryError"), told
    assert all("|" not in text for kind, text in told.values() if kind != "MemoryError")
