"""How far an edit may show beyond the region it is of; shares of the aligned square.

What is composed and what the classifier is shown while an edit is optimised must agree in these.
"""

LARGE_REGION = 0.08
"""Edited regions of a larger share of the square, hair, keep the photo's texture."""
REACH = 0.02
"""How far beyond a smaller region, in shares of the side, its new content goes."""
