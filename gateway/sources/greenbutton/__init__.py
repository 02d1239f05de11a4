"""Reads Green Button (ESPI) documents."""
