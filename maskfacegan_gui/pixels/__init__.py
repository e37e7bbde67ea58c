"""Pixel arrays as Qt shows them and as mask tools change them."""
