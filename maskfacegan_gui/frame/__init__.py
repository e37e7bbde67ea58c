"""The main window's frame: actions and layout."""
