"""The side panels: they show the document and emit what the user asks for."""
