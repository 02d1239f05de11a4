"""The second yardstick: the same calls and the same answers, written by hand, without GraphQL."""
