"""Limits on the size of one GraphQL document."""

from dataclasses import dataclass

from gateway.config.variables import whole_number


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How large a document may be; fields and depth count with all fragments expanded."""

    max_tokens: int = whole_number(
        "GATEWAY_MAX_QUERY_TOKENS", 10_000, 100, 100_000, "Maximum tokens of a document."
    )
    max_fields: int = whole_number(
        "GATEWAY_MAX_QUERY_FIELDS",
        2_000,
        10,
        100_000,
        "Maximum fields of an operation, with its fragments expanded.",
    )
    max_depth: int = whole_number(
        "GATEWAY_MAX_QUERY_DEPTH", 20, 3, 100, "Maximum depth of an operation: fields inside each other."
    )
