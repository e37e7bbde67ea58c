"""The window's fixed parts: actions and layout."""
