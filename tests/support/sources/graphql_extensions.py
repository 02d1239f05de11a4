"""What GraphQL services usually send beside the data, and in headers."""

from typing import Any

# Extensions of Shopify, Apollo Server and Router, Hasura, Saleor, Hot Chocolate, WPGraphQL, Dgraph, graphql-java,
# Cosmo, Relay and others.
HARMLESS: dict[str, dict[str, Any]] = {
    "Shopify": {
        "cost": {
            "requestedQueryCost": 101,
            "actualQueryCost": 46,
            "throttleStatus": {"maximumAvailable": 1000.0, "currentlyAvailable": 954, "restoreRate": 50.0},
        },
        "search": [{"path": ["notes"], "query": "x", "warnings": [{"field": "x", "code": "invalid_field"}]}],
    },
    "throttleStatus": {"throttleStatus": {"maximumAvailable": 1000, "remaining": 900}, "cost": 7},
    "Apollo tracing": {
        "tracing": {
            "version": 1,
            "startTime": "2026-01-01T00:00:00Z",
            "endTime": "2026-01-01T00:00:01Z",
            "duration": 71,
            "parsing": {"startOffset": 1, "duration": 2},
            "execution": {"resolvers": [{"path": ["notes"], "startOffset": 9, "duration": 9}]},
        },
        "cacheControl": {"version": 1, "hints": [{"path": ["notes"], "maxAge": 30}]},
    },
    "Apollo Router": {"ftv1": "Gg0=", "apolloQueryPlan": {"object": {"kind": "QueryPlan"}}, "valueCompletion": []},
    "Hasura": {"request_id": "x", "tracing": {"spans": 9}},
    "Saleor": {"cost": {"requestedQueryCost": 2, "maximumAvailable": 50000}},
    "Hot Chocolate": {"traceId": "x", "operationCost": {"fieldCost": 110, "typeCost": 20}},
    "complexity": {"complexity": 12, "queryComplexity": {"score": 12, "limit": 1000}, "depth": 3, "requestId": "x"},
    "WPGraphQL": {
        "debug": [{"type": "DEBUG_LOGS_INACTIVE", "message": "GraphQL Debug logging is not active."}],
        "queryAnalyzer": {"keysLength": 10, "keysCount": 20, "skippedKeysCount": 0, "skippedTypes": []},
    },
    "Dgraph": {
        "touched_uids": 12,
        "server_latency": {"parsing_ns": 9, "total_ns": 900},
        "txn": {"start_ts": 9},
        "metrics": {"num_uids": {"id": 9, "_total": 18}},
    },
    "graphql-java": {"dataloader": {"overall-statistics": {"loadCount": 50, "loadErrorCount": 0, "batchLoadCount": 9}}},
    "Cosmo": {"rateLimit": {"requestRate": 1, "remaining": 900, "retryAfterMs": 0}, "trace": {"version": "1"}},
    "rate limit": {"rateLimit": {"limit": 5000, "cost": 1, "remaining": 4999, "resetAt": "2026-01-01T00:00:00Z"}},
    "Relay": {"is_final": True},
    "deprecations": {"warnings": ["Field notes is deprecated: use entries."], "errors": [], "partial": False},
    "whole": {"pagination": {"total": 2, "page": 1, "hasMore": False}, "truncated": False, "status": "OK"},
    "AppSync": {"requestId": "x", "consumed": {"total_units": 40, "region": "us-east-1"}},
}
HARMLESS_HEADERS: list[dict[str, str]] = [
    {"X-Complexity": "12", "X-RateLimit-Requests-Remaining": "1499", "X-RateLimit-Complexity-Limit": "250000"},
    {
        "X-Shopify-Stage": "production",
        "X-Request-Id": "17",
        "Server-Timing": "processing;dur=90",
        "X-Sorting-Hat-ShopId": "1",
    },
    {"Report-To": '{"group":"cf-nel","max_age":604800,"endpoints":[{"url":"https://x"}]}', "NEL": '{"max_age":604800}'},
    {"X-Hasura-Query-Cache-Key": "x", "X-Hasura-Query-Family-Cache-Key": "x", "X-RateLimit-Remaining": "40"},
    {"Link": "</style.css>; rel=preload", "X-Cache-Hits": "12", "Age": "900", "X-Total-Count": "2"},
]
