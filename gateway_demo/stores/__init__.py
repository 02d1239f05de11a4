"""Databases of the demo systems."""
