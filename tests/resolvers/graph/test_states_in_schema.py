"""Which fields of the schema need a state beside them, by a walk over all of its types."""

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, get_args

from graphql import is_list_type, is_non_null_type
from strawberry.types.base import StrawberryList, StrawberryOptional

from gateway.contract.record import split_optional, stored_fields
from gateway.execution.schema import GatewaySchema
from gateway.resolvers.graph.record import Record
from gateway.resolvers.records import RECORDS

SCHEMA = GatewaySchema()
TYPES: dict[str, Any] = {
    name: each.definition
    for name, each in SCHEMA.schema_converter.type_map.items()
    if hasattr(each.definition, "fields")
}
# A text is null where its value is; a reason is null where there is a comparison.
TEXTS = ("Formatted", "Label", "Symbol", "Reason", "Text")
# Fields of which a null has one meaning.
ALWAYS_UNKNOWN = {
    "BilledService": {"charges", "isEstimated", "serviceType"},
    "FinancialHistoryEntry": {"amount", "counts"},
    "Insight": {"since"},
    "AccountOption": {"label"},
    "PageInfo": {"retryAfterSeconds"},
    "OwedEntries": {"retryAfterSeconds"},
    "SourceStatus": {"asOf", "ageSeconds"},
    "UsageReading": {"value", "cost", "averageTemperature"},  # a total of several is as unknown as its parts
    "UsageComparison": {"earliest"},
}
ALWAYS_NONE = {
    "Insight": {"action"},
    "InsightAction": {"screen", "recordId", "url"},
    "InsightFact": {"item", "text", "code", "money", "day", "moment", "quantity", "unit", "flag"},
    "InteractionWindow": {"since", "until"},
    "NextBill": {"preparedOn"},
    "PageInfo": {"startCursor", "endCursor"},
    "SourceRef": {"nodeId", "url"},
    "SourceStatus": {"message", "notice"},
}
# Always an object: the fields of a header have states, and insights say themselves what is unknown. No cache keeps the
# result of a mutation, so that its errors are there.
OWN_STATES = {"Customer.header", "BillingAccount.insights", "Mutation.reveal"}


def loaded_fields() -> Iterator[tuple[str, str, set[str]]]:
    """Type, name and names beside it, of each nullable field that loads one value."""
    for kind, definition in TYPES.items():
        names = {SCHEMA.config.name_converter.get_graphql_name(each) for each in definition.fields}
        for each in definition.fields:
            resolver = each.base_resolver and each.base_resolver.wrapped_func
            name = SCHEMA.config.name_converter.get_graphql_name(each)
            if inspect.iscoroutinefunction(resolver) and isinstance(each.type, StrawberryOptional):
                value = each.type.of_type
                if not isinstance(value, StrawberryList) and value is not bool and "Connection" not in str(value):
                    yield kind, name, names


def test_every_nullable_field_that_loads_has_a_state() -> None:
    fields = list(loaded_fields())
    assert len(fields) > 60
    assert {f"{kind}.{name}" for kind, name, names in fields if f"{name}State" not in names} == OWN_STATES


def values_of_records() -> set[type]:
    """The types whose fields are read from rows; a null there is what the row says."""
    kinds: set[type] = set()
    hints = [hint for record in RECORDS.values() for hint in stored_fields(record).values()]
    while hints:
        inner, _ = split_optional(hints.pop())
        kind = next(iter(get_args(inner)), inner)
        if is_dataclass(kind) and kind not in kinds:
            kinds.add(kind)
            hints += stored_fields(kind).values()
    return kinds


def own_fields() -> Iterator[tuple[str, str, bool]]:
    """Type, name, and whether there is a state, of each nullable value that the gateway finds out itself."""
    values = values_of_records()
    for kind, definition in TYPES.items():
        fields = getattr(SCHEMA._schema.type_map.get(kind), "fields", {})  # noqa: SLF001  # strawberry has no other way
        if (
            kind in ("Query", "Mutation")
            or definition.is_input
            or issubclass(definition.origin, Record)
            or definition.origin in values
        ):
            continue
        for name, each in fields.items():
            is_value = not is_non_null_type(each.type) and not is_list_type(each.type)
            if is_value and not name.endswith(TEXTS) and name != "pageInfo":
                yield kind, name, f"{name}State" in fields


def test_every_nullable_value_of_the_gateway_has_a_state() -> None:
    fields = list(own_fields())
    assert len(fields) > 100
    stateless: dict[str, set[str]] = {}
    for kind, name, has_state in fields:
        if not has_state:
            stateless.setdefault(kind, set()).add(name)
    one_meaning = {
        kind: ALWAYS_UNKNOWN.get(kind, set()) | ALWAYS_NONE.get(kind, set()) for kind in (*ALWAYS_UNKNOWN, *ALWAYS_NONE)
    }
    assert stateless == one_meaning
