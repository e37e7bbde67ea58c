"""What the application remembers between starts."""
