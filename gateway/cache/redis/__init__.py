"""The Redis store of the cache."""
