"""Interactions, conversations and their media."""
