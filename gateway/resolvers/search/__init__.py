"""Customer and premise search."""
