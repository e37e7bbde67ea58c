"""`maskfacegan edit`: `engine.Editor` walked for every photo named on the command line, without a window."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ConfigError, EngineError, NoFaceError, SaveError
from ..photo.formats import SAVED
from ..run_control import RunControl
from ..types import EditRequest, EditResult, Face, Step
from .edit_options import (
    add_computing,
    add_edit,
    add_results,
    check_edit,
    check_quality,
    config_of,
    settings_of,
)
from .record import Names, Trace, check_record, read_latent, write_latent, write_record

if TYPE_CHECKING:
    from ..compositing.pipeline import BlendMode
    from ..editor import Editor
    from ..packs.pack import ModelPack


def add_parser(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "edit",
        help="edit attributes of faces in photos",
        description="Edit one face in each photo; write one picture per photo, with a JSON record beside it.",
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("--image", nargs="+", action="extend", required=True, type=Path, metavar="F", help="photos to edit")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument(
        "--outdir", type=Path, metavar="D", help="folder for the results, named by what was done"
    )
    place.add_argument(
        "--output",
        type=Path,
        metavar="F",
        help=f"the result's file, for one photo; its suffix says its format: .{', .'.join(SAVED)}",
    )
    add_results(parser)
    add_edit(parser, attribute_required=True)
    add_computing(parser)
    add("--aligned", action="store_true", help="the images are aligned square faces; results are crops")
    add(
        "--landmarks",
        nargs=10,
        type=float,
        metavar="PX",
        help="five points of a face that was not found: x y of the eye on the picture's left, the other eye,"
        " the nose, the mouth corner on the left, the other",
    )
    add("--face", type=int, default=1, metavar="N", help="which face of a photo, 1 is the largest")
    add("--save-mask", type=Path, metavar="F.png", help="write the blend mask at the photo's size")
    add("--save-latent", type=Path, metavar="F", help="write the latent code (L, D), .npy")
    add("--init-latent", type=Path, metavar="F", help="start from a saved latent code")
    add("--trace", type=Path, metavar="F.jsonl", help="write every step's losses, one JSON line each")
    add("--quiet", action="store_true", help="no progress bar")


def run(options: argparse.Namespace) -> int:
    """Check everything that needs no network first, then edit photo by photo."""
    from .console import tell

    attributes = check_edit(options)
    _check_landmarks(options)
    config, settings = config_of(options), settings_of(options)
    latent = read_latent(options.init_latent) if options.init_latent else None
    _prepare_place(options)

    from ..packs.pack import load_pack

    pack = load_pack(options.weights, options.device, options.precision)
    options.preset = options.preset or pack.preset

    def request(editor: Editor, face: Face) -> EditRequest:
        return editor.request(
            face,
            *attributes,
            preset=options.preset,
            smoothing=options.smoothing,
            blend=options.blend,
            encoder_start=options.e4e_init,
            force_global=options.force_global,
            seed=options.seed,
            config=config,
            settings=settings,
            initial_latent=latent,
        )

    failed = 0
    with _interruptible() as control:
        for image in options.image:
            if control.cancelled:
                break
            try:
                _edit_one(image, options, pack, request, control)
            except EngineError as error:
                if options.verbose or len(options.image) == 1:
                    raise
                tell(error, str(image))
                failed += 1
    return 1 if failed else 0


def _edit_one(
    image: Path, options: argparse.Namespace, pack: ModelPack, request: Any, control: RunControl
) -> None:
    from ..editor import Editor
    from ..photo.api import conversions, remarks, save_mask

    editor = Editor(pack)
    photo = editor.open(image)
    for remark in remarks(photo):
        print(f"note: {remark}", file=sys.stderr)
    face = _face_of(editor, options)
    asked: EditRequest = request(editor, face)
    several = len(options.image) > 1
    trace = _beside(options.trace, image, several)
    result = _run(editor, asked, control, trace, image, options.quiet)
    for warning in result.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    mode: BlendMode = options.composite or ("paper" if options.preset == "paper" else "detail")
    # Pasted is the result itself: what scoring took apart of it is remembered with it.
    names = Names(options.outdir, image, asked, editor.scored(result, mode), pack, options)
    path = options.output or names.free_path(f".{options.format}")
    editor.paste(face, result, mode=mode)
    editor.save(path, options.quality, tag=not options.no_tag)
    for lost in conversions(photo, path):
        print(f"note: {lost}", file=sys.stderr)
    write_record(path, names.record(face))
    if options.save_mask:
        mask = editor.mask(face, result, mode=mode)
        save_mask(_required(_beside(options.save_mask, image, several)), mask)
    if options.save_latent:
        write_latent(_required(_beside(options.save_latent, image, several)), result.latent)
    print(path)


def _face_of(editor: Editor, options: argparse.Namespace) -> Face:
    if options.aligned:
        return editor.whole()
    if options.landmarks:
        return editor.align(editor.mark(np.reshape(options.landmarks, (5, 2))), refine=False)
    try:
        faces = editor.faces()
    except NoFaceError as error:
        hint = "Give its five points with --landmarks, or a square that is aligned already with --aligned."
        raise NoFaceError(error.message, hint, path=error.path) from None
    if not 1 <= options.face <= len(faces):
        count = f"{len(faces)} faces" if len(faces) != 1 else "one face"
        raise NoFaceError(
            f"The photo has no face number {options.face}; {count} found.", "Choose another --face."
        )
    return editor.align(faces[options.face - 1])


def _run(
    editor: Editor, request: EditRequest, control: RunControl, trace: Path | None, image: Path, quiet: bool
) -> EditResult:
    """Run the edit with a progress bar and, when asked for, a trace."""
    from tqdm import tqdm

    with Trace(trace) as lines, tqdm(desc=image.name, unit="step", disable=quiet or None) as bar:

        def watch(step: Step) -> None:
            bar.total = step.total
            bar.update(step.done - bar.n)
            if step.result is None or not step.result.cancelled:
                lines.write(step)

        return editor.edit(request, control, watch)


def _check_landmarks(options: argparse.Namespace) -> None:
    if options.landmarks and len(options.image) > 1:
        raise ConfigError("--landmarks belongs to one photo.", "Give one --image at a time.")


def _prepare_place(options: argparse.Namespace) -> None:
    """Everything that could keep the results from being written, found out before any work."""
    from ..photo.api import format_of

    check_quality(options)
    if options.output is None:
        prepare_folder(options.outdir)
        return
    format_of(options.output)
    if len(options.image) > 1:
        raise ConfigError("--output belongs to one photo.", "Give --outdir for several photos.")
    if options.output.exists() and options.image[0].exists() and options.output.samefile(options.image[0]):
        raise ConfigError("The result would take the photo's own place.", "Choose another name for --output.")
    check_record(options.output)
    prepare_folder(options.output.parent)


def prepare_folder(folder: Path) -> None:
    """Make the output folder and make sure that a file can be written there, before any work."""
    probe = folder / ".maskfacegan-write-test"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SaveError(
            f"The folder {folder} cannot be written to ({error.strerror}).", path=folder
        ) from error


def _beside(path: Path | None, image: Path, several: bool) -> Path | None:
    """With several images, each gets its own file: mask.png -> mask-portrait.png."""
    if path is None or not several:
        return path
    return path.with_name(f"{path.stem}-{image.stem}{path.suffix}")


def _required(path: Path | None) -> Path:
    assert path is not None
    return path


@contextmanager
def _interruptible() -> Iterator[RunControl]:
    """Ctrl-C cancels the run, which then saves what there is; a second Ctrl-C stops at once."""
    control = RunControl()

    def interrupt(number: int, frame: Any) -> None:
        if control.cancelled:
            raise KeyboardInterrupt
        print("\nStopping; what there is so far is saved.", file=sys.stderr)
        control.cancel()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield control
    finally:
        signal.signal(signal.SIGINT, before)
