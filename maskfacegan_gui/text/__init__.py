"""Every text for a person: labels, numbers, messages, the engine's sentences."""
