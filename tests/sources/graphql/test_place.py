from typing import Any

import msgspec
import pytest

from gateway.sources.graphql.documents import GraphqlPlace


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ({"field": "notes", "keys": "owners"}, 0),
        ({"field": "notes", "key_param": "owner", "limit": "first", "max_limit": 5, "types": {"first": "Int!"}}, 0),
        ({"field": "notes", "key_param": "o", "params": {"a": "b", "c": 1, "d": True, "e": 1.5}}, 0),
        ({"field": "notes", "key_param": "o", "params": {"a": [1]}, "types": {"a": "[Int!]"}}, 0),
        ({"field": "notes"}, 1),
        ({"field": "notes", "keys": "a", "key_param": "b"}, 1),
        ({"field": "no tes", "keys": "a"}, 1),
        ({"field": "notes", "keys": "a", "since": "a"}, 1),
        ({"field": "notes", "keys": "a", "items": "edges..node"}, 1),
        ({"field": "notes", "keys": "a", "params": {"b": [1]}}, 1),
        ({"field": "notes", "keys": "a", "types": {"b": "Int"}}, 1),
        ({"field": "notes", "keys": "a", "types": {"a": "[ID!]!) { x"}}, 1),
        ({"field": "notes", "keys": "a", "max_limit": 3}, 1),
        ({"field": "notes", "key_param": "o", "items": "edges.node", "paging": {"after": "after"}}, 0),
        (
            {
                "field": "notes",
                "key_param": "o",
                "items": "nodes",
                "paging": {"after": "a", "size_param": "n", "size": 9},
            },
            0,
        ),
        ({"field": "notes", "key_param": "o", "items": "nodes", "paging": {"after": "a", "size": 9}}, 1),
        ({"field": "notes", "key_param": "o", "items": "nodes", "paging": {"after": "o"}}, 1),
        ({"field": "notes", "key_param": "o", "items": "notes.nodes", "paging": {"after": "a"}}, 1),
        ({"field": "notes", "key_param": "o", "items": "nodes", "limit": "n", "paging": {"after": "a"}}, 1),
        (
            {
                "field": "notes",
                "key_param": "o",
                "items": "nodes",
                "paging": {"after": "a"},
                "ignored_signs": ["pageInfo.hasNextPage"],
            },
            1,
        ),
        ({"field": "notes", "keys": "a", "time_format": "date"}, 1),
        ({"field": "notes", "keys": "a", "since": "s", "time_format": "local"}, 1),
        ({"field": "notes", "keys": "a", "since": "s", "zone": "UTC"}, 1),
        ({"field": "notes", "keys": "a", "since": "s", "time_format": "date", "zone": "Nowhere/At_All"}, 1),
    ],
)
def test_contradicting_words_are_diagnosed(words: dict[str, Any], count: int):
    assert len(msgspec.convert(words, GraphqlPlace).diagnostics()) == count
