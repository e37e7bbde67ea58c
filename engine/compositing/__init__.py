"""What of a generated edit is shown in the photo: decomposition, painting, light, grain, pasting."""
