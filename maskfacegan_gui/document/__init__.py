"""The document: photo, faces, masks, edits, and undo."""
