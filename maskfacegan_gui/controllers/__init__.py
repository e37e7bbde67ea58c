"""Bind actions, panels and canvas to the session; one controller a subject."""
