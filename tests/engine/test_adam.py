"""Our Adam is torch's, number for number."""

from __future__ import annotations

import torch

from engine.edit.adam import Adam


def test_the_same_numbers_as_torchs_on_the_cpu() -> None:
    source = torch.Generator().manual_seed(0)
    start = [torch.randn(3, 5, generator=source), torch.randn(7, generator=source)]
    ours = [t.clone().requires_grad_(True) for t in start]
    theirs = [t.clone().requires_grad_(True) for t in start]
    adam, reference = Adam(ours, 0.1), torch.optim.Adam(theirs, lr=0.1, foreach=False)
    for step in range(40):
        adam.rate = 0.1 / (1 + step)
        reference.param_groups[0]["lr"] = adam.rate
        for parameters in (ours, theirs):
            a, b = parameters
            ((a - 1).square().sum() + (b.exp() * a[0, 0]).sum()).backward()  # type: ignore[no-untyped-call]
        adam.step()
        reference.step()
        reference.zero_grad()
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert not torch.equal(ours[0], start[0])


def test_what_has_no_gradient_stays_and_gradients_are_used_once() -> None:
    moved, still = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    adam = Adam([moved, still], 0.5)
    moved.sum().backward()  # type: ignore[no-untyped-call]
    adam.step()
    assert moved.grad is None and torch.equal(still, torch.ones(2))
    there = moved.detach().clone()
    adam.step()
    assert torch.equal(moved, there)
    assert torch.allclose(there, torch.full((2,), 0.5))
