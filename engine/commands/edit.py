"""`maskfacegan edit`: `engine.Editor` walked for every photo named on the command line, without a window."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ConfigError, EngineError, NoFaceError, printable
from ..photo.formats import SAVED
from ..run_control import RunControl
from ..types import EditRequest, EditResult, Face, Step
from .edit_options import (
    add_computing,
    add_edit,
    add_results,
    check_edit,
    config_of,
    settings_of,
)
from .inputs import photos
from .interrupt import interruptible
from .places import Beside, prepare_place
from .record import Names, Trace, read_latent, write_latent, write_record

if TYPE_CHECKING:
    from ..compositing.pipeline import BlendMode
    from ..editor import Editor
    from ..packs.pack import ModelPack

    Request = Callable[[Editor, Face], EditRequest]

log = logging.getLogger(__name__)


def add_parser(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "edit",
        help="edit attributes of faces in photos",
        description="Edit one face in each photo; write one picture per photo, with a JSON record beside it.",
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    image_help = "photos to edit; patterns such as '*.jpg' are expanded where the shell did not"
    add("--image", nargs="+", action="extend", required=True, type=Path, metavar="F", help=image_help)
    add("--recursive", action="store_true", help="take all photos in folders that --image names")
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
    attributes = check_edit(options)
    config, settings = config_of(options), settings_of(options)
    latent = read_latent(options.init_latent) if options.init_latent else None
    images = photos(options.image, options.recursive, options.outdir)
    _check_landmarks(options, images)
    prepare_place(options, images)

    from ..packs.pack import load_pack

    pack = load_pack(options.weights, options.device, options.precision)
    for remark in pack.remarks:
        print(f"warning: {remark}", file=sys.stderr)
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

    return _edit_all(images, options, pack, request)


def _edit_all(images: list[Path], options: argparse.Namespace, pack: ModelPack, request: Request) -> int:
    """Edit one photo after the other. What goes wrong with one, whatever it is, does not keep the others from
    being edited; 1 where there was any such, else 0. Raises the `EngineError` of a photo that is the only
    one."""
    from .console import tell

    failed, beside = 0, Beside(len(images) > 1)
    with interruptible("Stopping; what there is so far is saved.") as control:
        for image in images:
            if control.cancelled:
                break
            try:
                _edit_one(image, options, pack, request, control, beside)
            except EngineError as error:
                if len(images) == 1:
                    raise
                log.debug("%s failed", printable(str(image)), exc_info=True)
                tell(error, str(image))
                failed += 1
            except Exception as error:  # foreseen or not: the other photos are worth as much as this one
                if len(images) == 1:
                    raise
                log.debug("%s failed", printable(str(image)), exc_info=True)
                tell(
                    EngineError(f"Something unexpected went wrong: {error or type(error).__name__}."),
                    str(image),
                )
                failed += 1
    return 1 if failed else 0


def _edit_one(
    image: Path,
    options: argparse.Namespace,
    pack: ModelPack,
    request: Request,
    control: RunControl,
    beside: Beside,
) -> None:
    from ..editor import Editor
    from ..photo.api import conversions, remarks

    editor = Editor(pack)
    photo = editor.open(image)
    for remark in remarks(photo):
        print(f"note: {remark}", file=sys.stderr)
    face = _face_of(editor, options)
    asked = request(editor, face)
    result = _run(editor, asked, control, beside.name(options.trace, image), image, options.quiet)
    for warning in result.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    mode: BlendMode = options.composite or ("paper" if options.preset == "paper" else "detail")
    # Pasted is the result itself: what scoring took apart of it is remembered with it.
    names = Names(options.outdir, image, asked, editor.scored(result, mode), pack, options)
    path = options.output or names.free_path(f".{options.format}")
    editor.paste(face, result, mode=mode)
    editor.save(path, options.quality, tag=not options.no_tag)
    print(printable(str(path)))
    for lost in conversions(photo, path):
        print(f"note: {lost}", file=sys.stderr)
    _write_further(editor, face, result, path, names, options, beside, mode)


def _write_further(
    editor: Editor,
    face: Face,
    result: EditResult,
    path: Path,
    names: Names,
    options: argparse.Namespace,
    beside: Beside,
    mode: BlendMode,
) -> None:
    """What goes beside the picture. One file that cannot be written keeps no other from it; then the first
    `EngineError` is raised."""
    from ..photo.api import save_mask

    image = names.image
    mask, latent = beside.name(options.save_mask, image), beside.name(options.save_latent, image)
    works: list[Callable[[], object]] = [lambda: write_record(path, names.record(face))]
    if mask is not None:
        works.append(lambda: save_mask(mask, editor.mask(face, result, mode=mode)))
    if latent is not None:
        works.append(lambda: write_latent(latent, result.latent))
    failures = []
    for work in works:
        try:
            work()
        except EngineError as error:
            failures.append(error)
    if failures:
        raise failures[0]


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

    with Trace(trace) as lines, tqdm(desc=printable(image.name), unit="step", disable=quiet or None) as bar:

        def watch(step: Step) -> None:
            bar.total = step.total
            bar.update(step.done - bar.n)
            if step.result is None or not step.result.cancelled:
                lines.write(step)

        return editor.edit(request, control, watch)


def _check_landmarks(options: argparse.Namespace, images: list[Path]) -> None:
    if options.landmarks and len(images) > 1:
        raise ConfigError("--landmarks belongs to one photo.", "Give one --image at a time.")
