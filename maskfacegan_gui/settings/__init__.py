"""Settings and saved edits that persist between starts."""
