"""Source adapter for SQL databases."""
