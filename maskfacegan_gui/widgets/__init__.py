"""Small widgets that panels and dialogs share. They know nothing of the document."""
