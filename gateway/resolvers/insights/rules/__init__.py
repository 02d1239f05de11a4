"""The rules, one file for each insight area."""
