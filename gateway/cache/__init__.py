"""Caching of source answers: policy, entries, tags and stores."""
