"""The panels beside the photo. They show the document and say what a person wants; no more."""
