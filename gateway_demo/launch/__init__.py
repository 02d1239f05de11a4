"""Starts the demo systems and the gateway."""
