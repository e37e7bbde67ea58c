"""What a first run would stop for, done beforehand."""

from __future__ import annotations

from ..packs.pack import ModelPack


def prepare_runs(pack: ModelPack) -> None:
    """Read the parts of a pack that only edits need: encoder and attribute directions, where it has them.

    A program with a window does this while a person looks at the face, rather than in the first run.
    """
    _ = pack.encoder, pack.directions
