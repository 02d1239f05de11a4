"""Generates the demo utility's data."""
