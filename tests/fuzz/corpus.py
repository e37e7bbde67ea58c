"""Inputs for every loader: good files spoiled by a seed, and some that are hostile by design.

`Corpus(loader, folder).make(number)` writes input `number` into the folder and returns its path; the same
seed gives the same inputs.
"""

from __future__ import annotations

import collections
import functools
import io
import json
import os
import pickle
import random
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

from engine.packs.manifest import REQUIRED
from tests.engine import nvidia_pickle, reports, standin
from tests.engine.test_previews import hidden_everywhere, preview

from .mutate import NASTY, spoil, spoil_record

BOMBS = (2 * 10**8, 11 * 10**8)
"""Unpacked sizes in bytes: below and above what the program takes for an entry."""
CLAIM = 10**11  # 100 GB
REPOSITORY = Path(__file__).parents[2]


class Runs:
    """Leaves a mark when a careless loader unpickles it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.system, (f'echo hit > "{self.mark}"',)


class Corpus:
    """The inputs of one loader. `mark` is the file that appears when something was executed."""

    def __init__(self, loader: str, seed: int, folder: Path) -> None:
        self.loader, self.seed, self.folder = loader, seed, folder
        self.mark = folder / "executed"
        self._bases: list[tuple[str, bytes]] = list(BASES[loader](folder / "bases"))
        shutil.rmtree(folder / "bases", ignore_errors=True)

    def make(self, number: int) -> Path:
        rng = random.Random(f"{self.loader} {self.seed} {number}")
        name, data = MAKERS[self.loader](self, rng)
        place = self.folder / f"input{number}"
        place.mkdir()
        path = place / name
        path.write_bytes(data)
        return path

    def base(self, rng: random.Random) -> tuple[str, bytes]:
        return rng.choice(self._bases)


Bases = list[tuple[str, bytes]]
Made = tuple[str, bytes]


def _checkpoints(folder: Path) -> Bases:
    folder.mkdir(parents=True)
    contents = standin.narrow_contents()
    found = []
    for role, content in contents.items():
        for archive in (True, False):
            buffer = io.BytesIO()
            torch.save(content, buffer, _use_new_zipfile_serialization=archive)
            found.append((f"{role}.pt", buffer.getvalue()))
    flat = {key: tensor.clone() for key, tensor in contents["parser"].items()}
    save_file(flat, folder / "x.safetensors")
    found.append(("parser.safetensors", (folder / "x.safetensors").read_bytes()))
    return found


def _checkpoint(corpus: Corpus, rng: random.Random) -> Made:
    roll = rng.random()
    name, data = corpus.base(rng)
    if roll < 0.55:
        return name, spoil(data, rng)
    if roll < 0.65:
        return "claim.safetensors", _safetensors_claim(rng)
    if roll < 0.75:
        return name, _saved(_spoiled_state(rng), rng)
    if roll < 0.85:
        hostile = rng.choice(("state", "top", "protocol"))
        value: Any = Runs(corpus.mark)
        if hostile == "protocol":
            return "bad.pt", pickle.dumps({"a": value}, protocol=rng.randrange(5))
        return "bad.pt", _saved({"input.input": value} if hostile == "state" else value, rng)
    if roll < 0.95:
        return "ops.pt", _random_pickle(rng)
    return rng.choice((name, "x.safetensors")), rng.randbytes(rng.randrange(400))


def _safetensors_claim(rng: random.Random) -> bytes:
    shape = rng.choice(([CLAIM // 4], [2**40, 2**40], [0, 2**62], [-1], [2, 3], ["x"], CLAIM))
    offsets = rng.choice(([0, CLAIM], [0, 24], [24, 0], [0, 2**64], [-1, 4], None))
    header = json.dumps(
        {"a": {"dtype": rng.choice(("F32", "F8", 3)), "shape": shape, "data_offsets": offsets}}
    )
    length = rng.choice((len(header), len(header), CLAIM, 2**63, 0))
    return struct.pack("<Q", length) + header.encode() + bytes(24)


def _spoiled_state(rng: random.Random) -> dict[str, Any]:
    """A real state dict with one tensor missing, of another shape or kind, not finite or too large a view."""
    state = dict(rng.choice((standin.narrow_generator_state, standin.narrow_vgg_state))())
    key = rng.choice(list(state))
    kind = rng.randrange(6)
    if kind == 0:
        del state[key]
    else:
        state[key] = (
            torch.full((2, 2), torch.nan),
            torch.zeros(rng.randrange(4), 3, 0),
            torch.full_like(state[key].float(), torch.inf),
            torch.zeros(1).expand(2**30),
            rng.choice(NASTY),
        )[kind - 1]
    return state


def _saved(content: Any, rng: random.Random) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=rng.random() < 0.5)
    return buffer.getvalue()


def _random_pickle(rng: random.Random) -> bytes:
    """Operations of the pickle machine in a random order, some with lengths that are lies."""
    ops = [
        b"(", b"]", b"}", b")", b"l", b"d", b"t", b"0", b"2", b"N", b"a", b"b", b"R", b"\x81",
        b"s", b"u", b"e",
        b"q\x01", b"h\x01", b"K\x01", b"X\x03\x00\x00\x00abc", b"r" + struct.pack("<I", rng.getrandbits(32)),
        b"\x8e" + struct.pack("<Q", CLAIM), b"B" + struct.pack("<I", 2**31), b"\x8a\xff", b"Q",
        b"\x85", b"\x86",
        b"ccollections\nOrderedDict\n", b"cbuiltins\nbytearray\n", b"ctorch._utils\n_rebuild_tensor_v2\n",
        b"cos\nsystem\n", b"cposix\nsystem\n", b"ctorch\nload\n", b"\x93",
    ]  # fmt: skip
    return b"\x80\x02" + b"".join(rng.choice(ops) for _ in range(rng.randrange(60))) + b"."


def _nvidia_bases(folder: Path) -> Bases:
    folder.mkdir(parents=True)
    state = standin.narrow_generator_state((6, 6), 8)
    flat = nvidia_pickle.their_layout(state, torch.zeros(8))
    return [("g.pkl", nvidia_pickle.write(folder / "g.pkl", flat).read_bytes())]


def _nvidia(corpus: Corpus, rng: random.Random) -> Made:
    roll = rng.random()
    if roll < 0.6:
        return "g.pkl", spoil(corpus.base(rng)[1], rng)
    if roll < 0.7:
        return "g.pkl", pickle.dumps({"G_ema": Runs(corpus.mark)}, protocol=rng.randrange(5))
    if roll < 0.8:
        ordered = collections.OrderedDict({"G_ema": rng.choice(NASTY)})
        return "g.pkl", pickle.dumps(ordered)
    return "g.pkl", _random_pickle(rng)


def _image_bases(folder: Path) -> Bases:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (80, 72, 3), dtype=np.uint8)
    found = []
    for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"):
        for mode in ("RGB", "L"):
            buffer = io.BytesIO()
            image = Image.fromarray(pixels).convert(mode)
            exif = Image.Exif()
            exif[0x0112] = 6
            options = {"exif": exif} if kind in ("PNG", "JPEG", "WEBP", "TIFF") else {}
            image.save(buffer, kind, **options)
            found.append((f"x.{kind.lower()}", buffer.getvalue()))
    folder.mkdir(parents=True)
    for suffix in (".png", ".jpg", ".webp", ".tif", ".avif"):  # with previews and texts in all their places
        hidden_everywhere(folder / f"x{suffix}", preview())
        found += [(f"x{suffix}", (folder / f"x{suffix}").read_bytes())] * 2
    return found


def _image(corpus: Corpus, rng: random.Random) -> Made:
    roll = rng.random()
    name, data = corpus.base(rng)
    if roll < 0.8:
        return name, spoil(data, rng)
    if roll < 0.9:
        return "bomb.png", _png(rng.choice((40_000, 2**31 - 1, 65_535, 300)), rng)
    return rng.choice(("x.png", "x.jpg", "x.tif", "x")), rng.randbytes(rng.randrange(300))


def _png(side: int, rng: random.Random) -> bytes:
    """A small file that claims to be a huge picture; its data are endless zeros, or too few."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    depth, colour = rng.choice(((8, 2), (16, 6), (1, 0), (8, 3)))
    header = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0)
    body = zlib.compress(bytes(rng.choice((100, 10_000_000))))
    text = chunk(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(bytes(20_000_000))) if rng.random() < 0.3 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _no_bases(_: Path) -> Bases:
    return []


def _manifest(corpus: Corpus, rng: random.Random) -> Made:
    """A pack's manifest, the list of packs, or the small files of an installation."""
    kind = rng.choice(("manifest.json", "parts.json", "manifest.toml", "pins.json"))
    if kind == "manifest.toml":
        text = (REPOSITORY / "weights" / "manifest.toml").read_bytes()
        if rng.random() < 0.1:
            return kind, b"a = " + b"[" * 50_000
        return kind, spoil(text, rng)
    part = {"file": "generator.pt", "sha256": "0" * 64, "bytes": 12, "component": "x"}
    records: dict[str, Any] = {
        "manifest.json": {
            "format": 1, "name": "p", "title": "P", "resolution": 32, "terms": "t",
            "files": {role: {"file": f"{role}.pt", "bytes": 3} for role in REQUIRED},
            "attributes": {"smiling": {"auc": 0.9}}, "presets": {"quick": {"steps.latent": 3}}, "metrics": {},
        },
        "parts.json": {"generator": part, "parser": part},
        "pins.json": {"a": "0" * 64},
    }  # fmt: skip
    return kind, spoil_record(records[kind], rng).encode("utf-8", "surrogatepass")


def _answer(corpus: Corpus, rng: random.Random) -> Made:
    """What a server sends back, byte for byte."""
    body = rng.choice((b"\x80\x02" + bytes(998), b"<!DOCTYPE html><p>no", b"", b"PK\x03\x04" + bytes(5000)))
    lengths = (str(len(body)), "1000", "0", "-1", "9" * 30, "abc", "", "1000, 1000", "\u0661")
    places = (
        "http://example.invalid/",
        "file:///etc/passwd",
        "ftp://x/y",
        "//x",
        "https://",
        "\\\\x\\y",
        "/again",
    )
    status = rng.choice((200, 200, 200, 206, 206, 301, 302, 307, 416, 404, 500, 100, 999, 0))
    headers = [
        f"Content-Length: {rng.choice(lengths)}",
        f"Content-Range: bytes {rng.choice(('0-9/10', '500-999/1000', '5-1/2', '*/1000', 'x'))}",
        f"Location: {rng.choice(places)}",
        f"Content-Type: {rng.choice(('text/html', 'application/octet-stream', chr(7)))}",
        f"ETag: {rng.choice(('', chr(34) * 2, chr(34) + 'x' * 9000 + chr(34), 'W/1'))}",
        f"Content-Encoding: {rng.choice(('gzip', 'identity', ''))}",
        f"Transfer-Encoding: {rng.choice(('chunked', 'x'))}",
        "X: " + "y" * rng.choice((10, 70_000)),
    ]
    chosen = rng.sample(headers, rng.randrange(len(headers)))
    head = "\r\n".join([f"HTTP/1.1 {status} X", *chosen]).encode("utf-8") + b"\r\n\r\n"
    data = head + body
    return "answer.bin", spoil(data, rng) if rng.random() < 0.4 else data


def _latent_bases(_: Path) -> Bases:
    found = []
    for array in (np.zeros((8, 32), np.float32), np.zeros((18, 512), np.float32), np.zeros(3, np.int64)):
        buffer = io.BytesIO()
        np.save(buffer, array)
        found.append(("w.npy", buffer.getvalue()))
    return found


def _latent(corpus: Corpus, rng: random.Random) -> Made:
    roll = rng.random()
    if roll < 0.6:
        return "w.npy", spoil(corpus.base(rng)[1], rng)
    if roll < 0.75:
        shape = rng.choice(("(100000000000,)", "(8, 32)", "(-1,)", "(2, 99999999999)", "((1,),)", "9" * 40))
        kind = rng.choice(("<f4", "|O", "<U99999999", "<f16", "V4", "[('a', '<f4')]"))
        header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
        return "w.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64)
    if roll < 0.9:
        return "w.npy", pickle.dumps(Runs(corpus.mark))
    return "w.npy", _zip({"a.npy": corpus.base(rng)[1]}, rng)


def _project_bases(folder: Path) -> Bases:
    from maskfacegan_gui.project import file as project_file

    from .sample import project_state

    folder.mkdir(parents=True)
    return [("p.mfg", project_file.write(folder / "p.mfg", project_state()).read_bytes())]


def _project(corpus: Corpus, rng: random.Random) -> Made:
    data = corpus.base(rng)[1]
    if rng.random() < 0.4:
        return "p.mfg", spoil(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries: dict[str, Any] = {name: archive.read(name) for name in archive.namelist()}
    kind = rng.randrange(6)
    manifest = json.loads(entries["manifest.json"])
    if kind <= 2:
        entries["manifest.json"] = spoil_record(manifest, rng).encode("utf-8", "surrogatepass")
    elif kind == 3:
        del entries[rng.choice(list(entries))]
    elif kind == 4:
        name = rng.choice(list(entries))
        entries[name] = spoil(entries[name], rng)
    else:
        manifest["version"] = rng.choice((0, 2, 99, "1", -1, None))
        entries["manifest.json"] = json.dumps(manifest).encode()
    return "p.mfg", _zip(entries, rng)


def _zip(entries: dict[str, bytes], rng: random.Random) -> bytes:
    """The entries, sometimes with one of them a bomb, a path that leads out, a link, or a name twice."""
    roll, bomb = rng.random(), ""
    if roll < 0.1:
        bomb = rng.choice([sorted(entries)[0], "manifest.json", "photo.npy"])
    buffer = io.BytesIO(_bomb(bomb, rng.choice(BOMBS)) if bomb else b"")
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            if name != bomb:
                archive.writestr(name, content)
        if 0.1 <= roll < 0.2:
            archive.writestr(rng.choice(("../escaped", "/escaped", "..\\escaped", "a/../../escaped")), "x")
        elif 0.2 <= roll < 0.3:
            link = zipfile.ZipInfo("photo.bin")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


@functools.lru_cache(maxsize=16)
def _bomb(name: str, size: int) -> bytes:
    """An archive with one entry of that many zeros."""
    buffer, block = io.BytesIO(), bytes(2**22)
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w", force_zip64=True) as entry,
    ):
        for _ in range(size // len(block)):
            entry.write(block)
    return buffer.getvalue()


def _report(corpus: Corpus, rng: random.Random) -> Made:
    """The report of a comparison, with pictures that are not there."""
    record = reports.report()
    record["pictures"] = [
        {"face": "a", "attribute": "smiling", "method": method["name"], "reached": True, "worst": 0.5,
         "input": "pictures/a.png", "result": "pictures/b.png", "error": None}
        for method in record["methods"]
    ]  # fmt: skip
    return "report.json", spoil_record(record, rng).encode("utf-8", "surrogatepass")


BASES: dict[str, Callable[[Path], Bases]] = {
    "checkpoints": _checkpoints,
    "pickles": _nvidia_bases,
    "images": _image_bases,
    "manifests": _no_bases,
    "answers": _no_bases,
    "latents": _latent_bases,
    "projects": _project_bases,
    "reports": _no_bases,
}
MAKERS: dict[str, Callable[[Corpus, random.Random], Made]] = {
    "checkpoints": _checkpoint,
    "pickles": _nvidia,
    "images": _image,
    "manifests": _manifest,
    "answers": _answer,
    "latents": _latent,
    "projects": _project,
    "reports": _report,
}
