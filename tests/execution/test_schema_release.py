"""The schema beside that of the last release, `released.graphql`: what breaks clients, and what is deprecated."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema
from graphql.utilities import find_breaking_changes

HERE = Path(__file__).parent
RELEASED = build_schema((HERE / "released.graphql").read_text(encoding="utf-8"))
CURRENT = build_schema((HERE.parent.parent / "schema.graphql").read_text(encoding="utf-8"))

# Each change that may break a client, and why there was no other way. Emptied at a release.
ACCEPTED = {
    "Field BillingAccount.accountNumber changed type from String! to String.": "known by its id while the CIS is away",
    "Field BillingAccount.status changed type from AccountStatus! to AccountStatus.": "the same",
    "Field Customer.customerNumber changed type from String! to String.": "the same",
    "Field Payment.amount changed type from Money! to Money.": "activities of a list share one type of `amount`",
    "Field Query.nodes changed type from [Node]! to [Node].": "a wrong argument costs its own field only",
    "Field Query.search changed type from SearchConnection! to SearchConnection.": "the same",
}


def test_no_change_breaks_clients_but_those_accepted() -> None:
    assert {change.description for change in find_breaking_changes(RELEASED, CURRENT)} == set(ACCEPTED)


def members(of: Any) -> Iterator[tuple[str, Any]]:
    """Fields, their arguments, and enum values, by name."""
    named: dict[str, Any] = {}
    if isinstance(of, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        named = dict(of.fields)
    elif isinstance(of, GraphQLEnumType):
        named = dict(of.values)
    for name, definition in named.items():
        yield name, definition
        yield from ((f"{name}({each}:)", argument) for each, argument in getattr(definition, "args", {}).items())


def deprecations() -> dict[str, str]:
    types = [(name, of) for name, of in CURRENT.type_map.items() if not name.startswith("__")]
    reasons = ((f"{name}.{member}", each.deprecation_reason) for name, of in types for member, each in members(of))
    return {path: reason for path, reason in reasons if reason}


def test_deprecations_say_since_when_and_what_instead() -> None:
    reasons = deprecations()
    assert reasons
    plain = re.compile(r"\b(Use|Ask|Read) .*`\w+.*`|`\w+.*`.*instead", re.DOTALL)
    assert {path: why for path, why in reasons.items() if not re.search(r"[Ss]ince 20\d\d-\d\d-\d\d", why)} == {}
    assert {path: why for path, why in reasons.items() if not plain.search(why)} == {}
