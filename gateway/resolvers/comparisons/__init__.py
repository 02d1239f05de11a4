"""Bill and usage comparisons."""
