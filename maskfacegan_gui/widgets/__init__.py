"""Small reusable widgets; they know nothing of the document."""
