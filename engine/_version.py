"""The program's version, in one place: packaging and the release read it from here."""

__version__ = "0.1.0"
