"""Packs installed from a server, imported from files, looked at, and removed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

import engine
from engine import cli, paths
from engine.distribution import install, installed, verify
from engine.distribution.catalogue import read_catalogue
from engine.distribution.download import DownloadProgress, Tries
from engine.distribution.http import Patience
from engine.distribution.verify import same_face, verify_pack
from engine.errors import CheckpointError, DownloadError, PackError
from engine.packs import checkpoint, registry
from engine.run_control import RunControl

from . import standin
from .bad_server import Server, serving
from .test_checkpoint import Touch

QUICK = Tries(count=2, wait=0.01, patience=Patience(connect=2, answer=2, stall=2, least_bytes=10))
ROLES = ("generator", "parser", "classifier", "encoder")


def saved(content: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Small networks of every role, as files."""
    contents = standin.narrow_contents()
    state = contents["generator"]["g_ema"]
    for key in [key for key in state if "to_rgb" in key and key.endswith("conv.weight")]:
        state[key] = 6 * state[key]  # a picture with some contrast
    return {role: saved(contents[role]) for role in (*ROLES, "perceptual")}


@pytest.fixture
def servers(files: dict[str, bytes]) -> Iterator[dict[str, Server]]:
    with contextlib.ExitStack() as stack:
        yield {role: stack.enter_context(serving(files[role])) for role in ROLES}


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty program with a list of packs of its own, and an empty home."""
    root = tmp_path / "program"
    (root / "weights").mkdir(parents=True)
    monkeypatch.setattr(paths, "data_root", lambda: root)
    monkeypatch.setenv("MASKFACEGAN_HOME", str(tmp_path / "home"))
    return root


@pytest.fixture
def offered(program: Path, servers: dict[str, Server], files: dict[str, bytes]) -> Path:
    """A pack whose parser has no known hash, and whose encoder is optional."""
    lines = ["format = 1"]
    for role in ROLES:
        lines += [f"[components.the-{role}]", f'role = "{role}"', f'file = "{role}.pt"', 'terms = "Be good."']
        lines += [f'sources = ["{servers[role].url}"]']
        if role != "parser":
            lines += [f"bytes = {len(files[role])}", f'sha256 = "{hashlib.sha256(files[role]).hexdigest()}"']
    lines += ["[packs.small]", 'title = "Small pack"', 'optional = ["encoder"]']
    lines += [f'{role} = ["the-{role}"]' for role in ROLES]
    lines += ["[packs.starter]", "builtin = true"]
    path = program / "weights" / "manifest.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def home() -> Path:
    return installed.packs_folder() / "small"


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    """The files under names that say nothing."""
    folder.mkdir()
    for number, role in enumerate(files):
        (folder / f"file{number}.pt").write_bytes(files[role])
    return folder


def test_the_shipped_list_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = read_catalogue(Path(__file__).parents[2] / "weights" / "manifest.toml")
    pack = catalogue.pack("maskfacegan-1024")
    assert pack.resolution == 1024 and catalogue.pack("starter").builtin
    assert set(pack.chosen()) == {"generator", "parser", "classifier", "encoder", "perceptual"}
    assert pack.chosen({"parser": "bisenet-parser", "encoder": "none"})["parser"] == "bisenet-parser"
    assert all(component.terms and component.enables for component in catalogue.components.values())
    with pytest.raises(PackError, match="cannot be the parser"):
        pack.chosen({"parser": "vgg16"})


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_a_pack_is_installed_and_works(files: dict[str, bytes]) -> None:
    told: list[DownloadProgress] = []
    state = install.install_pack("small", report=told.append, tries=QUICK)
    assert state is not None and state.ready and not state.missing
    assert {progress.component for progress in told} == {f"the-{role}" for role in ROLES}
    pack = engine.load_pack("small", device="cpu", precision="float32")
    assert pack.resolution == 32 and pack.encoder is not None and "Be good." in pack.manifest.terms
    assert pack.supported == pack.attributes  # it came with a classifier of its own
    assert installed.pins() == {"the-parser": hashlib.sha256(files["parser"]).hexdigest()}
    assert [path for path in home().iterdir() if ".part" in path.name] == []


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_a_pinned_hash_is_checked_from_then_on(servers: dict[str, Server], files: dict[str, bytes]) -> None:
    install.install_pack("small", tries=QUICK)
    installed.remove_pack("small")
    servers["parser"].data = files["parser"][:-1] + b"\1"
    with pytest.raises(DownloadError, match="checksum"):
        install.install_pack("small", tries=QUICK)
    servers["parser"].data = files["parser"]
    assert install.install_pack("small", tries=QUICK) is not None


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_the_wrong_network_is_neither_kept_nor_pinned(
    servers: dict[str, Server], files: dict[str, bytes]
) -> None:
    servers["parser"].data = files["classifier"]
    with pytest.raises(CheckpointError, match="face parser"):
        install.install_pack("small", tries=QUICK)
    assert installed.pins() == {}
    assert not (home() / "parser.pt").exists()
    assert set(installed.read_parts(home())) == {"generator"}
    assert not (home() / "manifest.json").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_a_broken_installation_goes_on(servers: dict[str, Server]) -> None:
    servers["classifier"].how = "gone"
    with pytest.raises(DownloadError):
        install.install_pack("small", tries=QUICK)
    servers["classifier"].how = "good"
    assert install.install_pack("small", tries=QUICK) is not None
    assert len(servers["generator"].asked) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_leaving_discards_half_files_and_keeps_whole_ones(servers: dict[str, Server]) -> None:
    servers["parser"].script = ["breaks", "gone"]
    with pytest.raises(DownloadError):
        install.install_pack("small", tries=QUICK)
    assert (home() / "parser.pt.part").exists()
    (home() / "imported-parser-01234567.pt.part").write_bytes(b"killed while it was copied")
    install.discard_unfinished("small")
    assert sorted(path.name for path in home().iterdir()) == ["generator.pt", "parts.json"]


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_cancel_during_an_installation(servers: dict[str, Server]) -> None:
    control = RunControl()
    servers["generator"].how = "slow"

    def stop(progress: DownloadProgress) -> None:
        if progress.phase == "loading":
            control.cancel()

    assert install.install_pack("small", control, stop, tries=QUICK) is None
    assert list(home().iterdir()) == []


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_files_are_recognised_by_content(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = write_files(tmp_path / "stick", {role: files[role] for role in ROLES})
    (folder / "notes.txt").write_text("not looked at")
    (folder / "junk.pt").write_bytes(b"junk")
    results, state = install.import_models([folder], "small")
    assert {result.role for result in results if result.role} == set(ROLES)
    (bad,) = [result for result in results if result.role is None]
    assert bad.path.name == "junk.pt" and "neither" in bad.reason
    assert state.ready
    assert installed.read_parts(home())["generator"].component == "the-generator"
    assert engine.load_pack("small", device="cpu").resolution == 32


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_hostile_files_are_not_imported(tmp_path: Path) -> None:
    marker = tmp_path / "hit"
    bad = tmp_path / "bad.pt"
    torch.save({"input.input": Touch(marker)}, bad)
    results, state = install.import_models([bad], "small")
    assert not marker.exists() and results[0].role is None and "more than weights" in results[0].reason
    assert not home().exists() and not state.ready


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    other = tmp_path / "encoder.pt"
    torch.save(standin.encoder_content(standin.narrow_encoder_widths(10)), other)
    first = tmp_path / "generator.pt"
    first.write_bytes(files["generator"])
    results, _ = install.import_models([first, other], "small")
    assert [result.role for result in results] == ["generator", None]
    assert "10 x 32" in results[1].reason and "8 x 32" in results[1].reason
    assert "encoder" not in installed.read_parts(home())


@pytest.mark.slow
def test_the_built_in_classifier_limits_the_attributes(
    program: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    starter = program / "weights" / "starter"
    starter.mkdir()
    for role in ROLES:
        path = tmp_path / f"{role}.pt"
        path.write_bytes(files[role])
        state = registry.state_of(role, checkpoint.read(path), path)
        save_file({k: t.clone() for k, t in state.items()}, starter / f"{role}.safetensors")
    manifest = {
        "format": 1,
        "files": {role: {"file": f"{role}.safetensors"} for role in ROLES},
        "attributes": {"smiling": {"auc": 0.9}},
    }
    (starter / "manifest.json").write_text(json.dumps(manifest))
    shutil.copy(Path(__file__).parents[2] / "weights" / "manifest.toml", program / "weights")
    folder = installed.packs_folder() / "maskfacegan-1024"
    install.import_models(
        [write_files(tmp_path / "in", {role: files[role] for role in ("generator", "parser")})]
    )
    wishes = {"classifier": "starter-classifier", "encoder": "none", "perceptual": "none"}
    state = install.install_pack("maskfacegan-1024", wishes=wishes)
    assert state is not None and state.ready, installed.read_parts(folder)
    assert engine.load_pack("maskfacegan-1024", device="cpu").supported == ("smiling",)


@pytest.mark.slow
def test_a_generator_of_another_size_is_named_in_the_title(
    offered: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    text = offered.read_text().replace("[packs.small]", "[packs.small]\nresolution = 1024")
    offered.write_text(text)
    install.import_models([write_files(tmp_path / "in", {role: files[role] for role in ROLES})], "small")
    assert engine.load_pack("small", device="cpu").title == "Small pack (here with a generator of 32 px)"


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_remove(tmp_path: Path) -> None:
    install.install_pack("small", tries=QUICK)
    assert installed.remove_pack("small") and not home().exists()
    assert not installed.remove_pack("small")
    for name in ("starter", "..", "../home", ".", ""):
        with pytest.raises(PackError):
            installed.remove_pack(name)
    mine = installed.packs_folder() / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("not a pack")
    with pytest.raises(PackError, match="not a pack"):
        installed.remove_pack("mine")
    assert (mine / "letter.txt").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_verify_looks_at_what_the_files_do(files: dict[str, bytes]) -> None:
    install.install_pack("small", wishes={"encoder": "none"}, tries=QUICK)
    state = torch.load(io.BytesIO(files["parser"]), weights_only=True)
    bias = next(key for key in state if key.endswith("classifier.4.bias"))
    state[bias][1] = -1000.0
    replace_file("parser", state)
    findings = {finding.what: finding for finding in verify_pack("small", device="cpu")}
    assert [what for what, finding in findings.items() if not finding.good] == ["parser"]
    assert "no mouth" in findings["parser"].text
    assert "rendered" in findings["generator"].text and "scored" in findings["classifier"].text
    assert "no encoder" in findings["encoder"].text


@pytest.mark.slow
def test_regions_of_a_face_and_of_half_a_face() -> None:
    masks = torch.zeros(9, 90, 90)
    for number in range(9):
        masks[number, 10 * number : 10 * number + 10] = 1.0
    assert verify.regions(masks).good
    masks[6] += masks[1] + masks[3]
    masks[1] = masks[3] = 0.0
    finding = verify.regions(masks)
    assert not finding.good and "mouth and eyes" in finding.text
    assert not verify.regions(masks * torch.nan).good


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_verify_calls_out_an_encoder_that_returns_another_face() -> None:
    install.install_pack("small", tries=QUICK)
    findings = {finding.what: finding for finding in verify_pack("small", device="cpu")}
    assert "another face" in findings["encoder"].text and not findings["encoder"].good


@pytest.mark.slow
def test_faces_that_come_back_as_themselves() -> None:
    codes = torch.linspace(0, 1, 4).view(4, 1, 1)

    def render(code: torch.Tensor) -> torch.Tensor:
        return code.expand(1, 3, 8, 8)

    def encode(picture: torch.Tensor) -> torch.Tensor:
        return picture.mean((1, 2, 3)).view(1, 1, 1)

    assert same_face(codes, render, encode).good
    assert not same_face(codes, render, lambda picture: torch.zeros(1, 1, 1)).good


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_verify_names_a_changed_or_missing_file() -> None:
    install.install_pack("small", tries=QUICK)
    path = home() / "classifier.pt"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert any("checksum" in f.text and not f.good for f in verify_pack("small", device="cpu"))
    path.unlink()
    assert any("missing" in f.text and not f.good for f in verify_pack("small", device="cpu"))
    assert not verify_pack("nothing")[0].good


def replace_file(role: str, content: Any) -> None:
    """Put another file in the installed pack, as a proper part of it."""
    path = home() / f"{role}.pt"
    torch.save(content, path)
    manifest = json.loads((home() / "manifest.json").read_text())
    data = path.read_bytes()
    manifest["files"][role] |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (home() / "manifest.json").write_text(json.dumps(manifest))


def run(*words: str) -> int:
    return cli.main(["packs", *words])


@pytest.mark.slow
@pytest.mark.usefixtures("offered")
def test_the_commands(tmp_path: Path, files: dict[str, bytes], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    shown = capsys.readouterr().out
    assert "small" in shown and "pinned on first download" in shown and "optional" in shown
    assert run("install", "small") == 1
    assert "Be good." in capsys.readouterr().out
    assert run("install", "small", "--accept-terms", "--with", "encoder=none") == 0
    assert "(pinned)" in capsys.readouterr().out
    assert run("verify", "small", "--device", "cpu") in (0, 1)
    assert "classifier" in capsys.readouterr().out
    (tmp_path / "it.pt").write_bytes(files["encoder"])
    assert run("import", str(tmp_path / "it.pt"), "--pack", "small") == 0
    assert "is ready" in capsys.readouterr().out
    assert run("remove", "small") == 0 and run("remove", "small") == 1
    assert run("install", "small", "--with", "parser=nothing", "--accept-terms") == 1
    assert "Known are: the-parser" in capsys.readouterr().err
