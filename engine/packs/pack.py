"""A model pack: the networks that belong together, loaded safely and checked against one another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, cast

import torch
from torch import Tensor, nn

from .. import memory
from ..attributes import ATTRIBUTES
from ..errors import CheckpointError, OutOfMemoryError, PackError
from ..models.attribute_classifier import AttributeClassifier
from ..models.composite_classifier import CompositeClassifier
from ..models.directions import AttributeDirections
from ..models.encoders.trunk_encoder import Backbone, NeedsBackbone
from ..models.generators.base import Generator
from ..models.generators.latent_axes import latent_axes
from ..models.generators.picture_heads import PictureHeads, TakesHeads
from ..models.judge import Judge
from ..models.mouth_refiner import MouthRefiner
from ..models.pack_perceptual import FeatureNetwork, PackPerceptual
from ..models.perceptual import MaskedLPIPS
from ..models.trunk_classifier import TrunkClassifier
from . import checkpoint, latent_mean, registry
from .device import choose_device, choose_precision, device_problem, in_short, is_device_failure
from .manifest import BUILTIN_PACK, Manifest, default_pack, find

_GET_REFERENCE = (
    "Get it with the download script of the reference implementation (MartinPernus/MaskFaceGAN) and put it "
    "there, or use the built-in pack 'starter'."
)
Classifier = AttributeClassifier | TrunkClassifier | CompositeClassifier
_CPU = torch.device("cpu")
_PRESET = "quick"
"""Recommended where a pack's manifest says nothing."""

_OF_CODES = ("encoder", "directions")
"""What belongs to one generator's latent space."""


class ModelPack:
    """Five networks and a mean latent code on one device; `load_pack` makes one.

    The networks are frozen torch modules; pictures are RGB (N, 3, H, W) in 0..1. What is large and not
    needed by every edit (encoder, VGG16, the sampled mean, the face finder) is loaded when it is first
    asked for, from any thread. `remarks` are what a person should know of how it was loaded, a sentence each;
    `lost_device` says that its card has failed for good: the networks `on_cpu` compute from then on.
    """

    remarks: tuple[str, ...] = ()
    lost_device = False

    def __init__(self, manifest: Manifest, device: torch.device, precision: torch.dtype | None) -> None:
        self.manifest = manifest
        self.name = manifest.name
        self.title = manifest.title
        self.device = device
        self.precision = precision
        self.presets = manifest.presets
        self._lock = threading.RLock()
        self._late: dict[str, Any] = {}
        self.generator, self._stored_mean = self._load_generator()
        self.generator.set_precision(precision)
        self.parser = self._load("parser")
        self.classifier = cast(Classifier, self._with_backbone("classifier"))
        self.attributes: tuple[str, ...] = self.classifier.names
        self._check_fit()

    @property
    def preset(self) -> str:
        """The preset that the pack recommends for an edit of which nothing is said."""
        return self.manifest.preset or _PRESET

    @property
    def resolution(self) -> int:
        """The side in px of the pictures that the generator makes."""
        return int(self.generator.resolution)

    @property
    def detail(self) -> int:
        """The side in px of the smallest picture that would hold all that the generator draws."""
        return min(self.manifest.detail or self.resolution, self.resolution)

    @property
    def supported(self) -> tuple[str, ...]:
        """The attributes that this pack can edit, in the classifier's order."""
        listed = self.manifest.attributes
        return self.attributes if listed is None else tuple(a for a in self.attributes if a in listed)

    @property
    def attribute_info(self) -> Mapping[str, Mapping[str, Any]]:
        """What the manifest says about each attribute (`auc`, `labels`, ...); empty for other packs."""
        return self.manifest.attributes or {}

    @property
    def encoder(self) -> nn.Module | None:
        """Picture -> W+ code (N, L, D); None when the pack has none."""
        if not self._has("encoder"):
            return None
        return cast(nn.Module, self._once("encoder", lambda: self._with_backbone("encoder")))

    @property
    def has_encoder(self) -> bool:
        """Whether `encoder` is there, without loading it."""
        return self._has("encoder")

    @property
    def perceptual(self) -> MaskedLPIPS | PackPerceptual:
        """Masked LPIPS where the pack has VGG16, else a distance from its own networks' features."""
        return cast("MaskedLPIPS | PackPerceptual", self._once("perceptual", self._make_perceptual))

    @property
    def latent_mean(self) -> Tensor:
        """The mean latent code (L, D) on the pack's device."""
        return cast(Tensor, self._once("latent_mean", self._make_latent_mean))

    @property
    def latent_axes(self) -> Tensor:
        """The principal axes of W (D, D), see `models.generators.latent_axes`, on the pack's device."""
        return cast(Tensor, self._once("latent_axes", lambda: latent_axes(self.generator).to(self.device)))

    @property
    def finder(self) -> nn.Module:
        """The pack's own face finder, or the built-in pack's."""
        return cast(nn.Module, self._once("finder", self._make_finder))

    @property
    def directions(self) -> AttributeDirections | None:
        """Where in W+ each attribute lies; None when the pack does not say."""
        if not self._has("directions"):
            return None
        return cast(AttributeDirections, self._once("directions", self._make_directions))

    @property
    def refiner(self) -> MouthRefiner | None:
        """Draws a render's mouth more finely; None when the pack has none."""
        if not self._has("refiner"):
            return None
        return cast(MouthRefiner, self._once("refiner", lambda: self._load("refiner")))

    @property
    def judge(self) -> Judge | None:
        """A second classifier that no loss knows, for figures; None when the pack has none."""
        if not self._has("judge"):
            return None
        return cast(Judge, self._once("judge", self._load_judge))

    def refined(self, render: Tensor) -> Tensor:
        """A full-size render (N, 3, R, R), 0..1, as it is shown: with all the detail that the pack draws."""
        refiner = self.refiner
        return render if refiner is None else refiner(render.clamp(0, 1))

    def detail_of(self, regions: Collection[str]) -> int:
        """`detail` where only these regions are edited: a mouth may be drawn more finely than the rest."""
        fine = self._has("refiner") and set(regions) == {"mouth"}
        return self.resolution if fine else self.detail

    @property
    def can_fall_back(self) -> bool:
        """Whether there is another device to go to where this one fails."""
        return self.device.type != "cpu"

    @property
    def on_cpu(self) -> ModelPack:
        """The same networks on the processor, read from their files again: a card that fails gives none
        back."""
        return cast(ModelPack, self._once("on_cpu", lambda: ModelPack(self.manifest, _CPU, None)))

    def unsupported_reason(self, attribute: str) -> str | None:
        """Why this pack cannot edit `attribute`, as one sentence; None when it can."""
        if attribute in self.supported:
            return None
        if attribute not in ATTRIBUTES:
            return f"No classifier knows an attribute '{attribute}'."
        words = attribute.replace("_", " ")
        return f"The pack '{self.title}' cannot tell '{words}' reliably; this needs a larger model pack."

    def experimental_reason(self, attribute: str) -> str | None:
        """Why an edit of `attribute` may well fail with this pack, as one sentence; None where it need not.

        Such attributes are among `supported`; their entry in the manifest says `experimental`.
        """
        return self.manifest.experimental_reason(attribute)

    def share_of_rate(self, attributes: Iterable[str]) -> float:
        """By how much of a preset's learning rate the classifier's gradient is followed in an edit of these
        attributes, 0..1; 1 where the pack says nothing else.

        A classifier that was not trained to bear an edit is right about faces and wrong about what its own
        gradient draws: a pack says so by an attribute's `rate`, and leaves more of the edit to its direction.
        """
        return min((self.manifest.share_of_rate(name) for name in attributes), default=1.0)

    def codes_of(self, attributes: Iterable[str]) -> slice:
        """The vectors of a code (L, D) that an edit of these attributes moves: those that draw them, as the
        pack says; all of them where it does not say so of each."""
        spans = [self.manifest.codes_of(name) for name in attributes]
        known = [span for span in spans if span is not None]
        if not known or len(known) < len(spans):
            return slice(None)
        return slice(min(first for first, _ in known), max(end for _, end in known))

    def _make_directions(self) -> AttributeDirections:
        found = cast(AttributeDirections, self._load("directions"))
        return found.confined({name: self.manifest.codes_of(name) for name in self.attributes})

    def _has(self, role: str) -> bool:
        file = self.manifest.files.get(role)
        return file is not None and (not self.manifest.is_reference or file.path.is_file())

    def _read(self, role: str) -> tuple[Any, Path]:
        file = self.manifest.files[role]
        file.verify()
        return checkpoint.read(file.path, _GET_REFERENCE if self.manifest.is_reference else ""), file.path

    def _load(self, role: str) -> nn.Module:
        content, path = self._read(role)
        state = registry.state_of(role, content, path)
        if role in _OF_CODES:
            self._check_codes(role, state, path)
        return registry.build(role, state, path).to(self.device)

    def _with_backbone(self, role: str) -> nn.Module:
        """The network of `role`, which may read the parser's maps."""
        network = self._load(role)
        if isinstance(network, NeedsBackbone):
            if not isinstance(self.parser, Backbone):
                raise PackError(
                    f"The {role} of the pack '{self.name}' needs another kind of face parser than it has.",
                    path=self.manifest.folder,
                )
            network.attach(self.parser)
        return network

    def _load_judge(self) -> Judge:
        self.manifest.files["judge"].verify()
        return load_judge(self, self.manifest.files["judge"].path)

    def _load_generator(self) -> tuple[Generator, Tensor | None]:
        content, path = self._read("generator")
        state = registry.state_of("generator", content, path)
        network = registry.build("generator", state, path).to(self.device)
        if self._has("heads"):
            self._add_heads(network)
        generator = cast(Generator, network)
        beside = path.with_name(latent_mean.BESIDE)
        if beside.is_file():
            return generator, latent_mean.expand(checkpoint.read(beside), generator, beside)
        if "latent_avg" in content:
            return generator, latent_mean.expand(content["latent_avg"], generator, path)
        return generator, None

    def _add_heads(self, generator: nn.Module) -> None:
        heads = cast(PictureHeads, self._load("heads"))
        path = self.manifest.files["heads"].path
        with checkpoint.naming(path):
            if not isinstance(generator, TakesHeads):
                raise CheckpointError("The generator that it belongs to draws smaller pictures by itself.")
            for head in heads:
                generator.add_head(head)

    def _check_fit(self) -> None:
        """PackError when parts of the pack belong to different generators."""
        wanted = self.manifest.resolution
        if wanted is not None and wanted != self.resolution:
            raise PackError(
                f"The pack '{self.name}' says {wanted} px, but its generator makes {self.resolution} px.",
                path=self.manifest.folder,
            )
        for role in _OF_CODES:
            if self._has(role):
                content, path = self._read(role)
                self._check_codes(role, registry.state_of(role, content, path), path)

    def _check_codes(self, role: str, state: Mapping[str, Tensor], path: Path) -> None:
        rows, width = registry.code_shape(state, path, role)
        need_rows, need_width = self.generator.num_layers, self.generator.style_dim
        if (rows, width) != (need_rows, need_width):
            raise PackError(
                f"The {role} file {path.name} is made for latent codes of {rows} x {width} numbers, but the "
                f"generator needs {need_rows} x {need_width}: they do not belong together.",
                path=path,
            )

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        """`make()` the first time, what it gave afterwards; one thread makes, the others wait."""
        with self._lock:
            if key not in self._late:
                self._late[key] = make()
            return self._late[key]

    def _make_perceptual(self) -> nn.Module:
        if self._has("perceptual"):
            measure = cast(MaskedLPIPS, self._load("perceptual"))
            measure.set_precision(self.precision)
            return measure
        seeing = [network for network in (self.classifier, self.parser) if hasattr(network, "features")]
        return PackPerceptual(cast("list[FeatureNetwork]", seeing))

    def _make_latent_mean(self) -> Tensor:
        mean = self._stored_mean
        return (latent_mean.sampled(self.generator) if mean is None else mean).to(self.device)

    def _make_finder(self) -> nn.Module:
        if self._has("finder"):
            return self._load("finder")
        file = find(BUILTIN_PACK).files.get("finder")
        if file is None:
            raise PackError("The built-in pack has no face finder; the installation is incomplete.")
        file.verify()
        return registry.load("finder", file.path).to(self.device)


def load_pack(source: str | Path | None = None, device: str = "auto", precision: str = "auto") -> ModelPack:
    """Load a pack by its name or from a folder, also the reference implementation's models/ folder.

    Without a `source` it is the portrait pack wherever that is in place, and the built-in one otherwise.
    `device` is "auto", "cuda", "mps" or "cpu"; `precision` "float32" is exact, "auto" may let the
    generator compute in 16 bits. Raises PackError, or CheckpointError naming the file, for anything that
    is missing, damaged, unsafe or does not fit together. Where there is a graphics card that does not
    compute, or has too little memory left, the processor does; `ModelPack.remarks` says so then.
    """
    chosen = choose_device(device)
    problem = device_problem(chosen)
    manifest = find(default_pack() if source is None else source)
    _require_all(manifest)
    if not problem:
        try:
            return ModelPack(manifest, chosen, choose_precision(precision, chosen))
        except (RuntimeError, MemoryError) as error:
            if chosen.type == "cpu" or not is_device_failure(error):
                _raise_load_error(error, chosen, manifest)
            problem = in_short(error)
        memory.release_memory()
    try:
        pack = ModelPack(manifest, _CPU, choose_precision(precision, _CPU))
    except (RuntimeError, MemoryError) as error:
        _raise_load_error(error, _CPU, manifest)
    pack.remarks = (f"The graphics card cannot be used ({problem}), so the processor computes.",)
    return pack


def load_judge(pack: ModelPack, path: Path | None = None) -> Judge:
    """A second classifier, which no loss knows, on the pack's VGG16: the pack's own, or that of a file.

    Raises PackError where the pack has no VGG16, or no judge and no file is named; CheckpointError for a file
    that is none, or was fitted to another VGG16.
    """
    if path is None:
        if (own := pack.judge) is None:
            raise PackError(f"The pack '{pack.name}' has no judge of attributes.")
        return own
    if not isinstance(pack.perceptual, MaskedLPIPS):
        raise PackError(f"The judge looks through VGG16, which the pack '{pack.name}' does not have.")
    judge = cast(Judge, registry.load("judge", path)).to(pack.device)
    with checkpoint.naming(path):
        judge.attach(pack.perceptual)
    return judge


def _raise_load_error(error: BaseException, device: torch.device, manifest: Manifest) -> NoReturn:
    if not memory.is_exhaustion(error):
        raise error
    raise OutOfMemoryError(f"There is too little memory on '{device}' for '{manifest.title}'.") from error


def _require_all(manifest: Manifest) -> None:
    """CheckpointError naming the first part whose file is gone: it would be missed amid an edit."""
    for role, file in manifest.files.items():
        if not file.path.is_file() and not manifest.is_reference:
            raise CheckpointError(
                f"The pack '{manifest.title}' lacks its {role}: {file.path.name} is missing.",
                "Install the pack again, or use the built-in one, 'starter'.",
                path=file.path,
            )
