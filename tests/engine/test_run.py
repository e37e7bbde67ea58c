"""The edit loop: schedule, cancel, pause, repeatability, masks, errors; on narrow real networks."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import engine
from engine.attributes import ATTRIBUTES, CELEBA_ATTRIBUTES
from engine.edit.losses import area_divergence, noise_regulariser, target_divergence
from engine.edit.masks import mask_classes, to_size
from engine.edit.settings import ADDED, PRESETS, PUBLISHED, flatten, read_config, resolve
from engine.models.generators.base import standardise_
from engine.packs.pack import ModelPack
from engine.types import REGIONS

SHORT = {
    "steps.latent": 8,
    "steps.noise": 3,
    "steps.e4e_start": 2,
    "loss.start_steps.classf": 3,
    "loss.start_steps.seg": 3,
    "dynamic_masking_iters": 3,
}


@pytest.fixture(scope="module")
def make(drawn_face: engine.Face, drawn_masks: engine.RegionMasks) -> Any:
    def build(*attributes: Any, **changes: Any) -> engine.EditRequest:
        edits = tuple(
            a if isinstance(a, engine.AttributeEdit) else engine.AttributeEdit(a) for a in attributes
        )
        settings = {**SHORT, **changes.pop("settings", {})}
        preset = changes.pop("preset", "paper")
        return engine.EditRequest(drawn_face, drawn_masks, edits, preset=preset, settings=settings, **changes)

    return build


def last(steps: Any) -> engine.EditResult:
    result = list(steps)[-1].result
    assert result is not None
    return result


@pytest.fixture(scope="module")
def smiling(make: Any, narrow_pack: ModelPack) -> list[engine.Step]:
    """Every step of the plainest local edit, at which nobody looked while it ran."""
    return list(engine.run(make("smiling"), narrow_pack))


@pytest.fixture(scope="module")
def still(make: Any, narrow_pack: ModelPack) -> engine.EditResult:
    """The same edit where the masks stay as they were parsed."""
    return last(engine.run(make("smiling", settings={"dynamic_masking": False}), narrow_pack))


def test_schedule_of_a_local_edit(smiling: list[engine.Step]) -> None:
    steps = smiling
    assert [(s.stage, s.step) for s in steps] == [("latent", i) for i in range(8)] + [
        ("noise", i) for i in range(4)
    ]
    assert [s.done for s in steps] == list(range(1, 13)) and {s.total for s in steps} == {12}
    assert [set(s.losses) for s in steps[:3]] == [{"recon"}] * 3
    assert all(set(s.losses) == {"recon", "classf"} for s in steps[3:8])
    assert all(set(s.losses) == {"n_loss", "recon"} for s in steps[8:])
    assert [s.result is None for s in steps] == [True] * 11 + [False]
    step = steps[4]
    assert step.loss == pytest.approx(2 * step.losses["recon"] + 0.005 * step.losses["classf"], rel=1e-5)


def test_size_and_hair_shape_add_their_terms(
    make: Any, narrow_pack: ModelPack, still: engine.EditResult
) -> None:
    steps = list(engine.run(make(engine.AttributeEdit("wavy_hair", size=1.2)), narrow_pack))
    assert set(steps[2].losses) == {"recon"}
    assert set(steps[5].losses) == {"recon", "classf", "seg", "size"}
    result = steps[-1].result
    assert result is not None and result.settings["models.update_shape"] is True
    assert not np.array_equal(still.masks["recon"], result.masks["recon"])


def test_the_parser_is_asked_as_often_as_told_and_counts_for_the_steps_between(
    make: Any, narrow_pack: ModelPack
) -> None:
    request = make("blond_hair", settings={"steps.parse_every": 2})
    steps = {s.step: s for s in engine.run(request, narrow_pack) if s.stage == "latent"}
    asked = [number for number, step in steps.items() if "seg" in step.losses]
    assert asked == [3, 5, 7], "5 is the last in which the masks follow"
    step = steps[5]
    terms = 2 * step.losses["recon"] + 0.005 * step.losses["classf"] + 2 * 0.5 * step.losses["seg"]
    assert step.loss == pytest.approx(terms, rel=1e-5)


def test_masks_follow_the_region_only_while_told(
    smiling: list[engine.Step], still: engine.EditResult
) -> None:
    moved, fixed = last(smiling).masks, still.masks
    assert (moved["recon"] <= fixed["recon"] + 1e-6).all() and (moved["recon"] < fixed["recon"]).mean() > 0.5
    assert (moved["dynamic"] >= fixed["dynamic"] - 1e-6).all()
    assert np.array_equal(moved["blend"], fixed["blend"])


@pytest.mark.parametrize(
    ("edit", "dyes"),
    [
        (engine.AttributeEdit("blond_hair"), True),
        (engine.AttributeEdit("blond_hair", size=1.2), False),
        (engine.AttributeEdit("wavy_hair"), False),
        (engine.AttributeEdit("smiling"), False),
    ],
)
def test_a_colour_is_laid_on_the_photos_own_hair(
    make: Any, narrow_pack: ModelPack, edit: engine.AttributeEdit, dyes: bool
) -> None:
    """What the parser doubts is left out; hair that changes its shape is where the render has it."""
    request = make(edit)
    probabilities = torch.from_numpy(np.array(request.masks.probabilities))[None]
    found = last(engine.run(request, narrow_pack)).masks
    assert ("dyed" in found) == dyes
    if dyes:
        own = to_size(probabilities, [REGIONS.index("hair")], len(found["dyed"]))[0, 0].numpy()
        assert found["dyed"][own < 0.25].max(initial=0) == 0 and found["dyed"][own > 0.75].min(initial=1) == 1
        assert (found["dynamic"] >= found["dyed"] * own - 0.02).all()


def test_pixels_outside_the_blend_mask_are_the_photos(make: Any, narrow_pack: ModelPack) -> None:
    request = make("smiling", blend="no_skin")
    masks = request.masks.probabilities.copy()
    mouth = REGIONS.index("mouth")
    masks[mouth, :, :256] = 0  # the left half of the picture is no mouth at all
    request = engine.EditRequest(
        request.face,
        engine.RegionMasks(masks),
        request.attributes,
        preset="paper",
        settings=SHORT,
        blend="no_skin",
    )
    result = last(engine.run(request, narrow_pack))
    untouched = result.blend_mask == 0
    assert untouched.mean() > 0.3
    assert np.array_equal(result.image[untouched], result.source[untouched])
    assert not np.array_equal(result.image, result.source)


def test_what_lies_in_front_of_the_face_is_of_no_region(make: Any, narrow_pack: ModelPack) -> None:
    """Nothing of it is held, reshaped or shown, though the generator draws a mouth there."""
    request = make("smiling")
    front = np.zeros((512, 512), np.float32)
    front[:, :256] = 1
    covered = replace(request, masks=engine.RegionMasks(request.masks.probabilities, front))
    result = last(engine.run(covered, narrow_pack))
    side = len(result.source)
    left = np.s_[:, : side // 2 - 1]
    for name in ("recon", "dynamic", "blend"):
        assert not result.masks[name][left].any(), name
        assert result.masks[name][:, side // 2 + 1 :].any(), name
    assert np.array_equal(result.image[left], result.source[left])
    pasted = engine.paste(engine.Photo(np.array(request.face.crop), "RGB", None), request.face, result)
    half = len(request.face.crop) // 2 - 1
    assert np.array_equal(pasted.pixels[:, :half], request.face.crop[:, :half])
    assert np.array_equal(result.masks["in_front"][left], np.ones((side, side // 2 - 1)))


def test_nothing_in_front_is_as_if_it_had_not_been_asked(make: Any, narrow_pack: ModelPack) -> None:
    request = make("smiling")
    faint = np.full((512, 512), 0.04, np.float32)
    asked = replace(request, masks=engine.RegionMasks(request.masks.probabilities, faint))
    one, other = (last(engine.run(r, narrow_pack)) for r in (request, asked))
    assert np.array_equal(one.image, other.image) and "in_front" not in other.masks


def test_same_seed_same_result_other_seed_other_noise(
    make: Any, narrow_pack: ModelPack, smiling: list[engine.Step]
) -> None:
    one, two = last(smiling), last(engine.run(make("smiling", seed=0), narrow_pack))
    other = last(engine.run(make("smiling", seed=6), narrow_pack))
    assert np.array_equal(one.image, two.image) and np.array_equal(one.latent, two.latent)
    assert not np.array_equal(one.image, other.image)


@pytest.mark.parametrize("after", [1, 5, 9])
def test_cancel_acts_within_one_step_and_keeps_what_there_is(
    make: Any, narrow_pack: ModelPack, after: int
) -> None:
    control = engine.RunControl()
    seen = []
    for step in engine.run(make("smiling"), narrow_pack, control):
        seen.append(step)
        if len(seen) == after:
            control.cancel()
    assert len(seen) == after + 1 and (seen[-1].stage, seen[-1].step) == (seen[-2].stage, seen[-2].step)
    result = seen[-1].result
    assert result is not None and result.cancelled and result.steps_done == after
    assert np.isfinite(result.image).all()


def test_cancel_before_the_first_step_still_ends_with_a_result(make: Any, narrow_pack: ModelPack) -> None:
    control = engine.RunControl()
    control.cancel()
    steps = list(engine.run(make("smiling"), narrow_pack, control))
    assert (
        len(steps) == 1 and steps[0].result is not None and steps[0].result.cancelled and steps[0].done == 0
    )


def test_pause_holds_and_resume_goes_on(make: Any, narrow_pack: ModelPack) -> None:
    control = engine.RunControl()
    walk = engine.run(make("smiling"), narrow_pack, control)
    next(walk)
    control.pause()
    got = threading.Event()
    rest: list[engine.Step] = []

    def go_on() -> None:
        rest.append(next(walk))
        got.set()

    thread = threading.Thread(target=go_on)
    thread.start()
    assert not got.wait(0.5), "a paused run made a step"
    control.resume()
    assert got.wait(60)
    thread.join()
    assert rest[0].step == 1
    assert control.paused_seconds > 0.3
    assert len(list(walk)) == 10


def test_previews_come_only_when_asked_for(
    make: Any, narrow_pack: ModelPack, smiling: list[engine.Step]
) -> None:
    assert all(s.preview is None for s in smiling)
    every = [s.preview for s in engine.run(make("smiling"), narrow_pack, engine.RunControl(0.0))][:-1]
    size = narrow_pack.resolution
    assert all(p is not None and p.shape == (size, size, 3) and p.dtype == np.uint8 for p in every)


def test_global_edit_starts_from_the_encoder(make: Any, narrow_pack: ModelPack) -> None:
    steps = list(engine.run(make("male", settings={"loss.start_steps.classf": 0}), narrow_pack))
    assert steps[0].step == SHORT["steps.e4e_start"] and set(steps[0].losses) == {"recon", "classf"}
    result = steps[-1].result
    assert result is not None
    assert np.array_equal(result.masks["recon"], result.masks["blend"])
    assert steps[-1].loss == pytest.approx(
        0.03 * steps[-1].losses["recon"] + steps[-1].losses["n_loss"], rel=1e-5
    )


def test_one_global_attribute_makes_the_edit_global_and_force_works_for_hair(
    make: Any, narrow_pack: ModelPack
) -> None:
    for request in (make("smiling", "young"), make("wavy_hair", force_global=True)):
        result = last(engine.run(request, narrow_pack))
        assert np.array_equal(result.masks["recon"], result.masks["blend"]) and "shape" not in result.masks
        assert np.isfinite(result.image).all()


def test_several_attributes_edit_the_union_of_their_regions(
    make: Any, narrow_pack: ModelPack, smiling: list[engine.Step]
) -> None:
    edits = (engine.AttributeEdit("smiling"), engine.AttributeEdit("bushy_eyebrows", target=0, size=1.3))
    steps = list(engine.run(make(*edits), narrow_pack))
    assert "size" in steps[5].losses
    classes = mask_classes(["smiling", "bushy_eyebrows"], everywhere=False, blend="include_skin")
    assert [REGIONS[i] for i in classes.blend] == ["mouth", "eyebrows", "skin"]
    mouth = last(smiling).blend_mask
    result = steps[-1].result
    assert result is not None and (result.blend_mask >= mouth - 1e-5).all()


def test_pack_without_encoder_offers_the_mean(make: Any, narrow_models: Any, tmp_path: Any) -> None:
    import shutil

    folder = shutil.copytree(narrow_models, tmp_path / "models")
    shutil.rmtree(folder / "e4e")
    pack = engine.load_pack(folder, device="cpu")
    with pytest.raises(engine.NoEncoderError) as failure:
        next(engine.run(make("male"), pack))
    assert "mean" in failure.value.hint
    steps = list(engine.run(make("male", encoder_start=False), pack))
    assert steps[0].step == 0
    quick = make("smiling", preset="quick")
    assert any("mean face" in w for w in last(engine.run(quick, pack)).warnings)


def test_stage_one_shorter_than_the_redraw_still_gives_numbers(make: Any, narrow_pack: ModelPack) -> None:
    result = last(engine.run(make("smiling", settings={"steps.latent": 4}), narrow_pack))
    assert np.isfinite(result.image).all() and all(np.isfinite(n).all() for n in result.noise)


HOLD = {"steps.hold_region": 3, "steps.e4e_start": 0, "steps.latent": 6}


def test_a_session_reuses_the_reconstruction(make: Any, narrow_pack: ModelPack) -> None:
    first = make("smiling", preset="quick", settings=HOLD)
    session = engine.FaceSession(first.face, narrow_pack)
    steps = list(engine.run(first, narrow_pack, session=session))
    assert steps[0].step == 0 and all(set(s.losses) == {"recon"} for s in steps[:3])
    again = list(engine.run(first, narrow_pack, session=session))
    assert again[0].step == 3 and again[0].total == steps[0].total - 3
    assert steps[-1].result is not None and again[-1].result is not None
    # Seven digits apart at most: the same steps from the same code.
    assert np.allclose(again[-1].result.image, steps[-1].result.image, atol=1e-5)
    other = list(engine.run(make("young", preset="quick", settings=HOLD), narrow_pack, session=session))
    assert other[0].step == 3
    full = list(engine.run(make("smiling"), narrow_pack, session=session))
    assert full[0].step == 0
    longer = {**HOLD, "steps.hold_region": 4}
    assert (
        next(engine.run(make("smiling", preset="quick", settings=longer), narrow_pack, session=session)).step
        == 0
    )


def test_the_reconstruction_before_the_edit_is_handed_over(make: Any, narrow_pack: ModelPack) -> None:
    result = last(engine.run(make("smiling", preset="quick", settings=HOLD), narrow_pack))
    assert result.reconstruction is not None and result.reconstruction.shape == result.generated.shape
    assert not np.array_equal(result.reconstruction, result.generated)


def test_without_noise_steps_there_is_no_second_stage(make: Any, narrow_pack: ModelPack) -> None:
    steps = list(engine.run(make("smiling", settings={"steps.noise": 0}), narrow_pack))
    assert {s.stage for s in steps} == {"latent"} and len(steps) == 8
    assert steps[-1].result is not None and all((n == 0).all() for n in steps[-1].result.noise)


def test_size_over_the_whole_picture_is_reduced_with_a_warning(make: Any, narrow_pack: ModelPack) -> None:
    result = last(engine.run(make(engine.AttributeEdit("smiling", size=1e9)), narrow_pack))
    assert any("reduced" in w for w in result.warnings) and np.isfinite(result.latent).all()


def test_initial_latent_is_used_and_checked(make: Any, narrow_pack: ModelPack) -> None:
    latent = narrow_pack.latent_mean.numpy() + 0.25
    result = last(
        engine.run(make("smiling", initial_latent=latent, settings={"steps.latent": 1}), narrow_pack)
    )
    assert np.abs(result.latent - latent).max() <= 0.0011
    with pytest.raises(engine.EngineError, match="latent code has shape"):
        next(engine.run(make("smiling", initial_latent=latent[:2]), narrow_pack))


def test_wrong_requests_are_told_before_any_work(make: Any, narrow_pack: ModelPack) -> None:
    for request, kind, words in (
        (make("smilling"), engine.UnknownAttributeError, "smilling"),
        (make(), engine.EngineError, "No attribute"),
        (make("smiling", settings={"steps.latnet": 3}), engine.ConfigError, "steps.latnet"),
        (make("smiling", settings={"steps.latent": "many"}), engine.ConfigError, "whole number"),
        (make("smiling", preset="fastest"), engine.ConfigError, "fastest"),
    ):
        with pytest.raises(kind, match=words):
            next(engine.run(request, narrow_pack))


def test_out_of_memory_is_a_sentence(
    make: Any, narrow_pack: ModelPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> torch.Tensor:
        return torch.empty(2**60, dtype=torch.uint8)  # the allocator's own failure

    monkeypatch.setattr(type(narrow_pack.generator), "forward", exhausted)
    with pytest.raises(engine.OutOfMemoryError) as failure:
        list(engine.run(make("smiling"), narrow_pack))
    assert failure.value.hint


def test_the_paper_preset_is_float32_and_gives_the_precision_back(make: Any, narrow_models: Any) -> None:
    pack = engine.load_pack(narrow_models, device="cpu")
    pack.generator.set_precision(torch.bfloat16)
    exact = last(engine.run(make("smiling"), pack))
    assert pack.generator.compute_dtype is torch.bfloat16
    pack.generator.set_precision(None)
    assert np.array_equal(exact.image, last(engine.run(make("smiling"), pack)).image)


def test_precedence_of_settings(make: Any) -> None:
    request = make("wavy_hair", settings={"steps.noise": 7}, config={"steps": {"noise": 9, "latent": 11}})
    settings = resolve(request, {})
    assert settings["steps.noise"] == 7 and settings["models.update_shape"] is True
    request = make("male", config={"dynamic_masking": True})
    assert (
        resolve(request, {})["dynamic_masking"] is True
        and resolve(make("male"), {})["dynamic_masking"] is False
    )
    quick = make("smiling", preset="quick")
    assert resolve(quick, {"quick": {"optimizer.lr_latent": 0.02}})["optimizer.lr_latent"] == 0.02
    paper = make("smiling")
    assert resolve(paper, {"paper": {"optimizer.lr_latent": 0.02}})["optimizer.lr_latent"] == 0.001


def test_the_paper_preset_is_the_published_configuration(drawn_face: Any, drawn_masks: Any) -> None:
    request = engine.EditRequest(
        drawn_face, drawn_masks, (engine.AttributeEdit("black_hair"),), preset="paper"
    )
    assert dict(resolve(request, {}).values) == {**PUBLISHED, **ADDED}
    assert PRESETS["paper"].settings == {}


def test_config_files(tmp_path: Any) -> None:
    path = tmp_path / "c.yml"
    path.write_text("device: cuda:0\nsteps:\n  latent: 12\n  log: 100\nlocal_attributes:\n  - smiling\n")
    assert flatten(read_config(path))["steps.latent"] == 12
    path.write_text("steps: [")
    with pytest.raises(engine.ConfigError, match="not valid"):
        read_config(path)
    with pytest.raises(engine.ConfigError, match="cannot be read"):
        read_config(tmp_path / "none.yml")


def test_saturated_logits_and_empty_areas_stay_finite() -> None:
    logits = torch.tensor([[200.0, -200.0]], requires_grad=True)
    loss = target_divergence(logits, torch.tensor([[0.05, 0.95]]))
    loss.backward()
    assert torch.isfinite(loss) and torch.isfinite(logits.grad).all() and logits.grad.abs().sum() > 0
    exact = target_divergence(torch.tensor([[0.3]]), torch.tensor([[0.95]]))
    p = torch.sigmoid(torch.tensor(0.3, dtype=torch.float64))
    expected = 0.95 * (0.95 / p).log() + 0.05 * (0.05 / (1 - p)).log()
    assert float(exact) == pytest.approx(float(expected), rel=1e-6)
    assert torch.isfinite(area_divergence(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 0.0])))


def test_noise_is_normalised_unseen_by_autograd() -> None:
    torch.manual_seed(0)
    maps = [(torch.randn(1, 1, s, s) * 3 + 2).requires_grad_(True) for s in (4, 16)]
    before = [m.detach().clone() for m in maps]
    value = noise_regulariser(maps)
    standardise_(maps)
    for m in maps:
        assert float(m.mean().detach()) == pytest.approx(0, abs=1e-5)
        assert float(m.std().detach()) == pytest.approx(1, rel=1e-4)
    (gradient,) = torch.autograd.grad(value, maps[:1])
    # The factor (mean of the product) and the rolled copies are from before, the map itself from after.
    old, new = before[0], maps[0].detach()
    expected = torch.zeros_like(old)
    for dim in (3, 2):
        mean = (old * old.roll(1, dim)).mean()
        expected += 2 * mean * (old.roll(1, dim) + new.roll(-1, dim)) / old.numel()
    # The rolled copy's own path is the map's gradient seen through the roll: it uses the shifted map.
    assert torch.allclose(gradient, expected, rtol=1e-4, atol=1e-6)


def test_every_attribute_has_regions_and_known_names() -> None:
    assert len(CELEBA_ATTRIBUTES) == 40
    for name in ATTRIBUTES:
        classes = mask_classes([name], everywhere=False, blend="no_skin")
        assert classes.dynamic and set(classes.dynamic) <= set(classes.blend)


def test_random_faces_repeat_with_their_seed(narrow_pack: ModelPack) -> None:
    one, two, other = (engine.random_face(narrow_pack, seed) for seed in (1, 1, 2))
    assert one.shape == (narrow_pack.resolution, narrow_pack.resolution, 3) and one.dtype == np.uint8
    assert np.array_equal(one, two) and not np.array_equal(one, other)
