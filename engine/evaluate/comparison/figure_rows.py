"""The figures of a comparison, one row each: what a page, a table or the window says of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "one"]


@dataclass(frozen=True)
class ComparisonFigure:
    """`name` is its key in report.json, `note` what it measures. A value is shown times `scale`, with
    `places` digits and its `unit`. `better` is the direction in which a method is better, "one": the nearer
    to 1."""

    name: str
    title: str
    note: str
    better: Better
    places: int = 2
    unit: str = ""
    scale: float = 1.0

    @property
    def direction(self) -> str:
        """Which way is better, in words."""
        return {"higher": "higher is better", "lower": "lower is better", "one": "nearer to 1 is better"}[
            self.better
        ]

    @property
    def arrow(self) -> str:
        return {"higher": "↑", "lower": "↓", "one": "→ 1"}[self.better]

    def text(self, value: float | None, unit: bool = True) -> str:
        """A value as it is written: "92 %", "0.31"; an en dash where there is none."""
        if value is None or math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        shown = f"{value * self.scale:.{self.places}f}"
        if float(shown) == 0:
            shown = shown.lstrip("-")
        return shown.replace("-", "−") + (f"\u00a0{self.unit}" if unit and self.unit else "")

    def badness(self, value: float) -> float:
        """A number that is smaller the better the value is."""
        return {"higher": -value, "lower": value, "one": abs(value - 1)}[self.better]


COMPARISON_FIGURES = (
    ComparisonFigure(
        "reached",
        title="Target reached",
        note="Edits whose target the judge sees",
        better="higher",
        places=0,
        unit="%",
        scale=100.0,
    ),
    ComparisonFigure(
        "entanglement",
        title="Entanglement",
        note="Mean change of all other attributes, as the judge sees them, in standard deviations",
        better="lower",
    ),
    ComparisonFigure(
        "identity",
        title="Identity",
        note="Likeness of the edited face to the input; 0: strangers, 1: two photos of one person",
        better="higher",
        places=3,
    ),
    ComparisonFigure(
        "lpips_outside",
        title="LPIPS outside",
        note="Perceptual change outside the edited region",
        better="lower",
        places=3,
    ),
    ComparisonFigure(
        "psnr_outside",
        title="PSNR outside",
        note="Likeness of the pixels outside the edited region",
        better="higher",
        places=1,
        unit="dB",
    ),
    ComparisonFigure(
        "sharpness",
        title="Sharpness kept",
        note="Fine detail of the result, as a share of the input's",
        better="one",
    ),
    ComparisonFigure("seconds", title="Time", note="Seconds for an edit", better="lower", places=1, unit="s"),
    ComparisonFigure(
        "kernel_distance",
        title="Kernel distance × 1000",
        note="Distance of the edited faces from other, unedited ones; from 200 faces on",
        better="lower",
        places=1,
        scale=1000.0,
    ),
)
"""In the order in which they are shown."""
