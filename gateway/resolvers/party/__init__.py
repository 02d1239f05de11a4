"""Persons, organizations and contact restrictions."""
