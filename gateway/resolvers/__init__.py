"""The GraphQL schema, one package for each part of the domain."""
