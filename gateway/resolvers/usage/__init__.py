"""Meter readings and usage series."""
