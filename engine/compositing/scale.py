"""What the stages of compositing measure by: five lengths and three contrasts.

Lengths are shares of the aligned square's side, so that they hold at every resolution; contrasts are
differences in the image's range 0..1, between which something comes to be there. A stage that needs another
number has it beside it, with its reason.
"""

from __future__ import annotations

FINE = 0.006
"""The softness of an edge: what is finer is the photo's own detail, or a border."""
SMALL = 0.01
"""A fold or a lash: neighbourhoods in which texture and small movements are measured."""
REACH = 0.02
"""Half a lip: how far beyond a small region its new content goes."""
BROAD = 0.04
"""A mouth's or an eye's height: what is broader is a tint or a light, and no feature."""
WIDE = 0.1
"""A cheek: a light is even over it."""

UNSEEN = (3 / 255, 8 / 255)
"""From what an eye lets pass to what it may see, on smooth skin."""
SEEN = (8 / 255, 24 / 255)
"""From what is the noise of any two renders to what anybody sees."""
OTHER = (24 / 255, 52 / 255)
"""From another light on the same thing to something else."""

BELONGS = (0.05, 0.4)
"""Between which values of a softened region a pixel comes to belong to it."""
LEAST_LIGHT = 0.004
"""Changes of the luminance below this are none."""
FACE = (0.5, 0.58), (0.27, 0.34)
"""Centre and half axes, x and y, of the ellipse that an aligned face is."""
EXTREME = 0.99
"""The quantile that is taken for the most there is: one pixel in a hundred may be a speck."""
