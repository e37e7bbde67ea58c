"""Model packs: folders with a manifest, the reference's models/ folder, packs that do not fit."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

import engine
from engine import paths
from engine.attributes import CELEBA_ATTRIBUTES
from engine.errors import CheckpointError, PackError, UnsafeCheckpointError
from engine.faces.parse import parse, score
from engine.imaging.tensors import picture
from engine.models.encoders import e4e
from engine.models.face_finder import FaceFinder
from engine.models.pack_perceptual import PackPerceptual
from engine.models.parsers import deeplab
from engine.models.perceptual import MaskedLPIPS
from engine.packs import latent_mean
from engine.packs.device import choose_device, choose_precision
from engine.packs.manifest import REFERENCE_FILES, default_pack, list_packs
from engine.packs.pack import ModelPack, load_pack
from engine.types import REGIONS, Face

from . import standin
from .test_checkpoint import Touch

ROWS = 2 * len(standin.NARROW_CHANNELS)
RESOLUTION = 4 * 2 ** (len(standin.NARROW_CHANNELS) - 1)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's data and the person's own folder, both empty."""
    monkeypatch.setattr(paths, "data_root", lambda: tmp_path / "program")
    monkeypatch.setenv("MASKFACEGAN_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture(scope="module")
def narrow_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return standin.write_folder(tmp_path_factory.mktemp("reference") / "models", standin.narrow_contents())


@pytest.fixture
def models(narrow_folder: Path, tmp_path: Path) -> Path:
    """A copy of the small reference folder that a test may spoil."""
    return Path(shutil.copytree(narrow_folder, tmp_path / "reference" / "models"))


def load(folder: Path) -> ModelPack:
    return load_pack(folder, device="cpu", precision="float32")


def rewrite(folder: Path, role: str, change: Callable[[Any], Any]) -> Path:
    """Change the content of one file of a reference folder."""
    path = folder / REFERENCE_FILES[role]
    content = (
        torch.load(path, weights_only=True) if role != "encoder" else standin.narrow_contents()["encoder"]
    )
    torch.save(change(content), path)
    return path


def face(size: int) -> Face:
    crop = (standin.face(size).permute(1, 2, 0) * 255).round().byte().numpy()
    return Face(crop, np.array([[0, 0], [0, size], [size, size], [size, 0]], dtype=np.float64))


# The reference implementation's models/ folder


def test_the_reference_folder_loads_as_it_is(models: Path) -> None:
    pack = load(models)
    assert (pack.resolution, pack.generator.num_layers) == (RESOLUTION, ROWS)
    assert pack.name == "reference"
    assert pack.supported == pack.attributes == CELEBA_ATTRIBUTES
    assert pack.latent_mean.shape == (ROWS, standin.NARROW_STYLE)
    assert isinstance(pack.perceptual, MaskedLPIPS)
    assert pack.has_encoder
    modules = [pack.generator, pack.parser, pack.classifier, pack.encoder, pack.perceptual]
    for module in modules:
        assert module is not None
        assert not module.training
        assert not any(parameter.requires_grad for parameter in module.parameters())


def test_the_networks_work_together(models: Path) -> None:
    pack = load(models)
    assert pack.encoder is not None
    with torch.no_grad():
        w = pack.encoder(picture(face(64).crop, pack.resolution, pack.device))
        image = pack.generator(w, pack.generator.draw_noise(0))
        assert image.shape == (1, 3, RESOLUTION, RESOLUTION)
        assert pack.parser(image).shape == (1, len(REGIONS), 512, 512)
        assert pack.classifier(image).shape == (1, 40)
        assert float(pack.perceptual(image, image.flip(3))) > 0


@pytest.mark.parametrize("resolution", [256, 512, 1024])
def test_generators_of_the_published_sizes(models: Path, resolution: int) -> None:
    """Narrow ones: their size is read from the tensors, and a face is edited at it."""
    levels = resolution.bit_length() - 2
    state = standin.narrow_generator_state((4,) * levels, standin.NARROW_STYLE)
    rewrite(models, "generator", lambda _: {"g_ema": state, "latent_avg": standin.mean_latent(state)})
    rewrite(models, "encoder", lambda _: standin.encoder_content(standin.narrow_encoder_widths(2 * levels)))
    pack = load(models)
    assert (pack.resolution, pack.generator.num_layers) == (resolution, 2 * levels)
    assert pack.encoder is not None
    crop = face(resolution)
    settings = {"steps.latent": 1, "steps.noise": 1}
    request = engine.EditRequest(
        crop, engine.parse(crop, pack), (engine.AttributeEdit("smiling"),), settings=settings
    )
    result = [step.result for step in engine.run(request, pack)][-1]
    assert result is not None and result.image.shape == (resolution, resolution, 3)
    assert result.latent.shape == (2 * levels, standin.NARROW_STYLE) and np.isfinite(result.image).all()


def test_the_folder_above_models_is_taken_too(models: Path) -> None:
    assert load(models.parent).manifest.folder == models


def test_without_the_optional_files(models: Path) -> None:
    shutil.rmtree(models / "e4e")
    shutil.rmtree(models / "lpips")
    pack = load(models)
    assert pack.encoder is None
    assert not pack.has_encoder
    assert isinstance(pack.perceptual, PackPerceptual)
    assert "not LPIPS" in pack.perceptual.name
    a = picture(face(64).crop, 64, pack.device)
    with torch.no_grad():
        assert float(pack.perceptual(a, a)) == 0
        assert float(pack.perceptual.against(a)(a.flip(2))) > 0.01


def test_the_authors_own_e4e_file(models: Path) -> None:
    with torch.no_grad():
        expected = load(models).encoder(torch.zeros(1, 3, 32, 32))  # type: ignore[misc]

    def as_published(content: dict[str, Any]) -> dict[str, Any]:
        whole = {f"encoder.{key}": tensor for key, tensor in content["encoder_state_dict"].items()}
        whole["decoder.input.input"] = torch.zeros(1, 8, 4, 4)
        return {"state_dict": whole, "latent_avg": content["latent_avg"], "opts": {"device": "cuda:0"}}

    rewrite(models, "encoder", as_published)
    with torch.no_grad():
        found = load(models).encoder(torch.zeros(1, 3, 32, 32))  # type: ignore[misc]
    assert torch.equal(found, expected)


@pytest.mark.parametrize("role", ["generator", "parser", "classifier"])
def test_a_missing_file_is_named(models: Path, role: str) -> None:
    path = models / REFERENCE_FILES[role]
    path.unlink()
    with pytest.raises(CheckpointError, match="is missing") as caught:
        load(models)
    assert str(path) in str(caught.value)
    assert "starter" in caught.value.hint


@pytest.mark.parametrize("role", ["generator", "parser", "classifier", "encoder"])
def test_a_hostile_file_is_not_executed(models: Path, tmp_path: Path, role: str) -> None:
    marker = tmp_path / "hit"
    path = rewrite(models, role, lambda content: {**content, "extra": Touch(marker)})
    with pytest.raises(UnsafeCheckpointError, match=path.name):
        load(models)
    assert not marker.exists()


@pytest.mark.parametrize("role", ["generator", "parser", "classifier", "encoder", "perceptual"])
def test_another_networks_file_is_refused(models: Path, role: str) -> None:
    path = models / REFERENCE_FILES[role]
    torch.save({"conv.weight": torch.zeros(3, 3)}, path)
    with pytest.raises(CheckpointError, match="that this program knows") as caught:
        _ = load(models).perceptual
    assert caught.value.path == path


@pytest.mark.parametrize("role", ["generator", "parser", "classifier"])
def test_a_truncated_file_is_refused(models: Path, role: str) -> None:
    path = models / REFERENCE_FILES[role]
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(CheckpointError, match=f"{path.name} is cut short or damaged"):
        load(models)


def spoil(content: dict[str, Any], value: float) -> dict[str, Any]:
    state = content.get("g_ema", content)
    key = next(key for key in state if key.endswith("weight") and state[key].ndim >= 2)
    state[key].view(-1)[-1] = value
    return content


@pytest.mark.parametrize("role", ["generator", "parser", "classifier", "perceptual"])
def test_weights_that_are_not_finite_are_refused(models: Path, role: str) -> None:
    path = rewrite(models, role, lambda content: spoil(content, float("nan")))
    with pytest.raises(CheckpointError, match="not finite") as caught:
        _ = load(models).perceptual
    assert caught.value.path == path


def test_a_generator_with_a_tensor_of_the_wrong_shape_names_the_file(models: Path) -> None:
    def bend(content: dict[str, Any]) -> dict[str, Any]:
        content["g_ema"]["convs.1.conv.weight"] = torch.zeros(1, 3, 5, 3, 3)
        return content

    path = rewrite(models, "generator", bend)
    with pytest.raises(CheckpointError) as caught:
        load(models)
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("widths", "sizes"),
    [
        (standin.narrow_encoder_widths(18), r"18 x 32 .* 8 x 32"),
        (e4e.Widths(4, standin.NARROW_BODY, (2,) * 24, 10, 24, ROWS), r"8 x 24 .* 8 x 32"),
    ],
    ids=["layers", "width"],
)
def test_an_encoder_of_another_generator_is_refused(models: Path, widths: e4e.Widths, sizes: str) -> None:
    rewrite(models, "encoder", lambda _: standin.encoder_content(widths))
    with pytest.raises(PackError, match=sizes):
        load(models)


def test_a_parser_of_other_classes_is_refused(models: Path) -> None:
    def widen(state: dict[str, Tensor]) -> dict[str, Tensor]:
        return {**state, "model.classifier.4.weight": torch.zeros(19, 8, 1, 1)}

    rewrite(models, "parser", widen)
    with pytest.raises(CheckpointError, match=r"state\.pt cannot be used.*19 classes"):
        load(models)


# The mean latent code


def test_the_mean_in_the_generators_file(models: Path) -> None:
    stored = torch.load(models / REFERENCE_FILES["generator"], weights_only=True)["latent_avg"]
    assert torch.equal(load(models).latent_mean, stored.expand(ROWS, -1))


def test_the_mean_beside_the_generator_wins(models: Path) -> None:
    mean = torch.arange(standin.NARROW_STYLE, dtype=torch.float32)
    torch.save(mean, models / "stylegan2" / "latent_mean.pt")
    assert torch.equal(load(models).latent_mean, mean.expand(ROWS, -1))


@pytest.mark.parametrize("mean", [torch.zeros(5), torch.full((standin.NARROW_STYLE,), float("nan")), "zero"])
def test_a_mean_that_does_not_fit_is_refused(models: Path, mean: object) -> None:
    torch.save(mean, models / "stylegan2" / "latent_mean.pt")
    with pytest.raises(CheckpointError, match=r"latent_mean\.pt"):
        load(models)


def test_the_sampled_mean_is_computed_once_and_kept(models: Path, tmp_path: Path) -> None:
    rewrite(models, "generator", lambda content: {"g_ema": content["g_ema"]})
    pack = load(models)
    found = pack.latent_mean
    z = torch.randn(20_000, standin.NARROW_STYLE, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        another = pack.generator.mapping(z)
    assert found.shape == (ROWS, standin.NARROW_STYLE)
    assert torch.equal(found[0], found[-1])
    assert float((found[0] - another.mean(0)).abs().max()) < 0.1 * float(another.std(0).mean())
    (kept,) = (tmp_path / "home" / "latent_means").iterdir()
    save_file({"mean": torch.full((standin.NARROW_STYLE,), 7.0)}, kept)
    assert torch.equal(load(models).latent_mean, torch.full((ROWS, standin.NARROW_STYLE), 7.0))
    kept.write_bytes(b"not a tensor")
    assert torch.equal(load(models).latent_mean, found)


def test_the_sampled_mean_without_a_folder_to_keep_it_in(models: Path, tmp_path: Path) -> None:
    rewrite(models, "generator", lambda content: {"g_ema": content["g_ema"]})
    (tmp_path / "home").write_text("a file where the folder should be")
    assert load(models).latent_mean.shape == (ROWS, standin.NARROW_STYLE)


def test_late_parts_are_made_once_by_many_threads(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rewrite(models, "generator", lambda content: {"g_ema": content["g_ema"]})
    pack = load(models)
    calls = []
    compute = latent_mean._compute
    monkeypatch.setattr(latent_mean, "_compute", lambda generator: (calls.append(1), compute(generator))[1])
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append((pack.latent_mean, pack.encoder))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len(found) == 4
    assert len({(id(mean), id(encoder)) for mean, encoder in found}) == 1  # type: ignore[misc]


# Packs with a manifest


def starter_states() -> dict[str, dict[str, Tensor]]:
    generator = standin.narrow_generator_state()
    torch.manual_seed(0)
    return {
        "generator": {**generator, "latent_avg": standin.mean_latent(generator)},
        "parser": standin.parser_state(standin.NARROW_PARSER),
        "classifier": standin.classifier_state(4, 64),
        "encoder": e4e.unwrap(standin.encoder_content(standin.narrow_encoder_widths())),
        "finder": FaceFinder((4, 4, 4), (4, 4, 4)).state_dict(),
    }


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A small pack in the program's data, stored in half precision."""
    folder = tmp_path / "program" / "weights" / "starter"
    folder.mkdir(parents=True)
    files = {}
    for role, state in starter_states().items():
        path = folder / f"{role}.safetensors"
        half = {key: t.half() if t.is_floating_point() else t for key, t in state.items()}
        save_file({key: tensor.contiguous() for key, tensor in half.items()}, path)
        content = path.read_bytes()
        files[role] = {
            "file": path.name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        }
    manifest = {
        "format": 1,
        "name": "starter",
        "title": "Small faces",
        "version": "1",
        "resolution": RESOLUTION,
        "terms": "Research only.",
        "files": files,
        "attributes": {"smiling": {"auc": 0.97, "labels": "human"}, "black_hair": {"auc": 0.9}},
        "metrics": {},
        "presets": {"quick": {"steps.latent": 200}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def edit_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_the_built_in_pack_by_its_name(starter: Path) -> None:
    pack = load_pack(device="cpu", precision="float32")
    assert (pack.name, pack.title, pack.resolution) == ("starter", "Small faces", RESOLUTION)
    assert pack.supported == ("black_hair", "smiling")
    assert pack.attribute_info["smiling"]["auc"] == 0.97
    assert pack.presets == {"quick": {"steps.latent": 200}}
    assert isinstance(pack.finder, FaceFinder)
    assert pack.encoder is not None
    assert isinstance(pack.perceptual, PackPerceptual)
    assert {p.dtype for p in pack.generator.parameters()} == {torch.float32}
    assert pack.latent_mean.shape == (ROWS, standin.NARROW_STYLE)


def test_why_an_attribute_cannot_be_edited(starter: Path) -> None:
    pack = load_pack(starter, device="cpu")
    assert pack.unsupported_reason("smiling") is None
    assert "larger model pack" in str(pack.unsupported_reason("eyeglasses"))
    assert "No classifier knows" in str(pack.unsupported_reason("smilling"))


def test_an_attribute_that_is_told_poorly_is_offered_with_a_word(starter: Path) -> None:
    entries = {"smiling": {"auc": 0.97}, "bald": {"auc": 0.812, "experimental": True}}
    edit_manifest(starter, attributes=entries)
    pack = load_pack(starter, device="cpu")
    assert set(pack.supported) == {"bald", "smiling"}
    assert pack.experimental_reason("smiling") is None and pack.experimental_reason("male") is None
    assert "(AUC 0.81)" in str(pack.experimental_reason("bald"))
    edit_manifest(starter, attributes={"bald": {"experimental": True}})
    assert "less reliably than the others." in str(
        load_pack(starter, device="cpu").experimental_reason("bald")
    )


@pytest.mark.parametrize("rate", [None, 0, -0.1, 1.5, float("nan"), "0.1", True, [0.1]])
def test_a_rate_that_can_be_none_is_passed_over(starter: Path, rate: object) -> None:
    edit_manifest(starter, attributes={"smiling": {"rate": 0.25}, "bald": {"rate": rate}})
    pack = load_pack(starter, device="cpu")
    assert pack.share_of_rate(["bald"]) == 1 and pack.share_of_rate(["male"]) == 1
    assert pack.share_of_rate(["bald", "smiling"]) == 0.25 and pack.share_of_rate([]) == 1


def test_a_pack_without_a_finder_uses_the_built_in_one(starter: Path, models: Path) -> None:
    finder = load(models).finder
    assert isinstance(finder, FaceFinder)


def test_no_finder_at_all(models: Path) -> None:
    with pytest.raises(PackError, match="starter"):
        _ = load(models).finder


def test_an_unknown_name_lists_what_is_there(starter: Path) -> None:
    with pytest.raises(PackError, match="no model pack 'portrait'") as caught:
        load_pack("portrait")
    assert "starter" in caught.value.hint


def test_a_file_and_an_empty_folder_are_no_packs(starter: Path, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="is a file"):
        load_pack(starter / "manifest.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackError, match="is no model pack"):
        load_pack(tmp_path / "empty")


@pytest.mark.parametrize("role", ["generator", "encoder", "classifier"])
def test_a_file_that_is_not_the_manifests_is_refused(starter: Path, role: str) -> None:
    path = starter / f"{role}.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=f"{path.name} is not the file that the manifest names"):
        load_pack("starter", device="cpu")
    path.write_bytes(content[:-7])
    with pytest.raises(CheckpointError, match=f"{path.name} has .* bytes where the manifest says"):
        load_pack("starter", device="cpu")
    path.unlink()
    with pytest.raises(CheckpointError, match=rf"{path.name} is missing"):
        load_pack("starter", device="cpu")


@pytest.mark.parametrize(
    ("said", "detail"), [({}, RESOLUTION), ({"detail": 8}, 8), ({"detail": 4096}, RESOLUTION)]
)
def test_a_generator_may_draw_coarser_than_its_pictures_are(
    starter: Path, said: dict[str, int], detail: int
) -> None:
    edit_manifest(starter, **said)
    assert load_pack("starter", device="cpu").detail == detail


def test_the_portrait_pack_is_taken_wherever_it_is_in_place(starter: Path, own_folders: Path) -> None:
    assert default_pack() == "starter" and load_pack(device="cpu").title == "Small faces"
    place = own_folders / "home" / "packs" / "portrait"
    shutil.copytree(starter, place)
    edit_manifest(place, name="portrait")
    assert default_pack() == "portrait" and load_pack(device="cpu").name == "portrait"
    (place / "encoder.safetensors").unlink()
    assert default_pack() == "starter"


@pytest.mark.parametrize(("said", "preset"), [({}, "quick"), ({"preset": "fast"}, "fast")])
def test_a_pack_recommends_a_preset(starter: Path, said: dict[str, str], preset: str) -> None:
    edit_manifest(starter, **said)
    assert load_pack("starter", device="cpu").preset == preset


def test_a_manifest_of_another_resolution_is_refused(starter: Path) -> None:
    edit_manifest(starter, resolution=256)
    with pytest.raises(PackError, match=f"256 px, but its generator makes {RESOLUTION} px"):
        load_pack("starter", device="cpu")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "not of format 1"),
        ({"files": []}, "'files'"),
        ({"files": {}}, "names no file for: generator, parser, classifier"),
        ({"files": {"generator": {"file": "../../secret.pt"}}}, "outside its folder"),
        ({"files": {"generator": {"path": "generator.pt"}}}, "'generator' that is not understood"),
        ({"attributes": {"happy": {}}}, "unknown attributes: happy"),
        ({"presets": {"quick": 3}}, "'quick'"),
    ],
)
def test_a_manifest_that_is_wrong(starter: Path, changes: dict[str, Any], words: str) -> None:
    edit_manifest(starter, **changes)
    with pytest.raises(PackError, match=words):
        load_pack("starter", device="cpu")


@pytest.mark.parametrize("text", ["", "{", "[1]", "\ufffd"])
def test_a_manifest_that_is_no_manifest(starter: Path, text: str) -> None:
    (starter / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match="manifest"):
        load_pack("starter", device="cpu")


def test_list_packs(starter: Path, models: Path, tmp_path: Path) -> None:
    packs = tmp_path / "home" / "packs"
    packs.mkdir(parents=True)
    shutil.copytree(starter, packs / "broken")
    (packs / "broken" / "manifest.json").write_text("{")
    shutil.copytree(models, packs / "published")
    (packs / "published" / REFERENCE_FILES["parser"]).unlink()
    (packs / "notes").mkdir()
    found = {info.name: info for info in list_packs()}
    assert list(found) == ["starter", "broken", "published"]
    assert found["starter"].available
    assert (found["starter"].resolution, found["starter"].terms) == (RESOLUTION, "Research only.")
    assert not found["broken"].available
    assert found["published"].missing == (REFERENCE_FILES["parser"],)
    assert "non-commercial" in found["published"].terms
    (starter / "encoder.safetensors").unlink()
    assert list_packs()[0].missing == ("encoder.safetensors",)


def test_no_packs_at_all() -> None:
    assert list_packs() == []


# Parsing and scoring


@pytest.mark.parametrize("size", [20, 100])
def test_parse_sees_the_face_at_the_generators_size(models: Path, size: int) -> None:
    pack = load(models)
    masks = parse(face(size), pack)
    assert masks.probabilities.shape == (len(REGIONS), 512, 512)
    assert masks.probabilities.dtype == np.float32
    assert np.allclose(masks.probabilities.sum(0), 1, atol=1e-5)
    mode = "area" if size > RESOLUTION else "bilinear"
    image = torch.from_numpy(face(size).crop.astype(np.float32) / 255).permute(2, 0, 1)[None]
    with torch.no_grad():
        expected = pack.parser(torch.nn.functional.interpolate(image, (RESOLUTION, RESOLUTION), mode=mode))
    assert np.allclose(masks.probabilities, expected[0].numpy(), atol=1e-5)


def test_score_names_every_attribute(models: Path) -> None:
    pack = load(models)
    shown = face(RESOLUTION)
    found = score(shown, pack)
    assert tuple(found) == pack.attributes
    with torch.no_grad():
        logits = pack.classifier(picture(shown.crop, RESOLUTION, pack.device))[0]
    assert found["smiling"] == pytest.approx(float(torch.sigmoid(logits)[pack.attributes.index("smiling")]))
    bytes_, floats = score(shown.crop, pack), score(shown.crop.astype(np.float32) / 255, pack)
    assert bytes_ == pytest.approx(found)
    assert floats == pytest.approx(found)


# Devices and precision


def test_devices() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type in ("cpu", "cuda", "mps")
    for name in ("toaster", "cuda:99", "meta"):
        with pytest.raises(PackError, match=name):
            choose_device(name)


def test_precision(models: Path) -> None:
    cpu = torch.device("cpu")
    assert choose_precision("float32", cpu) is None
    assert choose_precision("auto", cpu) in (None, torch.bfloat16)
    with pytest.raises(PackError, match="float8"):
        choose_precision("float8", cpu)
    assert load(models).generator.compute_dtype is None
    pack = load_pack(models, device="cpu", precision="auto")
    assert pack.generator.compute_dtype == choose_precision("auto", cpu)


def test_the_public_names() -> None:
    assert engine.load_pack is load_pack
    assert engine.list_packs is list_packs
    assert engine.parse is parse
    assert engine.score is score
    assert deeplab.matches(standin.parser_state(standin.NARROW_PARSER))


@pytest.mark.parametrize("codes", [None, [3], [5, 5], [5, 2], [-1, 4], "2-8", [2.0, 8], [2, 8, 9], {"2": 8}])
def test_codes_that_can_be_none_are_passed_over(starter: Path, codes: object) -> None:
    entries = {"smiling": {"codes": [2, 6]}, "male": {"codes": [4, 8]}, "bald": {"codes": codes}}
    edit_manifest(starter, attributes=entries)
    pack = load_pack(starter, device="cpu")
    assert pack.codes_of(["smiling"]) == slice(2, 6) and pack.codes_of(["male", "smiling"]) == slice(2, 8)
    assert pack.codes_of(["bald"]) == pack.codes_of(["bald", "smiling"]) == pack.codes_of([]) == slice(None)
