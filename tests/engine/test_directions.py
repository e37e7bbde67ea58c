"""Attribute directions: the file, the first step that an edit takes along them, the fast preset."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import engine
from engine import AttributeEdit, EditRequest, EditResult, Face, FaceSession, Step
from engine.compositing import painting
from engine.compositing.differentiable import ShownOnPhoto
from engine.compositing.strategy import Strategy
from engine.edit.direction_step import along_directions
from engine.edit.masks import to_size
from engine.edit.problem import build
from engine.errors import CheckpointError, PackError
from engine.evaluate.report import whole_face
from engine.imaging.tensor_filters import dilated
from engine.models.directions import AttributeDirections, code_shape, matches
from engine.models.generators.base import size_at_most
from engine.packs.pack import ModelPack, load_pack
from engine.paths import weights


@pytest.fixture(scope="module")
def face(pack: ModelPack) -> Face:
    return whole_face(engine.random_face(pack, 4))


def request(face: Face, pack: ModelPack, *edits: AttributeEdit, **more: object) -> EditRequest:
    settings = {"steps.hold_region": 4, "steps.coarse": 4, "steps.latent": 6}
    settings |= {"loss.start_steps.classf": 4, "loss.start_steps.seg": 4}
    masks = engine.parse(face, pack)
    return EditRequest(face, masks, edits, preset="fast", settings=settings, **more)  # type: ignore[arg-type]


def finished(asked: EditRequest, pack: ModelPack, session: FaceSession | None = None) -> EditResult:
    last = list(engine.run(asked, pack, session=session))[-1].result
    assert last is not None
    return last


@pytest.fixture(scope="module")
def session(pack: ModelPack, face: Face) -> FaceSession:
    return FaceSession(face, pack)


@pytest.fixture(scope="module")
def smile(pack: ModelPack, face: Face, session: FaceSession) -> list[Step]:
    """Every step of the session's first edit, at which nobody looked while it ran."""
    return list(engine.run(request(face, pack, AttributeEdit("smiling")), pack, session=session))


@pytest.fixture(scope="module")
def looked_at(pack: ModelPack, face: Face) -> list[Step]:
    """The same edit with a preview of every step."""
    return list(engine.run(request(face, pack, AttributeEdit("smiling")), pack, engine.RunControl(0.0)))


@pytest.fixture(scope="module")
def lipstick(pack: ModelPack, face: Face) -> EditResult:
    return finished(request(face, pack, AttributeEdit("wearing_lipstick")), pack)


def test_directions_add_up_with_their_signs() -> None:
    found = AttributeDirections.from_state({"smiling": torch.ones(2, 3), "male": torch.full((2, 3), 5.0)})
    both = found.toward({"smiling": 1.0, "male": -1.0})
    assert both is not None
    assert torch.equal(both, torch.full((2, 3), -4.0))
    assert found.toward({"smiling": 1.0, "young": 1.0}) is None
    assert found.toward({}) is None


def test_directions_that_are_confined_move_their_vectors_only() -> None:
    found = AttributeDirections.from_state({"smiling": torch.ones(6, 3), "male": torch.ones(6, 3)})
    smile = found.confined({"smiling": (2, 4), "male": None, "young": (0, 1)}).toward({"smiling": 1.0})
    assert smile is not None and torch.equal(smile[:, 0], torch.tensor([0.0, 0, 1, 1, 0, 0]))
    whole = found.toward({"smiling": 1.0})
    assert whole is not None and bool((whole == 1).all()), "the ones that were there stay"


def test_the_layout_is_recognised_and_uneven_tensors_are_refused() -> None:
    assert matches({"smiling": torch.ones(2, 3)})
    assert not matches({"smiling": torch.ones(2, 3), "conv.weight": torch.ones(2, 3)})
    assert not matches({})
    assert code_shape({"smiling": torch.ones(2, 3)}) == (2, 3)
    with pytest.raises(CheckpointError):
        code_shape({"smiling": torch.ones(2, 3), "male": torch.ones(3, 3)})


def test_directions_of_another_generator_are_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(weights("starter"), tmp_path / "odd"))
    path = folder / "directions.safetensors"
    save_file({name: d[:-2].contiguous() for name, d in load_file(path).items()}, path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["directions"] = {"file": path.name}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(PackError, match="do not belong together"):
        load_pack(folder, device="cpu")


@pytest.mark.parametrize(("name", "target"), [("smiling", 1.0), ("smiling", 0.0), ("blond_hair", 1.0)])
def test_the_first_step_brings_the_attribute_nearer(
    pack: ModelPack, face: Face, name: str, target: float
) -> None:
    problem = build(request(face, pack, AttributeEdit(name, target)), pack)
    index = pack.attributes.index(name)
    moved = along_directions(problem, problem.latent)
    with torch.no_grad():
        before, after = (
            float(pack.classifier(pack.generator(w, problem.noise)).sigmoid()[0, index])
            for w in (problem.latent, moved)
        )
    wish = AttributeEdit(name, target).goal(0.05)
    assert abs(after - wish) <= abs(before - wish) + 1e-4
    if abs(before - wish) > 0.3:
        assert abs(after - wish) < abs(before - wish) - 0.1


def test_without_a_direction_the_code_stays(pack: ModelPack, face: Face) -> None:
    problem = build(request(face, pack, AttributeEdit("smiling")), pack)
    problem.pack = without_directions(pack)
    assert along_directions(problem, problem.latent) is problem.latent


def test_the_region_follows_the_render_that_is_chosen(pack: ModelPack, face: Face) -> None:
    asked = request(face, pack, AttributeEdit("smiling"))
    asked = replace(asked, settings=asked.settings | {"optimizer.region_follows": True})
    problem = build(asked, pack)
    moved = along_directions(problem, problem.latent)
    with torch.no_grad():
        render = pack.generator(moved, problem.noise, size_at_most(pack.generator, 256))
        region = to_size(problem.parsed(render), problem.classes.dynamic, pack.resolution)
    assert not torch.equal(moved, problem.latent)
    assert torch.equal(problem.masks.dynamic, (problem.photo_masks.dynamic + region).clamp(0, 1))
    assert float(problem.masks.dynamic.sum()) > float(problem.photo_masks.dynamic.sum())


def test_where_the_photo_shows_nothing_of_it_the_render_decides(pack: ModelPack, face: Face) -> None:
    ways = {}
    for beyond in (0.0, 1.5):
        asked = request(face, pack, AttributeEdit("smiling", probability=0.9))
        asked = replace(asked, settings=asked.settings | {"optimizer.farthest_direction": beyond})
        problem = build(asked, pack)
        # As of a mouth that something lies before: the composite is the photo, whatever is rendered.
        moved = along_directions(problem, problem.latent, lambda _, at=problem: at.source)
        with torch.no_grad():
            render = pack.generator(moved, problem.noise)
            shown = pack.classifier(render).sigmoid()[0, pack.attributes.index("smiling")]
        ways[beyond] = (float((moved - problem.latent).norm()), float(shown), problem.rungs_tried)
    assert ways[0.0][0] == 0
    assert ways[1.5][0] > 0 and ways[1.5][1] > 0.75
    assert ways[1.5][2] < ways[0.0][2]


def test_a_slider_that_stood_too_low_is_carried_on_to_where_the_render_shows_it(
    pack: ModelPack, face: Face
) -> None:
    ways = {}
    for beyond in (0.0, 1.5):
        edit = AttributeEdit("smiling", probability=0.9)
        asked = request(face, pack, edit, start={"smiling": 0.05})
        asked = replace(asked, settings=asked.settings | {"optimizer.farthest_direction": beyond})
        problem = build(asked, pack)
        moved = along_directions(problem, problem.latent)
        with torch.no_grad():
            shown = pack.classifier(pack.generator(moved, problem.noise)).sigmoid()
        ways[beyond] = (moved - problem.latent, float(shown[0, pack.attributes.index("smiling")]))
    assert pack.directions is not None
    assert torch.allclose(ways[0.0][0][0], pack.directions.toward({"smiling": 0.05}), atol=1e-5)
    assert ways[0.0][1] < 0.75 < ways[1.5][1]
    assert torch.allclose(ways[1.5][0] / ways[1.5][0].norm(), ways[0.0][0] / ways[0.0][0].norm(), atol=1e-5)


def test_a_goal_below_one_half_is_not_there_where_the_face_has_less(pack: ModelPack, face: Face) -> None:
    asked = request(face, pack, AttributeEdit("eyeglasses", 0.4), start={"eyeglasses": 0.3})
    problem = build(replace(asked, settings=asked.settings | {"optimizer.farthest_direction": 1.5}), pack)
    with torch.no_grad():
        before = pack.classifier(pack.generator(problem.latent, problem.noise)).sigmoid()
    assert float(before[0, pack.attributes.index("eyeglasses")]) < 0.2
    # Nothing of it is seen on the photo, and this pack's spectacles are not told in a render either.
    along_directions(problem, problem.latent, lambda _: problem.source)
    assert problem.rungs_tried == 7, "the first place was taken for the goal"


def without_directions(pack: ModelPack) -> ModelPack:
    bare = ModelPack.__new__(ModelPack)
    bare.__dict__.update(pack.__dict__)
    bare._late = {**pack._late, "directions": AttributeDirections({})}
    return bare


@pytest.mark.slow
def test_a_later_edit_of_the_face_skips_its_reconstruction_and_comes_out_the_same(
    pack: ModelPack, face: Face, session: FaceSession, smile: list[Step], lipstick: EditResult
) -> None:
    first = smile[-1].result
    again = finished(request(face, pack, AttributeEdit("wearing_lipstick")), pack, session)
    alone = lipstick
    assert first is not None
    assert (first.steps_done, again.steps_done, alone.steps_done) == (6, 2, 6)
    assert np.array_equal(again.latent, alone.latent)
    assert np.array_equal(again.generated, alone.generated)


def test_fast_leaves_what_the_mask_does_not_show(smile: list[Step]) -> None:
    result = smile[-1].result
    assert result is not None
    hidden = result.blend_mask < 0.002
    assert hidden.any()
    assert np.abs(result.image - result.source)[hidden].max() < 1 / 255
    assert result.reconstruction is not None
    assert not np.array_equal(result.reconstruction, result.generated)


def test_what_is_shown_is_the_photo_where_nothing_is_edited(pack: ModelPack, face: Face) -> None:
    problem = build(request(face, pack, AttributeEdit("smiling")), pack)
    with torch.no_grad():
        before = pack.generator(problem.latent, problem.noise)
        edited = before.clone()
        edited[..., :20, :] += 0.5  # the background's top, far from the mouth
        mouth = problem.masks.dynamic > 0.9
        edited = torch.where(mouth, edited + 0.2, edited)
        shown = ShownOnPhoto(problem, before)(edited)
    assert bool(mouth.any())
    assert float((shown - problem.source)[..., :20, :].abs().max()) < 1 / 255
    assert float((shown - problem.source).abs()[mouth.expand(-1, 3, -1, -1)].mean()) > 0.05


def test_what_is_shown_passes_gradients_of_the_edited_region_only(pack: ModelPack, face: Face) -> None:
    problem = build(request(face, pack, AttributeEdit("smiling")), pack)
    with torch.no_grad():
        before = pack.generator(problem.latent, problem.noise)
    render = before.clone().requires_grad_(True)
    ShownOnPhoto(problem, before)(render).sum().backward()
    assert render.grad is not None
    strength = render.grad.abs().sum(1, keepdim=True)
    assert float(strength[problem.masks.dynamic > 0.9].mean()) > 1
    assert float(strength[..., :20, :].max()) < 0.05


def test_a_guess_at_the_edit_comes_with_the_first_preview_only(
    smile: list[Step], looked_at: list[Step]
) -> None:
    guesses = [step.first_guess is not None for step in looked_at]
    assert guesses[0] and not any(guesses[1:])
    first = looked_at[0]
    assert first.first_guess is not None and first.preview is not None
    assert first.first_guess.shape == first.preview.shape
    assert not np.array_equal(first.first_guess, first.preview)
    assert all(step.first_guess is None for step in smile), "nobody looks"


def test_guessing_changes_nothing_in_the_result(smile: list[Step], looked_at: list[Step]) -> None:
    looked, alone = looked_at[-1].result, smile[-1].result
    assert looked is not None and alone is not None and np.array_equal(looked.latent, alone.latent)


@pytest.mark.slow
@pytest.mark.usefixtures("smile")
def test_no_guess_without_a_direction_or_a_reconstruction(
    pack: ModelPack, face: Face, session: FaceSession
) -> None:
    edit = request(face, pack, AttributeEdit("smiling"))
    bare = without_directions(pack)
    assert all(step.first_guess is None for step in engine.run(edit, bare, engine.RunControl(0.0)))
    later = engine.run(edit, pack, engine.RunControl(0.0), session)
    assert all(step.first_guess is None for step in later)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_layers_take_the_same_steps_when_they_share_them(pack: ModelPack, face: Face, share: float) -> None:
    settings = {"optimizer.shared": share, "optimizer.directions": False}
    asked = request(face, pack, AttributeEdit("smiling"))
    result = finished(replace(asked, settings={**asked.settings, **settings}), pack)
    assert result.latent_before is not None
    change = result.latent - result.latent_before
    assert np.abs(change).max() > 0.005
    apart = np.abs(change - change.mean(0)).max()
    assert apart < 1e-5 if share else apart > 0.005


def opened(before: torch.Tensor, region: torch.Tensor) -> torch.Tensor:
    """A render with something bright in the place of the mouth."""
    return torch.where(region > 0.5, 0.9, before)


def test_the_classifier_is_shown_paint_where_paint_will_be_shown(pack: ModelPack, face: Face) -> None:
    problem = build(request(face, pack, AttributeEdit("smiling")), pack)
    region = problem.masks.dynamic
    flat = problem.source.mean((2, 3), keepdim=True).expand_as(problem.source)
    for before, known in ((problem.source, True), (flat, False)):
        assert painting.is_known(problem.source, before, region) is known
        shown = ShownOnPhoto(problem, before)
        shown(opened(before, region))
        assert shown.strategy is (Strategy.REPAINT if known else Strategy.MOVE)


def test_the_classifier_sees_one_colour_of_hair_all_over(pack: ModelPack, face: Face) -> None:
    """Half of the hair is drawn in another colour; the picture that is judged has it everywhere."""
    problem = build(request(face, pack, AttributeEdit("blond_hair")), pack)
    hair = problem.masks.dynamic > 0.9
    half = hair & (torch.arange(problem.source.shape[-1]) < problem.source.shape[-1] // 2)
    edited = problem.source + 0.2 * half
    change = ShownOnPhoto(problem, problem.source)(edited) - problem.source
    dark = hair & (problem.source.amax(1, keepdim=True) < 0.75)  # nothing is cut off at white
    for side in (half & dark, ~half & dark):
        assert int(side.sum()) > 200
        assert abs(float(change[side.expand(-1, 3, -1, -1)].mean()) - 0.2) < 0.05
    beyond = dilated(problem.masks.dynamic, 0.05) < 0.01  # the photo's outline is not the parser's
    assert float(change[beyond.expand(-1, 3, -1, -1)].abs().max()) < 1 / 255


def test_the_light_of_lipstick_alone_is_held_back(pack: ModelPack, face: Face, lipstick: EditResult) -> None:
    """The classifier sees red lips, no lighter, as composing shows them."""
    edit = AttributeEdit("wearing_lipstick")
    problem = build(request(face, pack, edit), pack)
    assert problem.recolours
    assert not build(request(face, pack, replace(edit, size=1.3)), pack).recolours
    assert not build(request(face, pack, edit, AttributeEdit("smiling")), pack).recolours
    red = problem.source.new_tensor([0.5, 0.0, 0.05]).view(1, 3, 1, 1)
    inside = (problem.masks.dynamic > 0.9)[0, 0]
    judged = ShownOnPhoto(problem, problem.source)
    change = (judged(problem.source + problem.masks.dynamic * red) - problem.source)[0][:, inside]
    assert judged.strategy is Strategy.TINT
    assert float((change[0] - change[1]).mean()) > 0.25
    assert lipstick.recolours


def test_on_a_large_photo_the_classifier_sees_no_paint(pack: ModelPack, face: Face) -> None:
    large = Face(np.repeat(np.repeat(face.crop, 4, 0), 4, 1), 4 * face.quad)
    for one, painted in ((face, True), (large, False)):
        problem = build(request(one, pack, AttributeEdit("smiling")), pack)
        assert problem.enlarged == len(one.crop) / pack.detail_of(["mouth"])
        shown = ShownOnPhoto(problem, problem.source)
        shown(opened(problem.source, problem.masks.dynamic))
        assert shown.strategy is (Strategy.REPAINT if painted else Strategy.MOVE)


def test_an_edit_follows_the_gradient_by_as_much_as_the_pack_s_attribute_says(
    pack: ModelPack, face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(face, pack, AttributeEdit("smiling"))
    asked = replace(
        asked, settings={**asked.settings, "optimizer.directions": False, "optimizer.farthest": 1.0}
    )
    ways = []
    for rate in (1.0, 0.1):
        told = {**pack.attribute_info, "smiling": {**pack.attribute_info["smiling"], "rate": rate}}
        monkeypatch.setattr(pack, "manifest", replace(pack.manifest, attributes=told))
        result = finished(asked, pack)
        assert result.latent_before is not None
        ways.append(float(np.abs(result.latent - result.latent_before).max()))
    # Adam moves by the rate at first, whatever the gradient is.
    assert ways[1] == pytest.approx(0.1 * ways[0], rel=0.2) and ways[0] > 0


def test_only_the_codes_that_draw_an_attribute_are_moved(face: Face) -> None:
    own = engine.load_pack("starter", device="cpu")
    told = {**own.attribute_info, "smiling": {**own.attribute_info["smiling"], "codes": [2, 5]}}
    own.manifest = replace(own.manifest, attributes=told)
    result = finished(request(face, own, AttributeEdit("smiling")), own)
    assert result.latent_before is not None
    moved = np.abs(result.latent - result.latent_before).max(1) > 0
    assert moved[2:5].all() and moved.sum() == 3
