"""The domain: what callers see, named by business word."""
