"""The parts of the installer that can be tried without building it."""

from __future__ import annotations

import ast
import configparser
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from maskfacegan_gui.process import platform_check
from tests import no_screen

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import environment

    return environment


def spec_list(name: str) -> list[str]:
    """The texts of a list that is an argument in build_installer.spec."""
    for node in ast.walk(ast.parse((ROOT / "build_installer.spec").read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == name and isinstance(node.value, ast.List):
            return [ast.literal_eval(entry) for entry in node.value.elts]
    raise AssertionError(name)


def test_nothing_is_excluded_that_is_imported() -> None:
    """A module that a start imports may not be left out; torch needs some that look needless."""
    no_screen.require(platform_check.BASE)
    code = (
        "import sys, torch, engine, maskfacegan_gui.main_window, maskfacegan_gui.selftest\n"
        "engine.check_installation(); print('\\n'.join(sys.modules))"
    )
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True, timeout=300
    )
    imported = set(done.stdout.split())
    assert "torch.testing" in imported
    excluded = spec_list("excludes")
    assert excluded and not [
        name for name in imported if any(name == out or name.startswith(out + ".") for out in excluded)
    ]


def test_the_build_environment(environment: ModuleType) -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert len(environment.dependencies()) == len(stated) - len(environment.APART)
    assert not any(line.startswith(environment.APART) for line in environment.dependencies())
    for system in ("linux", "win32"):
        assert environment.torch_wheel(system, cuda=False)[0].endswith("+cpu")
    assert environment.torch_wheel("darwin", cuda=False) == [f"torch=={environment.TORCH}"]
    assert environment.torch_wheel("linux", cuda=True) == ["torch"]


def test_the_notices_name_what_is_inside(tmp_path: Path) -> None:
    out = tmp_path / "notices.txt"
    subprocess.run([sys.executable, str(PACKAGING / "notices.py"), str(out)], check=True, timeout=300)
    heads = [
        part.splitlines()[0].split(" ")[0].lower() for part in out.read_text().split("\n" + "=" * 80 + "\n\n")
    ]
    assert {"torch", "pyside6_essentials", "numpy", "pillow", "lpips", "python"} <= set(heads)
    assert not {"pytest", "ruff", "mypy", "pip"} & set(heads)
    assert "BSD" in out.read_text()


def test_the_notices_of_the_systems_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of Debian's packages that the files are of, where the system has such packages."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    import notices

    dpkg = shutil.which("dpkg")
    found = notices.of_system(["/nowhere/libnothing.so", *([dpkg] if dpkg else [])])
    assert [text.split(" ")[0] for text in found] == (["dpkg"] if dpkg else [])
    assert all(len(text) > 200 for text in found)
    assert notices.of_system(["/nowhere/libnothing.so"]) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_self_test_runs_in_a_clean_environment_and_its_failure_counts(tmp_path: Path) -> None:
    """The script around the self-test, with a program that reports where it is run."""
    program = tmp_path / "dist" / "maskfacegan" / "maskfacegan-gui"
    if sys.platform == "darwin":
        program = tmp_path / "dist/MaskFaceGAN Editor.app/Contents/MacOS/MaskFaceGAN Editor"
    program.parent.mkdir(parents=True)
    (tmp_path / "packaging").mkdir()
    script = tmp_path / "packaging" / "selftest.sh"
    script.write_bytes((PACKAGING / "selftest.sh").read_bytes())
    script.chmod(0o755)
    program.write_text(
        "#!/bin/bash\n"
        'echo "python=$(type -P python3) home=$(cd "$HOME" && echo *) path=$PATH user=$USER" > "$2"\n'
    )
    program.chmod(0o755)
    subprocess.run([str(script)], check=True, timeout=120, capture_output=True)
    assert (tmp_path / "dist" / "self-test.json").read_text() == "python= home=* path=/nowhere user=\n"
    program.write_text("#!/bin/bash\nexit 3\n")
    assert subprocess.run([str(script)], check=False, timeout=120, capture_output=True).returncode == 3


def test_the_desktop_knows_the_file_type() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(PACKAGING / "linux" / "maskfacegan.desktop", encoding="utf-8")
    types = entry["Desktop Entry"]["MimeType"].strip(";").split(";")
    kind = ElementTree.parse(PACKAGING / "linux" / "maskfacegan.xml").getroot()[0]
    assert kind.get("type") in types and "image/jpeg" in types
    assert [child.get("pattern") for child in kind if child.tag.endswith("glob")] == ["*.mfg"]
    assert "%F" in entry["Desktop Entry"]["Exec"]
    assert ".mfg" in (PACKAGING / "windows" / "installer.iss").read_text(encoding="utf-8")
    assert '"mfg"' in (ROOT / "build_installer.spec").read_text(encoding="utf-8")


def test_a_pack_is_handed_out_with_its_licences_sources_and_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What `make installer PACK=portrait` puts beside the pack."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    import bundle_pack

    from engine.distribution.catalogue import read_catalogue
    from engine.distribution.installed import PackState, Part, PartState
    from engine.packs.convert_package import CONVERSIONS

    assert set(bundle_pack.CHANGES) == set(CONVERSIONS)
    catalogue = read_catalogue(ROOT / "weights" / "manifest.toml")
    offer = catalogue.pack("portrait")
    components = [catalogue.components[name] for name in offer.chosen().values()]
    parts = [PartState(c.role, c, True, False, None, Part(c.file, "0" * 64, 1, c.name)) for c in components]
    text = bundle_pack.notice(PackState(offer, ROOT, True, tuple(parts)))
    for component in components:
        assert component.terms in text and component.file in text
    sources = [component.package for component in components if component.package is not None]
    for source in sources:
        assert source.sha256 in text and bundle_pack.CHANGES[source.conversion] in text
        assert all(member.name in text for member in source.members)
    assert len(sources) == 3 and "non-commercial" in text and "://" not in text
    licences = {
        path.name: path.read_text(encoding="utf-8")
        for path in (PACKAGING / "licences" / "portrait").iterdir()
    }
    for name, words in {
        "nvidia-source-code-license-nc.txt": "Use Limitation",
        "cc-by-nc-sa-4.0.txt": "Section 8 – Interpretation",
        "mobilestylegan-apache-2.0.txt": "END OF TERMS AND CONDITIONS",
        "face-parsing-mit.txt": "Copyright (c) 2019 zll",
        "torchvision-bsd-3-clause.txt": "Neither the name of the copyright holder",
        "lpips-bsd-2-clause.txt": "Redistributions in binary form",
    }.items():
        assert words in licences[name], name
