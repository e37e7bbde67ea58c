"""Numbers that several stages of compositing share; what one stage decides by stands beside it."""

from __future__ import annotations

REACH = 0.02
"""How far beyond a small region, in shares of the square's side, its new content goes."""
LEAST_LIGHT = 0.004
"""Changes of the luminance below this are none."""
