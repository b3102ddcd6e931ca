"""What the heart does in a recording."""
