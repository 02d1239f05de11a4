"""Primitives for concurrent work: single-flight and bulkhead."""
