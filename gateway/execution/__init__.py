"""Parses, limits and executes GraphQL documents."""
