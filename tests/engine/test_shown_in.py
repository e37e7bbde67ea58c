"""Where an edit of the whole face is shown: around the eyes, below the nose, on skin."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch

import engine
from engine.attributes import TABLE, edits_everywhere
from engine.edit.seen_classes import classes_in
from engine.edit.shown_in import beside_the_face, shown_in, teeth
from engine.evaluate.report import whole_face
from engine.models.parsers.base import CLOTH, INNER_MOUTH
from engine.models.parsers.bisenet import CLASSES, summation
from engine.packs.pack import ModelPack
from engine.types import REGIONS, AttributeEdit

SIDE = 512


def drawn() -> torch.Tensor:
    """Regions of a face that is lower in its square than others: boxes."""
    found = torch.zeros(1, 9, SIDE, SIDE)
    for region, (top, bottom) in {
        "hair": (20, 150),
        "skin": (150, 460),
        "eyebrows": (250, 270),
        "eyes": (280, 300),
        "nose": (300, 370),
        "mouth": (400, 430),
    }.items():
        found[0, REGIONS.index(region), top:bottom, 100:412] = 1
    return found


def area(*names: str) -> np.ndarray:
    found = shown_in([AttributeEdit(name) for name in names], drawn())
    assert found is not None
    return found[0, 0].numpy()


@pytest.mark.parametrize(
    ("name", "within", "beyond"),
    [
        ("eyeglasses", (260, 290, 330), (200, 400)),
        ("mustache", (385, 415, 450), (200, 290, 320)),
        ("bangs", (80, 200, 280), (330, 415)),
        ("double_chin", (415, 455), (80, 290, 370)),
        ("pale_skin", (200, 385), (80,)),
        ("big_lips", (415,), (80, 290)),
    ],
)
def test_heights_follow_the_photos_regions(
    name: str, within: tuple[int, ...], beyond: tuple[int, ...]
) -> None:
    rows = area(name)[:, 256]
    assert all(rows[row] > 0.9 for row in within) and all(rows[row] < 0.01 for row in beyond)


@pytest.mark.slow
def test_of_several_it_is_the_union_and_age_is_shown_all_over() -> None:
    both = area("eyeglasses", "mustache")
    np.testing.assert_array_equal(both, np.maximum(area("eyeglasses"), area("mustache")))
    assert shown_in([AttributeEdit("eyeglasses"), AttributeEdit("young")], drawn()) is None


@pytest.mark.slow
def test_spectacles_are_shown_where_some_are() -> None:
    worn = torch.zeros(1, 1, SIDE, SIDE)
    worn[..., 270:320, 150:362] = 1
    narrow = shown_in([AttributeEdit("eyeglasses")], drawn(), worn)
    assert narrow is not None
    assert narrow[0, 0, 290, 256] > 0.9 and narrow[0, 0, 290, 60] < 0.01 < area("eyeglasses")[290, 60]


@pytest.mark.slow
def test_a_rim_that_the_parser_doubts_is_shown_whole_and_what_it_denies_is_not() -> None:
    found = torch.zeros(1, 1, SIDE, SIDE)
    found[..., 290:296, 150:360] = 0.45
    found[..., 290:296, 420:480] = 0.05
    within = shown_in([AttributeEdit("eyeglasses")], drawn(), found)
    assert within is not None
    assert within[0, 0, 290:296, 170:340].min() > 0.95
    assert within[0, 0, 280:306, 430:470].max() < 0.01


def test_without_a_region_it_is_where_an_aligned_face_has_it() -> None:
    nothing = shown_in([AttributeEdit("mustache")], torch.zeros(1, 9, SIDE, SIDE))
    assert nothing is not None
    assert nothing[0, 0, int(0.68 * SIDE), 256] > 0.9 and nothing[0, 0, int(0.45 * SIDE), 256] < 0.01


@pytest.mark.slow
def test_every_area_belongs_to_an_edit_of_the_whole_face() -> None:
    for row in TABLE:
        if row.area is not None:
            assert row.expression or edits_everywhere([AttributeEdit(row.name)], force_global=False), row.name
            assert area(row.name).max() > 0.9


@pytest.mark.slow
def test_beyond_it_the_photo_keeps_its_bits(pack: ModelPack, picture: np.ndarray) -> None:
    face = whole_face(picture)
    quick = {"steps.latent": 30, "steps.hold_region": 10, "steps.noise": 0, "loss.start_steps.classf": 10}
    request = engine.EditRequest(
        face,
        engine.parse(face, pack),
        (AttributeEdit("eyeglasses"),),
        preset="fast",
        settings=quick,
    )
    result = list(engine.run(request, pack))[-1].result
    assert result is not None and result.everywhere
    everywhere = replace(result, masks={k: m for k, m in result.masks.items() if k != "within"})
    size = len(face.crop)
    photo = engine.Photo(np.array(face.crop), "RGB", None)
    shown, wide = (engine.paste(photo, face, r).pixels for r in (result, everywhere))
    outside = torch.nn.functional.interpolate(
        torch.from_numpy(result.masks["within"])[None, None], (size, size), mode="bilinear"
    )[0, 0].numpy()
    beyond = outside == 0
    assert beyond.mean() > 0.3 and np.array_equal(shown[beyond], face.crop[beyond])
    assert not np.array_equal(wide[beyond], face.crop[beyond])
    assert not np.array_equal(shown, face.crop)


class Classes(torch.nn.Module):
    """A parser that takes the first three colours for what it should see: cloth is red, background blue."""

    def classes(self, image: torch.Tensor) -> torch.Tensor:
        found = torch.full((len(image), len(CLASSES), *image.shape[-2:]), 1e-4)
        for colour, number in enumerate((CLOTH, 1, 0)):
            found[:, number] += image[:, colour]
        return found / found.sum(1, keepdim=True)

    def regions(self, classes: torch.Tensor) -> torch.Tensor:
        return torch.einsum("rc,nchw->nrhw", summation(), classes)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.regions(self.classes(image))


def coloured(*bands: int) -> torch.Tensor:
    """(1, 3, 40, 40): bands of ten rows of one colour each."""
    picture = torch.zeros(1, 3, 40, 40)
    for k, colour in enumerate(bands):
        picture[0, colour, 10 * k : 10 * k + 10] = 1
    return picture


def test_clothes_and_what_stays_background_are_no_part_of_a_face(
    pack: ModelPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloth, skin, wall = 0, 1, 2
    photo = coloured(wall, wall, skin, cloth)
    assert beside_the_face(pack, photo) is None  # the built-in parser does not tell clothes
    monkeypatch.setattr(pack, "parser", Classes())
    before = beside_the_face(pack, photo)
    assert before is not None
    assert before[0, 0, ::10, 0].tolist() == [0, 0, 0, 1]
    # Hair that grew before the wall is shown, a collar that was drawn is not.
    after = beside_the_face(pack, photo, coloured(wall, skin, cloth, skin))
    assert after is not None
    assert after[0, 0, ::10, 0].tolist() == [1, 0, 1, 1]


def test_a_picture_is_parsed_once_and_forgotten_with_it(
    pack: ModelPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Counted(Classes):
        def classes(self, image: torch.Tensor) -> torch.Tensor:
            asked.append(id(image))
            return super().classes(image)

    monkeypatch.setattr(pack, "parser", Counted())
    photo, render = coloured(0, 1, 2, 0), coloured(2, 1, 2, 0)
    assert beside_the_face(pack, photo) is not None
    assert beside_the_face(pack, photo, render) is not None
    assert asked == [id(photo), id(render)]
    told = classes_in(pack, photo)
    assert told is not None and len(asked) == 2
    seen = weakref.ref(told)
    del told, photo
    gc.collect()
    assert seen() is None, "kept for as long as the picture"


def test_teeth_are_the_photos_where_both_mouths_are_open(
    pack: ModelPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    lips, inside = 0, 1
    photo, render = coloured(lips, inside, inside, lips), coloured(lips, lips, inside, lips)
    assert teeth(pack, photo, render) is None  # the built-in parser knows one mouth
    monkeypatch.setattr(pack, "parser", Mouths())
    both = teeth(pack, photo, render)
    assert both is not None
    assert both[0, 0, ::10, 0].tolist() == [0, 0, 1, 0]
    assert teeth(pack, photo, coloured(lips, lips, lips, lips)) is None


class Mouths(Classes):
    """Told by colour: what is green lies between lips."""

    def classes(self, image: torch.Tensor) -> torch.Tensor:
        found = torch.zeros(len(image), 19, *image.shape[-2:])
        found[:, INNER_MOUTH], found[:, 12] = image[:, 1], image[:, 0]
        return found
