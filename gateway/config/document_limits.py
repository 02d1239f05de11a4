"""Limits on the size of one GraphQL document."""

from dataclasses import dataclass

from gateway.config.variables import number


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How large a document may be.

    max_tokens: Maximum tokens of a document.
    max_fields: Maximum fields of an operation, with its fragments expanded.
    max_depth: Maximum depth of an operation: fields inside each other, with fragments expanded.
    """

    max_tokens: int = number("GATEWAY_MAX_QUERY_TOKENS", 10_000, 100, 100_000)
    max_fields: int = number("GATEWAY_MAX_QUERY_FIELDS", 2_000, 10, 100_000)
    max_depth: int = number("GATEWAY_MAX_QUERY_DEPTH", 20, 3, 100)
