"""Pixel arrays: image pyramids for Qt and mask operations."""
