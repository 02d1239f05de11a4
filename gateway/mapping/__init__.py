"""Mapping from source rows to typed records."""
