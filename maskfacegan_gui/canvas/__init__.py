"""The photo view: graphics items, mask tools, zoom, comparison. It knows no panels and dialogs."""
