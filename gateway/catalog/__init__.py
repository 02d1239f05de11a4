"""The catalog file: sources, records and lookups, read and validated at start."""
