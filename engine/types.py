"""Frozen dataclasses that cross the engine's boundary. Arrays are numpy: a caller needs no torch. Pictures
are left out of their texts, which may end in a log.

The data's way, which `engine.Editor` walks: photo file -> `Photo` -> `FaceBox` -> `Face` -> `RegionMasks` ->
`EditRequest` -> `Step`s -> `EditResult` -> pasted `Photo` -> file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from msgspec import Meta

FloatArray = npt.NDArray[np.float32]
TunedWeights = Mapping[str, npt.NDArray[np.float16]]
"""Weights of a generator that were fitted to one face, by their names in its state."""
Points = npt.NDArray[np.float64]
ByteArray = npt.NDArray[np.uint8]
AnyImage = npt.NDArray[np.generic]

REGIONS = (
    "background",
    "mouth",
    "eyebrows",
    "eyes",
    "hair",
    "nose",
    "skin",
    "ears",
    "belowface",
)
"""The parser's nine classes, in the order of its output channels."""

BlendMode = Literal["paper", "detail"]
"""How a result is composited: the published blend, or the change laid on the photo's own pixels."""
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Strength = Annotated[float, Meta(ge=0, le=10)]
Number = Annotated[float, Meta(ge=-1e6, le=1e6)]
"""What a field may hold where it comes from a file (see `records`): nothing checks it before."""

BlendOption = Literal["include_skin", "no_skin"]
StageName = Literal["latent", "noise"]


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo as it was read: upright (orientation applied), in its own mode, depth and profile.

    `pixels` is (H, W) or (H, W, C), uint8 or uint16, values of the photo's own colour space; it is
    read-only. `mode` is one of L, LA, RGB, RGBA, CMYK (uint8) or I;16, RGB;16, RGBA;16 (uint16).
    `info` has what goes along beside EXIF: "dpi" (x, y), "xmp" and "iptc" (IIM) as bytes, "texts" of a PNG by
    their keys, "comment", "cicp" (code points of H.273 in hexadecimal); and what is left behind, for
    `remarks` and `conversions`: "left_behind", "animated", "pages", "reduced_from", "converted_from".
    """

    pixels: AnyImage = field(repr=False)
    mode: str
    path: Path | None = None
    format: str | None = None
    icc_profile: bytes | None = field(default=None, repr=False)
    exif: bytes | None = field(default=None, repr=False)
    info: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, eq=False)
class FaceBox:
    """A face that the finder saw. `box` is x0, y0, x1, y1 in px of the photo.

    `landmarks` (5, 2) in px: the eye on the left, the other eye, nose tip, the mouth corner on the left, the
    other. Left is that of the picture where the face stands upright; in a photo that lies on its side the
    first eye may be the upper or the lower one. Pixel centres lie at whole coordinates plus one half.
    """

    box: tuple[float, float, float, float]
    score: float
    landmarks: Points


@dataclass(frozen=True, eq=False)
class Face:
    """An aligned face. `crop` is (S, S, 3) uint8 sRGB.

    `quad` (4, 2) holds the corners of the aligned square in the upright photo in px, in the order
    top left, bottom left, bottom right, top right (the corners of pixels, not their centres).
    `box` is the finder's answer, None for a face taken as it is.
    """

    crop: ByteArray = field(repr=False)
    quad: Points
    box: FaceBox | None = None

    @property
    def size(self) -> int:
        return int(self.crop.shape[0])


@dataclass(frozen=True, eq=False)
class RegionMasks:
    """Soft region masks of an aligned face.

    `probabilities` is (9, 512, 512) float32 in 0..1 in the order of `REGIONS`; what the parser
    gives sums to one in every pixel, what a person refined need not. `in_front` (512, 512) float32 in 0..1 is
    what lies before the face and keeps its pixels, whatever region it is in: a hat, a hand, a microphone;
    None where the parser cannot tell.
    """

    probabilities: FloatArray = field(repr=False)
    in_front: FloatArray | None = field(default=None, repr=False)

    def __getitem__(self, region: str) -> FloatArray:
        """One region's (512, 512) map."""
        plane: FloatArray = self.probabilities[REGIONS.index(region)]
        return plane

    def share(self, region: str) -> float:
        """Fraction of the crop that the region covers, 0..1."""
        return float(self[region].mean())


@dataclass(frozen=True)
class AttributeEdit:
    """One attribute of an edit.

    `target` is 1 to add the attribute, 0 to take it away; the probability aimed at is then
    |target - smoothing|. `probability` (0..1) gives it directly and wins. `size` multiplies the
    area of the attribute's region (0: leave it to the optimisation).
    """

    name: str
    target: Number = 1.0
    probability: Share | None = None
    size: Number = 0.0

    def goal(self, smoothing: float) -> float:
        """The probability aimed at, 0..1."""
        return abs(self.target - smoothing) if self.probability is None else self.probability


@dataclass(frozen=True, eq=False)
class _RequestFace:
    """The part of a request that is not kept after the run."""

    face: Face
    masks: RegionMasks


@dataclass(frozen=True, eq=False)
class EditOptions:
    """What is asked of a run, whichever the face: all of a request that is kept after it.

    `settings` holds published keys ("steps.latent", "loss.weights.classf", ...) that win over
    `config` (a nested mapping as read from a config file), which wins over what the attributes
    imply, which wins over the preset. `encoder_start` None means: as the preset and the attributes
    imply. `initial_latent` is (L, D) float32 and wins over every other start; `tuned` are the weights that
    go with it, those of the result it was taken from.
    """

    attributes: tuple[AttributeEdit, ...]
    preset: str = "quick"
    smoothing: Share = 0.05
    blend: BlendOption = "include_skin"
    encoder_start: bool | None = None
    force_global: bool = False
    seed: Count = 0
    config: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    initial_latent: FloatArray | None = field(default=None, repr=False)
    tuned: TunedWeights | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class EditRequest(EditOptions, _RequestFace):
    """Everything one run needs: `face`, its `masks`, `attributes` and what else `EditOptions` says.

    `start` says, by name, how far the code goes along each attribute's direction before it is optimised
    (`LiveFace.ways`), as a person has seen it; where an attribute has none, and for presets that do not begin
    so, the run finds its own way.
    """

    start: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class EditResult:
    """What a run made, at the generator's resolution R.

    `image` (R, R, 3) float32 0..1 is blend x generated + (1 - blend) x input; `generated` is G(w)
    clamped to 0..1; `source` the input as the run saw it; `blend_mask` (R, R) float32 0..1.
    `reconstruction` (R, R, 3) float32 0..1 is the generator's picture of the unedited face, with the
    same noise maps: the code as it was before the first edit term acted (`latent_before`, (L, D)), None if
    none did. `latent` (L, D) and `noise` (list of (S, S)) float32 reproduce `generated`. `probabilities` maps
    every attribute of the pack's classifier to (before, after), both 0..1 and measured on the input
    and on `image`. `losses` are the last unweighted terms of each stage. `warnings` are sentences.
    `tuned` are the generator's weights that were fitted to the face, None where none were. `enlarged` says
    over how many px of the photo a px that the pack really draws is spread, along each side. `recognised` is
    how sure the parser is of an edited mouth in `generated`, 0..1, where it was asked, and 0 where an
    expression is of a mouth that the reconstruction does not show. `masks` are the
    method's by name, the photo's "hair" where the whole face was edited (`everywhere`), the same
    "reshaped" where only its shape was, its "skin" where that keeps its colour, and "dyed", its own hair as
    far as the parser is sure of it, where only that was given a colour.
    `recolours` says that the edit only lays a colour on a small region (lipstick), whose shape stays the
    photo's. `strength` is 1 for what a run made; `engine.at_strength` gives others. `pack` is the name of the
    pack whose codes these are, "" where it was not noted.
    """

    image: FloatArray = field(repr=False)
    generated: FloatArray = field(repr=False)
    source: FloatArray = field(repr=False)
    blend_mask: FloatArray = field(repr=False)
    latent: FloatArray = field(repr=False)
    noise: tuple[FloatArray, ...] = field(repr=False)
    masks: Mapping[str, FloatArray] = field(repr=False)
    losses: Mapping[str, Mapping[str, float]]
    probabilities: Mapping[str, tuple[Share, Share]]
    settings: Mapping[str, Any]
    seed: Count
    cancelled: bool
    seconds: Annotated[float, Meta(ge=0, le=1e9)]
    steps_done: Count
    reconstruction: FloatArray | None = field(default=None, repr=False)
    warnings: tuple[str, ...] = ()
    latent_before: FloatArray | None = field(default=None, repr=False)
    strength: Strength = 1.0
    tuned: TunedWeights | None = field(default=None, repr=False)
    enlarged: Annotated[float, Meta(ge=0, le=1e6)] = 1.0
    everywhere: bool = False
    recognised: Share = 1.0
    recolours: bool = False
    pack: str = ""


class LossTerms(Mapping[str, float]):
    """The unweighted loss terms of one step by name, and their weighted `total`.

    The numbers are fetched from the device on first use: a step that nobody looks at costs no
    synchronisation. Names: recon, classf, seg, size, n_loss (those that were active).
    """

    def __init__(self, names: tuple[str, ...], fetch: Callable[[], list[float]]) -> None:
        self._names = names
        self._fetch = fetch
        self._values: list[float] | None = None

    def _all(self) -> list[float]:
        if self._values is None:
            self._values = self._fetch()
        return self._values

    @property
    def total(self) -> float:
        """The weighted sum that the step minimises."""
        return self._all()[len(self._names)]

    def __getitem__(self, name: str) -> float:
        if name not in self._names:
            raise KeyError(name)
        return self._all()[self._names.index(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, eq=False)
class Step:
    """One optimisation step.

    `step` counts within its stage (stage 1 starts at `steps.e4e_start` after an encoder start).
    `done` of `total` steps of the whole run are behind it; `seconds` is the time since the run began
    without pauses. `preview` is (R, R, 3) uint8, the composite as it stands, when one was due.
    `result` is set on the last step only; after a cancel that step repeats the last one made.
    `share` is the estimated share of the run's work that is done, 0..1: steps differ in what they cost.
    `seconds_left` is the estimated time to the end of the run.
    `first_guess` comes once, beside the first preview of a run that reconstructs the face before it edits:
    the composite of a guess at the edit, like `preview`; their difference shows where it is going.
    """

    stage: StageName
    step: int
    losses: LossTerms
    done: int
    total: int
    seconds: float
    preview: ByteArray | None = field(default=None, repr=False)
    result: EditResult | None = None
    share: float = 0.0
    seconds_left: float = 0.0
    first_guess: ByteArray | None = field(default=None, repr=False)

    @property
    def loss(self) -> float:
        """The weighted sum of the terms."""
        return self.losses.total
