"""Which device a pack runs on, and in which number format the generator computes there."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .. import memory
from ..errors import PackError

DEVICES = ("auto", "cuda", "mps", "cpu")
PRECISIONS = ("auto", "float32")
_TOTAL = 2 * 6 * 6 * 36.0 * 6
"""Two channels of 6 x 6 px, 36 each, times a matrix of 6 x 6 ones."""
_OF_DEVICES = (
    "cuda error",
    "cudnn",
    "cublas",
    "hip error",
    "miopen",
    "mps backend",
    "no kernel image",
    "device-side assert",
    "nvidia driver",
    "metal",
    "for the mps device",
)
_LONGEST_REASON = 120


def choose_device(name: str = "auto") -> torch.device:
    """The device for "auto" (CUDA, then Apple's GPU, then the processor), "cuda", "cuda:1", "mps" or "cpu".

    Raises PackError for a device that is unknown or not there.
    """
    if name == "auto":
        return torch.device("cuda" if _has_cuda() else "mps" if _has_mps() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise PackError(
            f"There is no kind of device '{name}'.", f"Choose one of: {', '.join(DEVICES)}."
        ) from error
    there = {
        "cpu": True,
        "mps": _has_mps(),
        "cuda": _has_cuda() and (device.index or 0) < torch.cuda.device_count(),
    }
    if not there.get(device.type, False):
        raise PackError(
            f"The device '{name}' is not available here.",
            "Compute on the CPU, or choose auto.",
        )
    return device


def device_problem(device: torch.device) -> str:
    """Why a device that is there cannot compute, in the words of its driver; empty where it can.

    Asked by one small computation, whose result is looked at: a convolution and a product of matrices.
    """
    if device.type == "cpu":
        return ""
    try:
        ones = torch.ones(1, 4, 8, 8, device=device)
        found = F.conv2d(ones, torch.ones(2, 4, 3, 3, device=device)) @ ones[:, :1, :6, :6]
        total = float(found.sum().cpu())
    except Exception as error:  # drivers, and torch built without this device, fail in every way
        return in_short(error)
    return "" if total == _TOTAL else "it computes wrong numbers"


def is_device_failure(error: BaseException) -> bool:
    """Whether an error says that the device, and not what it was asked for, is the reason."""
    if memory.is_exhaustion(error):
        return True
    if isinstance(error, getattr(torch, "AcceleratorError", ())):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(word in text for word in _OF_DEVICES)


def in_short(error: BaseException) -> str:
    """The first line of what a driver says."""
    line = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    return line[:_LONGEST_REASON].rstrip(" .:")


def choose_precision(name: str, device: torch.device) -> torch.dtype | None:
    """The generator's number format for "auto" or "float32"; None means float32 throughout.

    "auto" takes a 16-bit format only where the hardware computes in it: everywhere else it would be
    slower, not faster.
    """
    if name not in PRECISIONS:
        raise PackError(f"There is no precision '{name}'.", f"Choose one of: {', '.join(PRECISIONS)}.")
    if name == "float32":
        return None
    if device.type == "cuda":
        major, _ = torch.cuda.get_device_capability(device)
        return torch.bfloat16 if major >= 8 else torch.float16 if major >= 7 else None
    if device.type == "cpu" and _cpu_has_bfloat16():
        return torch.bfloat16
    return None


def _has_cuda() -> bool:
    return torch.cuda.is_available() and torch.cuda.device_count() > 0


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def _cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16 (AVX-512 BF16 or AMX); unknown counts as no."""
    tests = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, test, bool)()) for test in tests)
