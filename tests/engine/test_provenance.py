"""Edited pictures say so in their metadata, and keep what they said before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engine
from engine.photo.ai_tag import SOURCE_TYPE, mark_edited

OTHER = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:format>image/png'
    b"</dc:format></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def photo(**info: object) -> engine.Photo:
    return engine.Photo(np.full((80, 80, 3), 99, np.uint8), "RGB", info=info)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
@pytest.mark.parametrize("before", [None, OTHER], ids=["none", "some"])
def test_the_tag_travels_in_the_file(suffix: str, before: bytes | None, tmp_path: Path) -> None:
    marked = mark_edited(photo(**({"xmp": before} if before else {})))
    path = engine.save_photo(marked, tmp_path / f"edited{suffix}")
    found = engine.open_photo(path).info["xmp"]
    found = found if isinstance(found, bytes) else found.encode()
    assert SOURCE_TYPE.encode() in found
    assert (b"<dc:format>image/png" in found) == (before is not None)
    assert found.count(b"</rdf:RDF>") == 1


def test_it_is_said_once_and_the_original_is_left_alone() -> None:
    original = photo()
    once = mark_edited(original)
    assert "xmp" not in original.info
    assert mark_edited(once) is once


def test_a_broken_block_is_replaced() -> None:
    assert SOURCE_TYPE.encode() in mark_edited(photo(xmp=b"<broken")).info["xmp"]
