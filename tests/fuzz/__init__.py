"""Hostile and broken input by the thousand, and killed writers: `python -m tests.fuzz --count 2000`."""
