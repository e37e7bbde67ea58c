"""The picture and everything drawn over it. Knows nothing of panels and dialogs."""
