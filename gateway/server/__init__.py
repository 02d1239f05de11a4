"""The HTTP server: GraphQL endpoint, events, health, metrics and GraphiQL."""
