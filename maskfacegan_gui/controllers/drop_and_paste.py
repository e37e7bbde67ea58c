"""Reads drag-and-drop and clipboard data: files, a picture, or text that names files or holds a picture.

Text is a stranger's: a password may be in the clipboard. It is looked at for paths and a `data:` address, and
goes nowhere else, neither into a message nor into a log; whether a path in it leads to a file is for a worker
to ask (`existing`), and only what does is ever named.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import shlex
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import numpy as np
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from engine import ByteArray

COPIED_FILES = "x-special/gnome-copied-files"
"""What file managers of GNOME, Xfce and others copy: "copy" or "cut", then an address a line."""
_COPIED = (COPIED_FILES, "x-special/mate-copied-files")

_HEADS = ("copy", "cut", "x-special/nautilus-clipboard", *_COPIED)
_LONGEST_TEXT = 1 << 16
"""Characters beyond which no text is a list of files."""
_LONGEST_DATA = 1 << 28
"""Of a `data:` address."""
_QUOTES = {"'": "'", '"': '"', "`": "`´", "“": "”", "„": "“”", "«": "»", "‘": "’", "<": ">"}
_QUOTES |= {"»": "«", "‹": "›", "›": "‹", "‚": "‘’", "”": "”", "’": "’"}
"""What a quotation may end with, by what it begins with."""
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks of a text's order and direction: Windows' dialogs copy one before a path."""
_LINES = re.compile(r"[\r\n\0]+")
"""What ends a line. Python's own lines end at signs that a name may have in it, too."""
_HERE = ("", "localhost", "127.0.0.1", "[::1]")
_DATA = re.compile(
    r"data:(?:image/[\w.+-]+|application/octet-stream)"
    r"((?:\s*;\s*[\w.+-]+(?:=(?:\"[^\"]*\"|[^;,\"]*))?)*)\s*,",
    re.IGNORECASE,
)
_BASE64 = re.compile(r";\s*base64\s*$", re.IGNORECASE)
_STYLE = re.compile(r"url\(\s*(.*?)\s*\)", re.IGNORECASE | re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class MimeContents:
    """`paths` of local files in the order they came, `picture` (H, W, 3 or 4) uint8, or `encoded`, the bytes
    of a picture's file. `named` are paths that a text seems to name, of which nobody knows whether they are
    there. All may be empty."""

    paths: tuple[Path, ...] = ()
    picture: ByteArray | None = None
    encoded: bytes = b""
    named: tuple[Path, ...] = ()
    remote: bool = False  # an address that is not on this computer

    @property
    def empty(self) -> bool:
        return not self.paths and self.picture is None and not self.encoded and not self.named

    def __repr__(self) -> str:
        """Without what was in the clipboard."""
        return "MimeContents()"


def acceptable(data: QMimeData) -> bool:
    """Whether a drag over the window may be dropped."""
    return data.hasUrls() or data.hasImage()


def take(data: QMimeData | None) -> MimeContents:
    """Read the data; files win over a picture, since they carry the photo's own depth and profile."""
    if data is None:  # an empty clipboard
        return MimeContents()
    urls = data.urls()
    paths = tuple(path for url in urls if (path := local_path(url)) is not None)
    if paths:
        return MimeContents(paths)
    for kind in _COPIED:
        found = paths_in(bytes(data.data(kind).data()).decode("utf-8", "surrogateescape"))
        if found:
            return MimeContents(named=found)
    for text in (*(url.toString() for url in urls if url.scheme() == "data"), data.text()):
        encoded = picture_in(text)
        if encoded:
            return MimeContents(encoded=encoded)
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return MimeContents(picture=pixels_of(image))
    remote = any(url.scheme() in ("http", "https", "ftp", "smb", "sftp") for url in urls)
    return MimeContents(named=paths_in(data.text()), remote=remote)


def paths_in(text: str) -> tuple[Path, ...]:
    """The paths that a text consists of, one a line, or in a line as a terminal takes several: absolute or in
    the home (`~`), in quotes or not, or as `file:` addresses. Nothing where any line is something else."""
    lines = [line for line in map(_bare, _LINES.split(text[: _LONGEST_TEXT + 1])) if line]
    if len(text) > _LONGEST_TEXT or not lines:
        return ()
    while len(lines) > 1 and lines[0] in _HEADS:
        del lines[0]
    found = [_paths_in(line) for line in lines]
    return tuple(path for paths in found for path in paths) if all(found) else ()


def _paths_in(line: str) -> list[Path]:
    """What a line names: a path, and the same without the backslashes that a terminal puts before spaces, or
    of an address with "#" and "?" as they are in the name; or several, each in quotes or with such
    backslashes, with commas between them or without."""
    path, words = _path_in(line), list[Path | None]()
    listed: list[Path | None] = []
    if os.name == "posix":
        with contextlib.suppress(ValueError):  # a quotation without an end
            parts = shlex.split(line)
            words, listed = ([_path_in(part.rstrip(marks)) for part in parts] for marks in ("", ",;"))
    plain = None if path is None or os.name != "posix" else Path(_ESCAPED.sub(r"\1", str(path)))
    if path is not None and _unquoted(line)[:5].lower() == "file:":
        plain = _path_in(line.replace("#", "%23").replace("?", "%3F"))
    several = [*(words if all(words) else []), *(listed if all(listed) else [])]
    return list(dict.fromkeys(each for each in (path, plain, *several) if each is not None))


def _bare(text: str) -> str:
    """A text without spaces and unseen marks around it."""
    return text.strip().strip(_UNSEEN).strip()


def _unquoted(text: str) -> str:
    text = _bare(text)
    if len(text) > 2 and text[-1] in _QUOTES.get(text[0], ""):
        return _bare(text[1:-1])
    return text


def _path_in(line: str) -> Path | None:
    line = _unquoted(line)
    if line[:5].lower() == "file:":
        return _path_of_address(line)
    if "\0" in line or not (line.startswith(("/", "~/", "\\\\")) or _DRIVE.match(line)):
        return None
    with contextlib.suppress(RuntimeError):  # a home that cannot be found
        path = Path(line).expanduser()
        return path if path.is_absolute() else None
    return None


def _path_of_address(address: str) -> Path | None:
    """Of a `file:` address on this computer. Its bytes need not be text in UTF-8."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    try:
        name = os.fsdecode(unquote_to_bytes(os.fsencode(parts.path)))
    except UnicodeError:  # half of a letter of 16 bits
        return None
    if os.name == "nt" and re.match(r"/[A-Za-z]:", name):
        name = name[1:]
    if not _is_here(parts.netloc.lower()) or "\0" in name or not name:
        return None
    path = Path(name)
    return path if path.is_absolute() else None


def _is_here(host: str) -> bool:
    """Whether an address is of this computer: some file managers write its name, with a domain or without."""
    own = socket.gethostname().lower()
    return host in _HERE or host in (own, own.partition(".")[0])


def local_path(url: QUrl) -> Path | None:
    """The path of an address on this computer, also where its name is no text in UTF-8, which Qt's own way
    loses."""
    if not url.isLocalFile():
        return None
    if os.name == "nt":
        return Path(url.toLocalFile())
    return _path_of_address(bytes(url.toEncoded().data()).decode("ascii", "replace"))


def picture_in(text: str) -> bytes:
    """The bytes that a `data:` address of a picture holds (RFC 2397); none for any other text."""
    if len(text) > _LONGEST_DATA:
        return b""
    text = _unquoted(text)
    style = _STYLE.fullmatch(text) if text[:4].lower() == "url(" else None
    text = _unquoted(style[1]) if style else text
    found = _DATA.match(text)
    if found is None:
        return b""
    content = unquote_to_bytes(text[found.end() :])
    if not _BASE64.search(found.group(1)):
        return content
    content = b"".join(content.split()).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(content + b"=" * (-len(content) % 4))
    except (binascii.Error, ValueError):
        return b""


def existing(paths: Iterable[Path]) -> list[Path]:
    """Those of some paths that lead to a file. May wait for a disk: not for the window's thread."""
    found = []
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            if path.is_file():
                found.append(path)
    return found


def pixels_of(image: QImage) -> ByteArray:
    """(H, W, 3) uint8 of a Qt image, (H, W, 4) with the opacity where a pixel of it is seen through."""
    if image.hasAlphaChannel():
        pixels = _rows(image.convertToFormat(QImage.Format.Format_RGBA8888), 4)
        if pixels[..., 3].min() < 255:
            return pixels
    return _rows(image.convertToFormat(QImage.Format.Format_RGB888), 3)


def _rows(image: QImage, channels: int) -> ByteArray:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : channels * image.width()].reshape(image.height(), image.width(), channels).copy()
