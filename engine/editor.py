"""The one way from a photo to an edited photo; the window, the command line and the evaluation walk it.

    editor = engine.Editor.load("starter")
    editor.open("portrait.jpg")
    face = editor.align(editor.faces()[0])
    result = editor.edit(editor.request(face, "smiling"))
    editor.paste(face, result)
    editor.save("smiling.png")

open -> find -> refine -> align -> parse -> run -> score -> paste -> tag -> save: an `Editor` keeps what one
step leaves for the next, as the predictor of Segment Anything keeps its image (Kirillov et al. 2023). Every
step is also a function of the engine by itself, without anything kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Self

from .compositing.paste import paste, paste_mask
from .compositing.pipeline import BlendMode
from .edit.live import LiveFace
from .edit.run import learn, run
from .edit.scoring import scored
from .edit.session import FaceSession
from .edit.strength import continued, continuing
from .faces.align import align, take_square, take_whole
from .faces.detect import face_from_points, find_faces
from .faces.parse import parse, score
from .faces.refine_landmarks import refine_landmarks
from .packs.pack import ModelPack, load_pack
from .photo.ai_tag import mark_edited
from .photo.api import open_photo, save_photo
from .run_control import RunControl
from .types import (
    AttributeEdit,
    ByteArray,
    EditRequest,
    EditResult,
    Face,
    FaceBox,
    FloatArray,
    Photo,
    Points,
    RegionMasks,
    Step,
)


class Editor:
    """One photo at a time, its faces and the edits pasted into it, with the networks of one pack.

    Faces are found, and their landmarks refined, in the photo as it was opened; they are cut out of it as the
    edits so far have left it, so that edits lie on top of one another. What reconstructs the face that was
    edited last is kept: another edit of the same `Face` starts behind the reconstruction (see `FaceSession`).

    Raised are the engine's typed errors, each a sentence for people, and `RuntimeError` where a step is asked
    for before the one that it needs: a photo (`open`) or a pack. An editor is used by one thread at a time.
    """

    def __init__(self, pack: ModelPack | None = None) -> None:
        """`pack`: the networks; without any, photos can only be opened, pasted into and saved."""
        self._pack = pack
        self._photo: Photo | None = None
        self._picture: Photo | None = None
        self._edited = False
        self._faces: list[FaceBox] | None = None
        self._session: FaceSession | None = None
        self._live: LiveFace | None = None

    @classmethod
    def load(cls, source: str | Path | None = None, device: str = "auto", precision: str = "auto") -> Self:
        """An editor with the pack of a name or folder. `device`: auto, cpu, cuda or mps; `precision`, of the
        generator: auto or float32. Raises `PackError`, `CheckpointError` or `ConfigError`."""
        return cls(load_pack(source, device, precision))

    @property
    def pack(self) -> ModelPack:
        """The networks. `RuntimeError` without any."""
        if self._pack is None:
            raise RuntimeError("This editor has no model pack; make one with Editor.load.")
        return self._pack

    @property
    def photo(self) -> Photo:
        """The photo as it was opened. `RuntimeError` before `open`."""
        if self._photo is None:
            raise RuntimeError("No photo is open; call Editor.open first.")
        return self._photo

    @property
    def picture(self) -> Photo:
        """The photo with the edits pasted so far; without any, the photo. `RuntimeError` before `open`."""
        return self.photo if self._picture is None else self._picture

    # --- the photo and its faces

    def open(self, photo: str | PathLike[str] | Photo, edited: Photo | None = None) -> Photo:
        """Read a photo file, or take a photo that was read; the one before is forgotten, with its edits.

        `edited` is the photo with edits that were pasted elsewhere: (H, W) and mode as the photo. Returns the
        photo, pixels (H, W) or (H, W, C) as in `Photo`. Raises `PhotoError` for a file that cannot be read;
        then the photo before stays open.
        """
        self._photo = photo if isinstance(photo, Photo) else open_photo(Path(photo))
        self._picture, self._edited = edited, edited is not None
        self._faces = self._session = self._live = None
        return self._photo

    def faces(self) -> list[FaceBox]:
        """The faces of the photo as it was opened, largest first: box and five landmarks in px, score 0..1.

        They are looked for once. Raises `NoFaceError` where there is none.
        """
        if self._faces is None:
            self._faces = find_faces(self.photo, self.pack)
        return list(self._faces)

    def mark(self, landmarks: Points) -> FaceBox:
        """A face that a person marked: landmarks (5, 2) in px of the photo, in the order of `FaceBox`.

        Raises `PhotoError` when they do not make a face or lie outside the photo.
        """
        return face_from_points(self.photo, landmarks)

    def refine(self, box: FaceBox) -> FaceBox:
        """The face with landmarks that the face parser corrected, in px of the photo as it was opened; the
        same where it has nothing to say of them."""
        return refine_landmarks(self.photo, box, self.pack)

    def align(self, box: FaceBox, refine: bool = True) -> Face:
        """The aligned square of a face, cut out of the picture: crop (S, S, 3) uint8 sRGB, S 256 to 1024.

        `refine` first corrects the landmarks; leave those alone that a person placed. `Face.box` is what was
        aligned by. Raises `PhotoError` when they do not make a face or lie outside the photo.
        """
        return align(self.picture, self.refine(box) if refine else box)

    def whole(self, quad: Points | None = None) -> Face:
        """The picture, or the square `quad` (4, 2) px of it, taken as an aligned face: crop (S, S, 3) uint8
        sRGB, S its side in px. Raises `PhotoError` when it is not square."""
        return take_whole(self.picture) if quad is None else take_square(self.picture, quad)

    def parse(self, face: Face) -> RegionMasks:
        """The soft masks of a face's regions: (9, 512, 512) float32, 0..1, one in sum."""
        return parse(face, self.pack)

    def score(self, face: Face) -> dict[str, float]:
        """The classifier's probability, 0..1, of every attribute that it knows, on the face as it is."""
        return score(face, self.pack)

    # --- an edit

    def request(
        self,
        face: Face,
        *attributes: AttributeEdit | str,
        masks: RegionMasks | None = None,
        earlier: EditResult | None = None,
        **options: Any,
    ) -> EditRequest:
        """What a run needs: the face, its masks (parsed unless given) and what is to change.

        An attribute's name alone adds the attribute. `options` are the other fields of `EditRequest`: seed,
        settings, ..., and the preset, which is the pack's own unless named. With `earlier`, a result of the
        same face, the run starts from its latent code.
        """
        if self._pack is not None:
            options.setdefault("preset", self._pack.preset)
        edits = tuple(AttributeEdit(a) if isinstance(a, str) else a for a in attributes)
        request = EditRequest(face, self.parse(face) if masks is None else masks, edits, **options)
        return request if earlier is None else continuing(request, earlier, self.pack)

    def steps(self, request: EditRequest, control: RunControl | None = None) -> Iterator[Step]:
        """Run an edit step by step; the last `Step` carries the `EditResult`.

        Nothing is computed before the first `next`. `control` cancels or holds the run before its next step,
        from any thread; a cancelled run ends with what there is so far. The same seed gives the same result
        on the same device. Raises `UnknownAttributeError`, `UnsupportedAttributeError`, `NoEncoderError`,
        `ConfigError` or `OutOfMemoryError`.
        """
        return run(request, self.pack, control, self._session_of(request.face))

    def edit(
        self,
        request: EditRequest,
        control: RunControl | None = None,
        watch: Callable[[Step], object] | None = None,
        earlier: EditResult | None = None,
    ) -> EditResult:
        """Run an edit to its result, pictures (R, R, 3) float32, 0..1, at the generator's resolution R.

        `watch` is called with every step; for the rest see `steps`. With the `earlier` result that `request`
        was given, both are one edit of the photo. The probabilities after the edit are measured on the
        published composite, which mode "paper" shows; `scored` gives those of the other mode.
        """
        result: EditResult | None = None
        for step in self.steps(request, control):
            if watch is not None:
                watch(step)
            result = step.result
        assert result is not None  # the last step carries it
        return result if earlier is None else continued(result, earlier, self.pack)

    def learn(self, request: EditRequest, threads: int | None = None) -> Iterator[Step]:
        """Reconstruct the face of a request, whatever its attributes, ahead of its first edit, step by step.

        It may be left off after any step; `steps`, `edit` and another `learn` of the same `Face` go on from
        there. Nothing comes where the face is learnt already, or the preset has no such steps. With `threads`
        each step computes in so many. Raises what `steps` does.
        """
        return learn(request, self.pack, self._session_of(request.face), threads)

    def live(self, face: Face, masks: RegionMasks) -> LiveFace:
        """The face ready to follow sliders, as well as it is known by now; kept until it is known better.

        Raises `EngineError` for a pack without an encoder or without attribute directions.
        """
        live = self._live
        if live is None or live.face is not face or live.masks is not masks or not live.is_current:
            live = self._live = LiveFace(face, masks, self.pack, self._session_of(face))
        return live

    def _session_of(self, face: Face) -> FaceSession:
        """What is kept of a face; what is kept of the one before is let go."""
        if self._session is None or self._session.face is not face:
            self._session, self._live = FaceSession(face, self.pack), None
        return self._session

    def scored(self, result: EditResult, mode: BlendMode = "detail") -> EditResult:
        """The result with the probabilities, 0..1, of the picture that `mode` composes."""
        return scored(result, self.pack, mode)

    # --- the edited photo

    def paste(
        self, face: Face, result: EditResult, mask: FloatArray | None = None, mode: BlendMode = "detail"
    ) -> Photo:
        """Put an edit into the picture, on top of those before; the outcome is the picture from now on.

        `mask` (any square size, 0..1) takes the place of the result's blend mask. The photo's size, mode,
        depth, profile and metadata stay, and so do all bits of a pixel where `Editor.mask` is 0.
        """
        self._picture = paste(self.picture, face, result, mask, mode)
        self._edited = True
        return self._picture

    def mask(
        self, face: Face, result: EditResult, mask: FloatArray | None = None, mode: BlendMode = "detail"
    ) -> ByteArray:
        """Where `paste` with the same arguments changes the picture: (H, W) uint8, 0 for not at all."""
        return paste_mask(self.picture, face, result, mask, mode)

    def save(
        self,
        path: str | PathLike[str],
        quality: int = 95,
        *,
        tag: bool = True,
        metadata: bool = True,
        replace_read_only: bool = False,
        format: str | None = None,
        control: RunControl | None = None,
    ) -> Path:
        """Write the picture; the suffix says the format unless `format` does (png, jpg, webp, tiff or bmp),
        `quality` (1..100) is for JPEG and WebP.

        With `tag`, an edited picture says in its metadata that it is one. Without `metadata` the photo's
        EXIF, XMP, IPTC, texts and comments stay behind; colours and resolution always go along. Returns the
        path. Raises `SaveError`, also when `control` is cancelled meanwhile; an older file of that name then
        stays whole. A file that may not be written is a `ReadOnlyError`, unless `replace_read_only`.
        """
        picture = self.picture
        if not metadata:
            kept = {k: v for k, v in picture.info.items() if k in ("dpi", "cicp")}
            picture = replace(picture, exif=None, info=kept)
        if tag and self._edited:
            picture = mark_edited(picture)
        return save_photo(
            picture, Path(path), quality, format, replace_read_only=replace_read_only, control=control
        )
