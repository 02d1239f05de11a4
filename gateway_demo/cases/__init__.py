"""Planted cases: customers with known answers."""
