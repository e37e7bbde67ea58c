"""A face that follows sliders: its latent code moved along attribute directions, without an optimisation.

Linear directions in the latent space are those of Shen et al. 2020, "Interpreting the latent space of GANs
for semantic face editing". What the moved code draws is composed by the stages that compose an optimised
edit, so what is seen is what an edit is like that begins there (`EditRequest.start`).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from ..compositing.pipeline import BlendMode
from ..errors import EngineError
from ..imaging.tensors import resize
from ..models.directions import AttributeDirections
from ..models.generators.base import size_at_most
from ..packs.pack import ModelPack
from ..types import AttributeEdit, EditRequest, EditResult, Face, RegionMasks
from .live_picture import LivePicture, Prepared, scored_on_image, shown
from .live_scale import reach
from .masks import to_size
from .problem import Problem, build
from .result import kept
from .session import FaceSession, Reconstruction

SMALL = 256
"""Side in px at which the generator draws while a slider moves,"""
_COMPOSED = 192
"""and at which that is composed: the stages take half as long as at 256 px. A photo's own pixels, which are
kept nearly everywhere, are kept at any size."""
_PROBLEMS = 3
"""So many sets of attributes are kept prepared: at 1024 px each takes some 50 MB."""

Values = Mapping[str, float]
"""How strongly each attribute is wished, by name: at 1 the classifier sees it in this face, at -1 it does
not; 0 leaves the face as it is."""


class LiveFace:
    """One face, ready to be moved. Its pictures depend on the values alone: the same ones give the same bits.

    The code is the one that the `session` knows when this is made: the encoder's guess at first, later what
    the face was learnt with (`is_current` tells when there is a better one). Used by one thread at a time.
    """

    def __init__(self, face: Face, masks: RegionMasks, pack: ModelPack, session: FaceSession) -> None:
        """EngineError for a pack without an encoder or without attribute directions."""
        directions, code = pack.directions, session.reconstruction()
        if directions is None or code is None:
            raise EngineError(f"The pack '{pack.title}' cannot show an edit before it is made.")
        self.face, self.masks, self.pack = face, masks, pack
        self._session = session
        self._directions: AttributeDirections = directions
        self._code: Reconstruction = code
        self._problems: OrderedDict[tuple[str, ...], Problem] = OrderedDict()
        self._small = size_at_most(pack.generator, SMALL)
        self._composed = min(self._small, _COMPOSED)
        self._before: dict[int, Tensor] = {}
        self._sized: dict[tuple[tuple[str, ...], int], Prepared] = {}
        self._units: dict[tuple[str, float], Tensor] = {}
        self._regions: dict[tuple[str, float], Tensor] = {}
        self._keeps: dict[tuple[str, float], Tensor | None] = {}
        self._scores: list[float] = []

    @property
    def attributes(self) -> tuple[str, ...]:
        """What can be moved: the pack's attributes that have a direction."""
        return tuple(name for name in self.pack.supported if name in self._directions)

    @property
    def learnt(self) -> bool:
        """Whether the code is more than the encoder's guess."""
        return self._code.learnt

    @property
    def is_current(self) -> bool:
        """Whether the session still knows the face as this does."""
        return self._session.reconstruction() is self._code

    def ways(self, values: Values) -> dict[str, float]:
        """How far the code goes along each attribute's direction, in units of the directions: what
        `EditRequest.start` takes. Asked first of an attribute, the classifier is asked a few times."""
        wished = {name: values[name] for name in sorted(values) if values[name]}
        return {name: value * self._reach(name, value > 0) for name, value in wished.items()}

    def edited(self, values: Values, whole: bool = False) -> EditResult:
        """The face with the `values`: a result like a run's, of which nothing was optimised.

        Its pictures are (192, 192, 3), or with `whole` (R, R, 3) as the generator's; all values at 0 give a
        result of strength 0, of which nothing is shown. EngineError for an attribute without a direction.
        """
        self._check(values)
        return scored_on_image(self._at(values, whole), self.pack)

    def _at(self, values: Values, whole: bool) -> EditResult:
        result = self._edited(self.ways(values), whole)
        # Mode "paper" gives the photo back by as much as an edit lacks of its strength.
        return replace(result, strength=min(1.0, max((abs(value) for value in values.values()), default=0.0)))

    def picture(
        self, values: Values, side: int, whole: bool = False, mode: BlendMode = "detail"
    ) -> LivePicture:
        """What is seen of `edited`: the face's square, `side` px wide, as `mode` composes it, with scores."""
        self._check(values)
        return shown(
            self._at(values, whole), self.face, self.pack, side, mode, None if whole else tuple(values)
        )

    def _check(self, values: Values) -> None:
        known = self.attributes
        for name in values:
            if values[name] and name not in known:
                raise EngineError(f"The pack '{self.pack.title}' has no direction for '{name}'.")

    @torch.no_grad()
    def _edited(self, ways: Mapping[str, float], whole: bool = False) -> EditResult:
        """`ways` are in the units of the directions."""
        size = self.pack.resolution if whole else self._composed
        prepared = self._prepared(tuple(sorted(ways)) or self.attributes[:1], size)
        problem, step = prepared.problem, self._directions.toward(ways)
        if step is None:
            return prepared.result(problem.latent, prepared.before, None)
        code = problem.latent + step
        region = self._grown(ways) if problem.settings.flag("dynamic_masking") else None
        keeps = self._kept(ways) if problem.everywhere else None
        return prepared.result(code, self._render(problem, code, size), region, keeps)

    def _grown(self, ways: Mapping[str, float]) -> Tensor:
        """Where the attributes' regions are when each is moved by one unit, (1, 1, S, S), 0..1.

        Pictures are shown with these instead of a parse of their own, which takes longer than all else of a
        small one.
        """
        found = [self._region(name, math.copysign(1.0, way)) for name, way in ways.items()]
        return torch.stack(found).amax(0)

    def _region(self, name: str, way: float) -> Tensor:
        if (name, way) not in self._regions:
            problem = self._problem((name,))
            parsed = problem.parsed(self._at_unit(name, way))
            self._regions[name, way] = to_size(parsed, problem.classes.dynamic, self._small)
        return self._regions[name, way]

    def _kept(self, ways: Mapping[str, float]) -> Tensor | None:
        """What keeps its pixels when each of the attributes is moved by one unit, (1, 1, S, S), 0..1."""
        found = [self._kept_by(name, math.copysign(1.0, way)) for name, way in ways.items()]
        known = [keeps for keeps in found if keeps is not None]
        return torch.stack(known).amin(0) if len(known) == len(found) else None

    def _kept_by(self, name: str, way: float) -> Tensor | None:
        if (name, way) not in self._keeps:
            self._keeps[name, way] = kept(self._problem((name,)), self._at_unit(name, way))
        return self._keeps[name, way]

    def _at_unit(self, name: str, way: float) -> Tensor:
        """The render (1, 3, S, S) of an attribute moved by one unit, drawn once for all that is asked."""
        if (name, way) not in self._units:
            problem, step = self._problem((name,)), self._directions.toward({name: way})
            assert step is not None  # the names were checked
            self._units[name, way] = self._render(problem, problem.latent + step, self._small)
        return self._units[name, way]

    def _prepared(self, names: tuple[str, ...], size: int) -> Prepared:
        problem = self._problem(names)
        if size not in self._before:
            self._before[size] = self._render(problem, problem.latent, size)
        if not self._scores:
            self._scores = self.pack.classifier(problem.source).sigmoid()[0].tolist()
        if (names, size) not in self._sized:
            self._sized[names, size] = Prepared.of(problem, self._before[size], self._scores)
        return self._sized[names, size]

    @torch.no_grad()
    def _render(self, problem: Problem, code: Tensor, size: int) -> Tensor:
        """(1, 3, size, size) with all the detail that the pack draws, 0..1."""
        drawn: Tensor = problem.generator(code, problem.noise, max(size, self._small))
        return resize(problem.refined(drawn).clamp(0, 1), size)

    def _problem(self, names: tuple[str, ...]) -> Problem:
        """An edit of these attributes that has not begun, prepared once."""
        if names not in self._problems:
            edits = tuple(AttributeEdit(name) for name in names)
            latent = self._code.latent[0].cpu().numpy()
            request = EditRequest(self.face, self.masks, edits, self.pack.preset, initial_latent=latent)
            problem = build(request, self.pack)
            problem.generator, problem.tuned = self._code.generator, self._code.tuned
            self._problems[names] = problem
        self._problems.move_to_end(names)
        while len(self._problems) > _PROBLEMS:
            gone, _ = self._problems.popitem(last=False)
            self._sized = {key: sized for key, sized in self._sized.items() if key[0] != gone}
        return self._problems[names]

    def _reach(self, name: str, adds: bool) -> float:
        known = self._session.reaches
        if (name, adds) not in known:

            def score(way: float) -> float:
                if not way:
                    return self._prepared((name,), self._composed).scores[self.pack.attributes.index(name)]
                moved = self._edited({name: way})
                return shown(moved, self.face, self.pack, self._small, moving=(name,)).scores[name]

            known[name, adds] = reach(score, adds)
        return known[name, adds]
