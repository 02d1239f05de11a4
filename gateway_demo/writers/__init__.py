"""Writes the rows of each demo system."""
