"""Encoders: a picture in, W+ codes out."""
