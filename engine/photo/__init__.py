"""Photo files: reading, writing, colour, metadata."""
