"""Plumbing that all resolvers share: context, relations, connections, source status."""
