"""The session: parts that work on one document (photos, faces, runs, edits, projects)."""
