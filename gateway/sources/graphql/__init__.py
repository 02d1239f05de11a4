"""Source adapter for GraphQL APIs."""
