"""The process itself: crash reports, splash, platform, translation, memory."""
