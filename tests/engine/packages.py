"""Public packages in small: archives with model files as members, well-formed or hostile, and an index."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from .bad_server import Handler, Server

SETUP = """import pathlib
pathlib.Path({marker!r}).write_text("setup.py was run")
"""
_WIDTHS = (4, 4, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 8)
_ENDS = (1, 3, 6, 9, 12)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def linking_wheel(name: str, target: str) -> bytes:
    """A wheel whose member `name` is a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, target)
    return buffer.getvalue()


def sdist(members: Mapping[str, bytes | tarfile.TarInfo]) -> bytes:
    """A tar.gz; a TarInfo in place of a content stands for itself (a link, a device), under its key."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                content.name = name
                archive.addfile(content)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def link(kind: bytes, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo()
    entry.type, entry.linkname = kind, target
    return entry


def saved(content: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def lpips_arrays(seed: int = 0) -> dict[str, dict[str, dict[str, np.ndarray]]]:
    """LPIPS on a narrow VGG16 of random numbers, laid out as flax does."""
    source = np.random.default_rng(seed)
    layers, before = {}, 3
    for number, width in enumerate(_WIDTHS):
        kernel = source.normal(size=(3, 3, before, width)).astype(np.float32)
        layers[f"Conv_{number}"] = {"kernel": kernel, "bias": np.zeros(width, np.float32)}
        before = width
    heads = {
        f"NetLinLayer_{number}": {
            "Conv_0": {"kernel": source.random((1, 1, _WIDTHS[end], 1)).astype(np.float32)}
        }
        for number, end in enumerate(_ENDS)
    }
    return {"VGG16_0": layers, **heads}


def lpips_pickle(seed: int = 0) -> bytes:
    return pickle.dumps(lpips_arrays(seed), protocol=3)


class Index(Server):
    """A server with pages under /simple/ and files under /files/; `how` is what becomes of the files.

    Every path that was asked for is in `paths`, every Authorization header in `passwords`.
    """

    def __init__(self) -> None:
        super().__init__(b"")
        self.files: dict[str, bytes] = {}
        self.pages: dict[str, str] = {}
        self.kind = "text/html; charset=utf-8"
        self.paths: list[str] = []
        self.passwords: list[str] = []
        self.RequestHandlerClass = IndexHandler

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/simple/"

    def offer(self, package: str, file: str, data: bytes, digest: str | None = None) -> None:
        """Put an archive on the package's page, with a hash beside it ("" for none)."""
        self.files[file] = data
        shown = sha256(data) if digest is None else digest
        fragment = f"#sha256={shown}" if shown else ""
        self.pages[package] = (
            self.pages.get(package, "") + f'<a href="../../files/{file}{fragment}">{file}</a>\n'
        )


class IndexHandler(Handler):
    server: Index

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.server.passwords.append(self.headers.get("Authorization", ""))
        folder, _, name = self.path.strip("/").partition("/")
        if folder == "files" and name in self.server.files:
            self.server.data = self.server.files[name]
            super().do_GET()
        elif folder == "simple" and name in self.server.pages:
            page = self.server.pages[name].encode()
            self.head(200, Content_Length=len(page), Content_Type=self.server.kind)
            self.wfile.write(page)
        else:
            self.close_connection = True
            self.gone()


def write_index(folder: Path, package: str, file: str, data: bytes) -> str:
    """An index in a folder, as `pip` reads one at file://; its address."""
    (folder / "files").mkdir(parents=True)
    (folder / "files" / file).write_bytes(data)
    page = folder / "simple" / package / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<a href="../../files/{file}#sha256={sha256(data)}">{file}</a>', encoding="utf-8")
    return (folder / "simple").as_uri()
