"""Project files and autosave."""
