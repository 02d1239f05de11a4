"""Insight, rule, fact and evaluation context."""
