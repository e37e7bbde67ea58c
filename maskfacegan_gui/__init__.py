"""The window. It knows the engine's public names and nothing deeper."""
