"""Source adapter for REST APIs."""
