"""Insights: rules decided over the facts of one account."""
