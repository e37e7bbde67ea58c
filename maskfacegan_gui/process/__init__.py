"""Process-level services: crash reports, splash screen, platform checks, translation, memory."""
