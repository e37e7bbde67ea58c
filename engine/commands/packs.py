"""`maskfacegan packs`: what is there, and installing, checking, importing and removing it."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import EngineError, PackError
from ..run_control import RunControl
from . import evaluate, pack_info

if TYPE_CHECKING:
    from ..distribution.download import DownloadProgress
    from ..distribution.installed import PackState

Result = TypeVar("Result")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser("packs", help="list, install, check, import and remove model packs")
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(dest="action", metavar="action")
    actions.add_parser("list", help="list the model packs (the default)").set_defaults(run=_list)
    install = actions.add_parser("install", help="download a pack; goes on where it broke off")
    install.add_argument("pack")
    install.add_argument(
        "--with",
        dest="wishes",
        action="append",
        default=[],
        metavar="ROLE=COMPONENT",
        help="take another component, for example parser=bisenet-parser, or encoder=none",
    )
    install.add_argument(
        "--accept-terms", action="store_true", help="accept the licences without being asked"
    )
    install.add_argument(
        "--optional",
        action="store_true",
        help="if it cannot be had, say so in a sentence and end without an error",
    )
    install.set_defaults(run=_install)
    pack_info.add_action(actions)
    verify = actions.add_parser("verify", help="check a pack's files and what they do")
    verify.add_argument("pack", help="a pack's name or folder")
    verify.add_argument("--device", default="auto")
    verify.set_defaults(run=_verify)
    imports = actions.add_parser("import", help="take model files or folders into a pack")
    imports.add_argument("paths", nargs="+", type=Path)
    imports.add_argument("--pack", default="maskfacegan-1024")
    imports.set_defaults(run=_import)
    remove = actions.add_parser("remove", help="delete a downloaded pack")
    remove.add_argument("pack")
    remove.set_defaults(run=_remove)
    convert = actions.add_parser("convert", help="convert NVIDIA's .pkl generator, without running its code")
    convert.add_argument("source", type=Path)
    convert.add_argument("target", type=Path, help="a .safetensors file to write")
    convert.set_defaults(run=_convert)
    evaluate.add_action(actions)


def _list(options: argparse.Namespace) -> int:
    from ..distribution.installed import pack_states
    from ..packs.manifest import list_packs

    packs = list_packs()
    for pack in packs:
        state = "ready" if pack.available else f"missing {', '.join(pack.missing)}"
        resolution = f"{pack.resolution} px" if pack.resolution else "size unknown"
        print(f"{pack.name:<20} {resolution:<10} {state:<10} {pack.title}")
        print(f"{'':<20} {pack.where}")
    for offered in pack_states():
        if not offered.ready and offered.offer.name not in {pack.name for pack in packs}:
            _print_offer(offered)
    return 0


def _print_offer(state: PackState) -> None:
    offer = state.offer
    unknown = f" and {state.unknown_sizes} files of unknown size" if state.unknown_sizes else ""
    print(f"{offer.name:<20} {offer.resolution or '?'} px    to install {offer.title}")
    print(f"{'':<20} {state.missing_bytes / 1e6:,.0f} MB{unknown} to download:")
    for part in state.parts:
        known = f"sha256 {part.sha256[:12]}..." if part.sha256 else "hash not known; pinned on first download"
        known = known if part.component.builtin is None else "comes with the program"
        there = "there" if part.present else "optional" if part.optional else "missing"
        print(f"{'':<22} {part.role:<11} {there:<9} {part.component.name}: {known}")


def _install(options: argparse.Namespace) -> int:
    from ..distribution.listing import is_up_to_date

    if is_up_to_date(options.pack) and not options.wishes:
        print(f"The pack '{options.pack}' is ready.")
        return 0
    try:
        return _install_missing(options)
    except EngineError as error:
        if not options.optional:
            raise
        again = f"'maskfacegan packs install {options.pack}' tries again"
        print(f"note: {error.message} The program works with its built-in pack; {again}.", file=sys.stderr)
        return 0


def _install_missing(options: argparse.Namespace) -> int:
    from ..distribution import install, installed
    from ..distribution.catalogue import read_catalogue

    wishes = _wishes(options.wishes)
    catalogue = read_catalogue()
    state = installed.state(catalogue.pack(options.pack), catalogue, wishes)
    if state.missing and not _accepted(state, options.accept_terms):
        print("Nothing was downloaded.")
        return 1
    done = _stoppable(lambda control: install.install_pack(options.pack, control, _Line().show, wishes))
    if done is None:
        print("Cancelled; nothing unfinished was kept.")
        return 130
    for part in done.parts:
        digest = part.part.sha256 if part.part else ""
        first = " (pinned)" if part.component.sha256 is None and part.component.sources else ""
        print(f"{part.role:<11} {part.component.file}  sha256 {digest}{first}")
    print(f"'{done.offer.title}' is ready in {done.folder}.")
    return 0


def _accepted(state: PackState, already: bool) -> bool:
    """Show the terms of what is missing and ask, unless they were accepted `already`."""
    for part in state.missing:
        print(f"{part.component.title}\n  {part.component.terms}")
    if already:
        return True
    if not sys.stdin.isatty():
        print("Say --accept-terms to accept these terms.")
        return False
    return input("Do you accept these terms? [y/N] ").strip().lower() in ("y", "yes")


def _wishes(texts: list[str]) -> dict[str, str]:
    wishes = {}
    for text in texts:
        role, separator, name = text.partition("=")
        if not separator:
            raise PackError(f"'{text}' is not of the form role=component.")
        wishes[role] = name
    return wishes


def _verify(options: argparse.Namespace) -> int:
    from ..distribution.verify import verify_pack

    findings = verify_pack(options.pack, device=options.device)
    for finding in findings:
        print(f"{'ok ' if finding.good else 'BAD'} {finding.what:<11} {finding.text}")
    return 0 if all(finding.good for finding in findings) else 1


def _import(options: argparse.Namespace) -> int:
    from ..distribution.install import import_models

    results, state = _stoppable(
        lambda control: import_models(options.paths, options.pack, control, _Line().show)
    )
    for result in results:
        print(f"{result.role or 'refused':<11} {result.path}{'  ' + result.reason if result.reason else ''}")
    if not results:
        print("No model files were found there.")
    needed = [part.role for part in state.missing if not part.optional]
    print(f"'{state.offer.title}' {'still needs: ' + ', '.join(needed) if needed else 'is ready'}.")
    return 0 if any(result.role for result in results) else 1


def _remove(options: argparse.Namespace) -> int:
    from ..distribution.installed import remove_pack

    there = remove_pack(options.pack)
    print(f"'{options.pack}' was removed." if there else f"There is no installed pack '{options.pack}'.")
    return 0 if there else 1


def _convert(options: argparse.Namespace) -> int:
    from ..packs.convert import convert

    resolution = convert(options.source, options.target)
    print(f"{options.target}: a generator of {resolution} px. Import it with 'maskfacegan packs import'.")
    return 0


def _stoppable(work: Callable[[RunControl], Result]) -> Result:
    """Run `work` beside, so that Ctrl+C cancels it cleanly instead of tearing it apart."""
    control, results, errors = RunControl(), list[Result](), list[BaseException]()

    def body() -> None:
        try:
            results.append(work(control))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    while thread.is_alive():
        try:
            thread.join(0.2)
        except KeyboardInterrupt:
            control.cancel()
    if errors:
        raise errors[0]
    return results[0]


class _Line:
    """DownloadProgress as one line on stderr that is written over; nothing where it is no terminal."""

    def show(self, progress: DownloadProgress) -> None:
        if not sys.stderr.isatty():
            return
        share = f"{100 * progress.done / progress.total:5.1f} %" if progress.total else ""
        speed = f"{progress.speed / 1e6:.1f} MB/s" if progress.speed else ""
        left = f"{progress.left:.0f} s left" if progress.left is not None else ""
        text = f"{progress.component}: {progress.phase} {share} {speed} {left} {progress.note}"
        print(f"\r{text[:100]:<100}", end="\n" if progress.phase == "checking" else "", file=sys.stderr)
