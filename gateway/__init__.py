"""One federating GraphQL schema over everything a utility knows of its customer."""
