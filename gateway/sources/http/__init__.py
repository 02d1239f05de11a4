"""The HTTP client that REST, GraphQL and file sources share."""
