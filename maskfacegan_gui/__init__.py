"""The desktop application (PySide6). It uses the engine's public names only."""
