"""Source adapter for files."""
