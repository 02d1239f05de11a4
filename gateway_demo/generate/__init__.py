"""Generates the utility."""
