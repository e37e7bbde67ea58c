"""What the application can do with photos, faces and edits."""
