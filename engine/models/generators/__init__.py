"""Generators: latent codes in, pictures out."""
