"""Credit and collection processes."""
