"""Face parsers: a picture in, nine region probabilities out."""
