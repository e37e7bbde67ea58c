"""What a comparison is made of, with figures that are known by construction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import ConfigError, EngineError, UnknownAttributeError
from engine.evaluate.comparison import boundaries, datasets, figures, identity, judges, kernel
from engine.evaluate.comparison.bootstrap import interval
from engine.evaluate.comparison.plan import Wish, methods_of, wishes_of
from engine.evaluate.comparison.report_json import badness
from engine.evaluate.comparison.results_folder import ResultsFolder
from engine.packs.pack import ModelPack
from engine.types import REGIONS


@pytest.fixture(scope="module")
def regions() -> np.ndarray:
    """A face that is skin with a mouth before a background, (9, 512, 512)."""
    found = np.zeros((9, 512, 512), np.float32)
    found[REGIONS.index("background")] = 1
    for name, rows, columns in (("skin", (100, 480), (120, 400)), ("mouth", (350, 400), (200, 310))):
        place = (slice(*rows), slice(*columns))
        found[(slice(None), *place)] = 0
        found[(REGIONS.index(name), *place)] = 1
    return found


def test_pictures_that_are_equal_and_one_that_is_shifted(regions: np.ndarray) -> None:
    x = np.arange(256, dtype=np.float32)
    wave = 128 + 100 * np.sin(2 * np.pi * 4 * x / 256)
    before = np.repeat(np.rint(np.broadcast_to(wave, (256, 256)))[..., None], 3, 2).astype(np.uint8)
    shifted = np.roll(before, 1, axis=1)

    # The mean squared difference of a sine of amplitude a and itself a px on is a^2 (1 - cos).
    expected = -10 * np.log10(100**2 * (1 - np.cos(2 * np.pi * 4 / 256)) / 255**2)
    assert figures.psnr(before, before) == figures.MOST_DB
    assert figures.psnr(before, shifted) == pytest.approx(expected, abs=0.05)
    assert figures.sharpness(before, shifted, regions) == pytest.approx(1, abs=0.02)
    assert figures.psnr(before, shifted, np.zeros((256, 256), np.float32)) is None


def test_what_lies_outside_does_not_see_the_edited_region(regions: np.ndarray) -> None:
    before = np.full((256, 256, 3), 90, np.uint8)
    after = before.copy()
    after[178:196, 104:150] = 200  # within the mouth
    weight = figures.outside("smiling", regions, 256)
    assert figures.psnr(before, after, weight) == figures.MOST_DB
    assert figures.psnr(before, after) < 30
    everywhere = figures.outside("male", regions, 256)  # may change all of a face
    assert (everywhere[180, 120], everywhere[10, 10]) == (0, 1)


def test_lpips_outside_is_the_mean_over_the_outside(narrow_pack: ModelPack) -> None:
    source = np.random.default_rng(0)
    before, after = source.integers(0, 255, (2, 256, 256, 3), dtype=np.uint8)
    half = np.zeros((256, 256), np.float32)
    half[:, :128] = 1
    whole = np.ones_like(half)
    assert figures.lpips(before, before, whole, narrow_pack) == pytest.approx(0, abs=1e-6)
    one, other = (figures.lpips(before, after, w, narrow_pack) for w in (half, 1 - half))
    both = figures.lpips(before, after, whole, narrow_pack)
    assert both == pytest.approx((one + other) / 2, rel=1e-3)


def test_no_edit_entangles_nothing_and_one_deviation_is_one() -> None:
    logits = np.linspace(-3, 3, 40, dtype=np.float32)
    deviations = np.linspace(0.5, 2, 40, dtype=np.float32)
    others = [i for i in range(40) if i != 14]
    assert figures.entanglement(logits, logits, deviations, others) == 0
    moved = logits + deviations
    assert figures.entanglement(logits, moved, deviations, others) == pytest.approx(1)
    moved[others] = logits[others]
    moved[14] += 100  # what was to change
    assert figures.entanglement(logits, moved, deviations, others) == 0
    assert judges.deviations([logits, logits + 2 * deviations]) == pytest.approx(deviations * 2**0.5)


def test_a_picture_is_itself_more_than_its_person_is(picture: np.ndarray) -> None:
    alike = identity.likeness_of(0.0)
    assert alike == pytest.approx(identity.STRANGERS / (identity.STRANGERS - identity.SAME))
    assert identity.likeness_of(identity.SAME) == pytest.approx(1)
    assert identity.likeness_of(identity.STRANGERS) == pytest.approx(0)
    network = identity.load()
    if network is None:
        pytest.skip(identity.LACKING)
    own, darker = network.describe(picture), network.describe((picture * 0.8).astype(np.uint8))
    other = network.describe(np.ascontiguousarray(picture[::-1]))
    assert network.likeness(own, own) == pytest.approx(alike)
    assert network.likeness(own, darker) > 1 > network.likeness(own, other)


def test_the_bootstrap_interval_is_that_of_the_mean_over_faces() -> None:
    source = np.random.default_rng(3)
    values = source.normal(5, 2, 400)
    mean, low, high = interval(list(values), [str(i) for i in range(400)])
    half = 1.96 * values.std() / 20
    assert mean == pytest.approx(values.mean())
    assert (mean - low, high - mean) == (pytest.approx(half, rel=0.12), pytest.approx(half, rel=0.12))
    # Values of one face go together: twice the same are no more than once.
    twice = interval([*values, *values], [str(i) for i in range(400)] * 2)
    assert twice == pytest.approx((mean, low, high))
    assert interval([0.5], ["one"]) == (0.5, 0.5, 0.5)


def test_sets_of_one_kind_have_no_kernel_distance() -> None:
    pytest.importorskip("torchmetrics")
    source = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, 200, 16, generator=source) / 4
    assert abs(kernel.distance(a, b)) < 0.05 < kernel.distance(a + 1, b)


def test_a_boundary_is_found_and_others_are_projected_out() -> None:
    source = np.random.default_rng(1)
    codes = source.normal(0, 3, (600, 24)).astype(np.float32)
    one, other = np.zeros((2, 24), np.float32)
    one[0], other[:2] = 1, (0.6, 0.8)
    found = {
        "smiling": boundaries.fitted(codes, codes @ one, "smiling"),
        "young": boundaries.fitted(codes, codes @ other, "young"),
    }
    assert found["smiling"].normal @ one > 0.97
    assert found["smiling"].told > 0.97
    assert found["smiling"].deviation == pytest.approx(3, rel=0.1)
    wishes = (Wish("smiling"), Wish("young"))
    conditioned = boundaries.conditioned(wishes[0], wishes, found)
    assert np.linalg.norm(conditioned) == pytest.approx(1)
    assert conditioned @ found["young"].normal == pytest.approx(0, abs=1e-5)
    assert boundaries.conditioned(wishes[0], wishes[:1], found) == pytest.approx(found["smiling"].normal)
    with pytest.raises(EngineError, match="Too few of the 600 renders"):
        boundaries.fitted(codes, np.abs(codes @ one), "bald")


def test_renders_are_labelled_once(narrow_pack: ModelPack, tmp_path: Path) -> None:
    renders = boundaries.Renders(narrow_pack, 6, tmp_path)
    assert not renders.label(lambda done, total: done < 4)  # left off
    again = boundaries.Renders(narrow_pack, 6, tmp_path)
    begun: list[int] = []
    assert again.label(lambda done, total: begun.append(done) is None)
    assert begun == [4, 5]
    assert torch.equal(again.logits[:4], renders.logits)
    assert len(boundaries.Renders(narrow_pack, 3, tmp_path).logits) == 3
    again.path.write_bytes(b"no tensors")
    assert len(boundaries.Renders(narrow_pack, 6, tmp_path).logits) == 0


def write(path: Path, shade: int = 100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 40), (shade,) * 3).save(path)


def test_the_published_layouts(tmp_path: Path) -> None:
    celeba = tmp_path / "CelebAMask-HQ"
    for number in (0, 2, 10, 2001):
        write(celeba / f"CelebA-HQ-img/{number}.jpg")
    write(celeba / "CelebAMask-HQ-mask-anno/0/00002_skin.png")
    write(celeba / "CelebAMask-HQ-mask-anno/1/02001_l_eye.png")
    found = datasets.find("celebahq", celeba)
    assert [p.name for p in found.pictures] == ["0", "2", "10", "2001"]
    assert [list(p.masks) for p in found.pictures] == [[], ["skin"], [], ["l_eye"]]
    assert all(p.aligned for p in found.pictures)
    assert "29,996 of its 30,000 pictures are missing" in found.left_out[0].why
    assert [gone.file for gone in found.left_out[1:]] == ["0.jpg", "10.jpg"]

    helen = tmp_path / "helen"
    write(helen / "train_1/232194_1.jpg")
    write(helen / "test/30844800_1.jpg")
    write(helen / "labels/232194_1/232194_1_lbl00.png")
    (helen / "testnames.txt").write_text("30844800_1\n312_1\n")
    (helen / "exemplars.txt").write_text("1 , 232194_1\n")
    found = datasets.find("helen", helen)
    assert [p.name for p in found.pictures] == ["232194_1", "30844800_1"]
    assert [gone.file for gone in found.left_out] == ["312_1.jpg"]

    siblings = tmp_path / "SiblingsDB"
    write(siblings / "HQf/001.jpg")
    write(siblings / "LQf/001.jpg")
    assert len(datasets.find("siblingsdb", siblings).pictures) == 1
    assert len(datasets.find("folder", siblings).pictures) == 2
    both = datasets.find_all([("siblingsdb", siblings), ("folder", siblings)])
    assert len({p.name for p in both.pictures}) == 3
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="There are no pictures in"):
        datasets.find("helen", tmp_path / "empty")


def test_the_first_faces_are_spread_over_the_set() -> None:
    pictures = [datasets.Picture(str(i), Path(str(i)), "folder") for i in range(100)]
    order = [int(p.name) for p in datasets.spread(pictures)]
    assert sorted(order) == list(range(100))
    assert np.diff(sorted(order[:10])).max() <= 20


def test_names_of_methods_and_attributes(tmp_path: Path) -> None:
    named = methods_of(["maskfacegan", "interfacegan-d", f"results:STGAN={tmp_path}"], ["fast", "paper"])
    assert [m.name for m in named] == ["maskfacegan", "maskfacegan:paper", "interfacegan-d", "results:STGAN"]
    assert [w.name for w in wishes_of(["smiling", "male=0", "smiling"])] == ["smiling", "male=0"]
    with pytest.raises(ConfigError, match="no method called 'interfacegand'") as told:
        methods_of(["interfacegand"], ["fast"])
    assert "interfacegan" in told.value.hint
    with pytest.raises(ConfigError, match="There is no folder"):
        methods_of(["results:STGAN=nowhere"], ["fast"])
    with pytest.raises(ConfigError, match="Two methods are called 'results:A'"):
        methods_of([f"results:A={tmp_path}", f"results:A={tmp_path.parent}"], ["fast"])
    with pytest.raises(UnknownAttributeError, match="smilling"):
        wishes_of(["smilling"])


def test_results_are_matched_by_their_names(tmp_path: Path) -> None:
    for name in ("smiling/A.png", "B-smiling.JPG", "C_smiling.png", "D.png"):
        write(tmp_path / name)
    some = ResultsFolder(tmp_path, alone=False)
    assert [some.path(face, "smiling") is not None for face in "abcd"] == [True, True, True, False]
    assert ResultsFolder(tmp_path, alone=True).path("d", "smiling") == tmp_path / "D.png"


def test_the_worst_come_first() -> None:
    good = {"reached": True, "entanglement": 0.1, "identity": 1.1, "lpips_outside": 0.0}
    bad = {"reached": False, "entanglement": 2.0, "identity": 0.2, "lpips_outside": None}
    assert badness({"error": "It failed."}) == 1
    assert 0 <= badness(good) < badness(bad) < 1
