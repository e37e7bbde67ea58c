"""Theme, icons and glyphs."""
