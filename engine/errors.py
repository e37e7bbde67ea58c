"""Errors that are meant for a person: one plain sentence, and what to do next.

Every failure that the engine foresees is an `EngineError` or a kind of it. `str(error)` is the
sentence, `error.hint` what to do next; the traceback belongs in the log, not in front of a person.
"""

from __future__ import annotations

from pathlib import Path


def printable(text: str) -> str:
    """A text that any terminal, window and log can show on one line.

    Names of files may hold line feeds, other control characters, and bytes that are no text (which Python
    keeps as lone surrogates): these are written as escapes, "\\n" or "\\udce9". Everything else stays.
    """
    return "".join(c if c.isprintable() or c in _SPACES else _escaped(c) for c in text)


_SPACES = "\u00a0\u202f\u3000"
"""No control characters, though Python does not count them as printable."""


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


class EngineError(Exception):
    """A foreseen failure. `message` is one sentence for a person, `hint` the next thing to do.

    Both are on one line each and can be printed, whatever the names of files in them hold.
    """

    default_hint = ""

    def __init__(self, message: str, hint: str = "", *, path: Path | str | None = None) -> None:
        self.message = printable(message)
        super().__init__(self.message)
        self.hint = printable(hint or self.default_hint)
        self.path = Path(path) if path is not None else None

    def __str__(self) -> str:
        return self.message


class PhotoError(EngineError):
    """A photo that cannot be opened or understood."""

    default_hint = "Choose a JPEG, PNG, WebP, TIFF or BMP photo."


class PhotoTooLargeError(PhotoError):
    """A photo with more pixels than the limit, possibly a decompression bomb."""

    default_hint = "Scale the photo down in another program and open the smaller copy."


class NoFaceError(EngineError):
    """No face was found in a photo."""

    default_hint = "Try a photo with a larger, upright face, or open an aligned square crop as it is."


class SaveError(EngineError):
    """A file could not be written. Nothing that was there before is lost.

    `reason` is what the operating system said, "No space left on device"; empty where it said nothing.
    """

    default_hint = "Choose another folder, or free some space, and save again."
    reason = ""


class ReadOnlyError(SaveError):
    """A file that is there may not be written to, and nobody asked for it to be replaced."""

    reason = "read-only"


class PackError(EngineError):
    """A model pack that cannot be used as a whole."""

    default_hint = "Choose another model pack, or use the built-in one, 'starter'."


class CheckpointError(PackError):
    """A model file that is missing, truncated, foreign or unsafe."""

    default_hint = "Download the file again from its source, or use the built-in pack 'starter'."


class UnsafeCheckpointError(CheckpointError):
    """A model file that asks for more than tensors when it is read. It was not executed."""

    default_hint = "Do not use this file. Get it again from a source you trust."


class DownloadError(PackError):
    """A model file that could not be downloaded. What was there before is unharmed."""

    default_hint = "Check the connection and try again, or import the file from a folder."


class UnknownAttributeError(EngineError):
    """An attribute name that no classifier knows."""


class UnsupportedAttributeError(EngineError):
    """An attribute that the loaded pack cannot edit."""

    default_hint = "Choose another attribute, or a larger model pack."


class ConfigError(EngineError):
    """A configuration key or value that is not understood."""


class NoEncoderError(EngineError):
    """A global edit was asked of a pack without an encoder."""

    default_hint = "Start from the mean face instead (encoder start off), or use a pack with an encoder."


class OutOfMemoryError(EngineError):
    """The device ran out of memory. What the run took has been freed."""

    default_hint = "Close other programs, compute on the CPU, or use a model pack with a smaller resolution."
