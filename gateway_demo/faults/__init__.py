"""Fault injection for the demo systems."""
