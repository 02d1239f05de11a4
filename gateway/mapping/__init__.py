"""From source rows to typed records."""
