"""What a first run would stop for, done beforehand."""

from __future__ import annotations

import torch


def prepare_runs() -> None:
    """Make an optimiser once. The first one of a process imports torch's compiler, which takes about a
    second and holds up other threads; a program with a window does that before a run rather than in it."""
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])
