"""What one run optimises: the request turned into tensors on the pack's device."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ..attributes import check_attributes, dyes, is_global, keep_skin, only_colour, regions_of, reshapes
from ..errors import EngineError, NoEncoderError, UnsupportedAttributeError
from ..imaging.tensor_filters import smoothstep
from ..imaging.tensors import picture, resize
from ..models.generators.base import Generator
from ..models.generators.fine_tuned import with_weights
from ..packs.pack import ModelPack
from ..types import REGIONS, AttributeEdit, EditRequest, FloatArray, LossTerms, TunedWeights
from .adam import Adam
from .face_windows import FaceDistance, windowed_distance
from .in_front import uncovered
from .masks import MaskClasses, Masks, build_masks, mask_classes, to_size
from .settings import Settings, describe_preset, resolve
from .shown_in import beside_the_face, shown_in

if TYPE_CHECKING:
    from .reached import Reached


_CERTAINLY_HAIR = (0.3, 0.7)
"""Between which probabilities of the photo's own parse a pixel comes to be hair that is dyed."""


@dataclass
class SizeTarget:
    """An attribute's region (channel numbers) and the fraction of the picture it shall cover, 0..1."""

    classes: tuple[int, ...]
    fraction: Tensor


@dataclass
class Problem:
    """Everything the two stages read, and the state that they leave behind.

    `source` (1, 3, R, R) in 0..1 is the input at the generator's size; `masks` change during stage 1,
    `photo_masks` never; `whole_face` (1, 1, R, R) is all but the background, `hair` the photo's hair.
    `latent` is (1, L, D), `latent_held` what it was when the whole face was no longer held,
    `latent_anchor` after the first step of the edit along the attributes' directions, for which
    `rungs_tried` codes were rendered. The schedule begins at
    `schedule_start`, this run at `first_step`, later where a session knows the rest. `noise` holds a map
    or None (zeros) per layer. `generator` is the pack's, or a copy with the weights `tuned` to this face.
    `photo_probabilities` (1, 9, 512, 512) is the photo's parse, its regions as far as they are `uncovered`
    (1, 1, 512, 512) by what lies before the face or is no part of it, None where nothing is; an edit of the
    whole face is shown `within` (1, 1, 512, 512), None all over it. `resumed` is where a run on another
    device had come; `optimiser`, `views` (the chances of the classifier's views) and `tuning` are what the
    stage at work leaves for such a one.
    """

    request: EditRequest
    pack: ModelPack
    settings: Settings
    everywhere: bool
    source: Tensor
    classes: MaskClasses
    photo_masks: Masks
    masks: Masks
    whole_face: Tensor
    hair: Tensor
    attribute_index: list[int]
    goals: Tensor
    sizes: list[SizeTarget]
    encoder_used: bool
    schedule_start: int
    first_step: int
    latent: Tensor
    noise: list[Tensor | None]
    photo_probabilities: Tensor
    generator: Generator
    uncovered: Tensor | None = None
    within: Tensor | None = None
    tuned: TunedWeights | None = None
    noise_drawn: bool = False
    latent_before_edit: Tensor | None = None
    latent_held: Tensor | None = None
    latent_anchor: Tensor | None = None
    rungs_tried: int = 0
    resumed: Reached | None = None
    optimiser: Adam | None = None
    views: torch.Generator | None = None
    tuning: bool = False
    cancelled: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def enlarged(self) -> float:
        """How many px of the photo's face a px that the pack really draws is spread over, along a side."""
        edited = {region for edit in self.request.attributes for region in regions_of(edit.name)}
        return len(self.request.face.crop) / self.pack.detail_of(() if self.everywhere else edited)

    @functools.cached_property
    def moved_codes(self) -> slice:
        """Which of the code's vectors the edit moves."""
        if not self.settings.flag("optimizer.directions"):
            return slice(None)
        return self.pack.codes_of(edit.name for edit in self.request.attributes)

    @functools.cached_property
    def dyed(self) -> Tensor | None:
        """The photo's own hair, (1, 1, R, R) in 0..1, where nothing but its colour is edited; None for any
        other edit.

        The edited region is what the render has of hair as well: locks before the photo's forehead, which
        were to be seen as a veil over the skin. And a soft parser's doubts, a tenth of hair on a dark cheek,
        would have a tenth of the colour.
        """
        if self.everywhere or self.sizes or not dyes(self.request.attributes):
            return None
        return smoothstep(self.hair, *_CERTAINLY_HAIR)

    @functools.cached_property
    def skin(self) -> Tensor | None:
        """The photo's skin, (1, 1, 512, 512) in 0..1, where an edit of the whole face leaves it its colour;
        None for any other edit."""
        if not self.settings.confined or not keep_skin(self.request.attributes):
            return None
        return self.photo_probabilities[:, [REGIONS.index("skin")]]

    @property
    def reshaped(self) -> Tensor | None:
        """The photo's hair, (1, 1, R, R) in 0..1, where all that is edited is its shape; None for any other
        edit. It keeps its colour."""
        shapes = all(reshapes(edit.name) for edit in self.request.attributes)
        return self.hair if shapes and not self.everywhere else None

    @property
    def shown_by(self) -> dict[str, Tensor]:
        """The photo's masks that compositing goes by, (1, 1, S, S) each, by their names in
        `EditResult.masks`; those that this edit has none of are left out."""
        masks = {
            "hair": self.hair if self.everywhere else None,
            "dyed": self.dyed,
            "reshaped": self.reshaped,
            "skin": self.skin,
            "within": self.within,
        }
        return {name: mask for name, mask in masks.items() if mask is not None}

    @property
    def recolours(self) -> bool:
        """Whether the edit only lays a colour on a small region, whose shape stays the photo's."""
        return not self.sizes and only_colour(self.request.attributes)

    def parsed(self, render: Tensor) -> Tensor:
        """The regions (N, 9, 512, 512) of a render (N, 3, S, S), 0..1, as far as nothing lies before them."""
        found: Tensor = self.pack.parser(render)
        return found if self.uncovered is None else found * self.uncovered

    def refined(self, render: Tensor) -> Tensor:
        """A render (N, 3, R, R), 0..1, with all the detail that the pack draws."""
        return self.pack.refined(render)

    def redraw_noise(self) -> None:
        self.noise = list(self.generator.draw_noise(self.request.seed))
        self.noise_drawn = True

    def perceptual_distance(self, size: int) -> FaceDistance:
        """Distance of a render of that size to the photo under its own mask; its features computed once.

        Where a reconstruction looks at windows, it is taken of the whole at the size of one: what lies in no
        window, a hand beside the chin, an edit of the whole face draws anew.
        """
        side = self.settings.count("loss.window") or self.settings.count("loss.perceptual_size")
        return self._whole_distance(self.photo_masks.recon, min(size, side or size))

    def face_distance(self, size: int) -> FaceDistance:
        """`perceptual_distance` on the whole face, or in each step on a window of it, for its
        reconstruction."""
        side = min(size, self.settings.count("loss.perceptual_size") or size)
        window = self.settings.count("loss.window")
        if not 0 < window < side:
            return self._whole_distance(self.whole_face, side)
        photo, face = resize(self.source, side), resize(self.whole_face, side)
        near = windowed_distance(self.pack.perceptual, photo, face, window)
        return lambda render, step: near(resize(render, side), step)

    def _whole_distance(self, mask: Tensor, side: int) -> FaceDistance:
        distance = self.pack.perceptual.against(resize(self.source, side), resize(mask, side))
        return lambda render, _step: distance(resize(render, side))


def build(request: EditRequest, pack: ModelPack) -> Problem:
    """Check the request against the pack and prepare its tensors; typed errors for what cannot work."""
    if not request.attributes:
        raise EngineError("No attribute was chosen.", "Choose at least one attribute to edit.")
    names = [a.name for a in request.attributes]
    check_attributes(names)
    for name in names:
        reason = pack.unsupported_reason(name)
        if reason is not None:
            raise UnsupportedAttributeError(reason)
    settings = resolve(request, pack.presets)
    everywhere = settings.everywhere
    classes = mask_classes(names, everywhere=everywhere, blend=request.blend)
    source = picture(request.face.crop, pack.resolution, pack.device)
    probabilities = torch.from_numpy(np.array(request.masks.probabilities))[None].to(pack.device)
    edited = {region for name in names for region in regions_of(name)}
    seen = uncovered(request.masks.in_front, edited, everywhere, source, pack)
    probabilities = probabilities if seen is None else probabilities * seen
    photo_masks = build_masks(probabilities, classes, pack.resolution)
    beside = beside_the_face(pack, source) if settings.confined else None
    if beside is not None:
        seen = 1 - beside if seen is None else seen * (1 - beside)
    warnings: list[str] = []
    latent, encoder_used = _start(request, pack, source, everywhere, warnings)
    first_step = settings.count("steps.e4e_start") if encoder_used else 0
    return Problem(
        request=request,
        pack=pack,
        settings=settings,
        everywhere=everywhere,
        source=source,
        classes=classes,
        photo_masks=photo_masks,
        masks=build_masks(probabilities, classes, pack.resolution),
        whole_face=to_size(probabilities, range(1, len(REGIONS)), pack.resolution),
        hair=to_size(probabilities, [REGIONS.index("hair")], pack.resolution),
        attribute_index=[pack.attributes.index(name) for name in names],
        goals=torch.tensor([[a.goal(request.smoothing) for a in request.attributes]], device=pack.device),
        sizes=_size_targets(request.attributes, probabilities, pack.resolution, warnings),
        encoder_used=encoder_used,
        schedule_start=first_step,
        first_step=first_step,
        latent=latent,
        noise=list(pack.generator.start_noise()),
        photo_probabilities=probabilities,
        generator=pack.generator if request.tuned is None else with_weights(pack.generator, request.tuned),
        uncovered=seen,
        within=shown_in(request.attributes, probabilities) if settings.confined else None,
        tuned=request.tuned,
        warnings=warnings,
    )


def _start(
    request: EditRequest,
    pack: ModelPack,
    source: Tensor,
    everywhere: bool,
    warnings: list[str],
) -> tuple[Tensor, bool]:
    """The first latent code (1, L, D), and whether the schedule is that of an encoder start."""
    preset = describe_preset(request.preset)
    wanted = request.encoder_start
    use_encoder = (everywhere or preset.encoder_start) if wanted is None else wanted
    if use_encoder and request.initial_latent is None and not pack.has_encoder:
        if everywhere or wanted:
            raise NoEncoderError(f"The pack '{pack.title}' has no encoder, which this edit starts from.")
        warnings.append("The pack has no encoder, so the run started from the mean face.")
        use_encoder = False
    if request.initial_latent is not None:
        return _given_latent(request.initial_latent, pack), use_encoder
    if use_encoder and pack.encoder is not None:
        with torch.no_grad():
            return pack.encoder(source).detach().float().clone(), True
    return pack.latent_mean[None].clone(), False


def _given_latent(latent: FloatArray, pack: ModelPack) -> Tensor:
    expected = (pack.generator.num_layers, pack.generator.style_dim)
    if latent.shape != expected:
        raise EngineError(
            f"The initial latent code has shape {latent.shape}, but this pack needs {expected}.",
            "Use a latent code that was saved with the same pack.",
        )
    return torch.from_numpy(np.array(latent, dtype=np.float32))[None].to(pack.device)


def _size_targets(
    attributes: tuple[AttributeEdit, ...], probabilities: Tensor, resolution: int, warnings: list[str]
) -> list[SizeTarget]:
    targets = []
    for attribute in attributes:
        if attribute.size <= 0:
            continue
        name = attribute.name
        classes = mask_classes([name], everywhere=is_global(name), blend="no_skin").dynamic
        area = to_size(probabilities, classes, resolution).mean()
        fraction = attribute.size * area
        if float(fraction) > 1:
            words = name.replace("_", " ")
            warnings.append(f"The size for '{words}' asked for more than the whole picture and was reduced.")
            fraction = fraction.clamp(max=1.0)
        targets.append(SizeTarget(classes, fraction))
    return targets


def loss_terms(terms: dict[str, Tensor], total: Tensor) -> LossTerms:
    """The step's numbers, left on the device until somebody asks."""
    values = torch.stack([*terms.values(), total]).detach()
    return LossTerms(tuple(terms), values.tolist)
