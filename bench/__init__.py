"""Measures the gateway beside two yardsticks, in one run: python -m bench."""
