"""The mutation `reveal`, which shows masked values of one record."""

from typing import Any

import strawberry

from gateway.ids import parse_global_id
from gateway.resolvers.graph.context import Info, RevealRequest
from gateway.resolvers.graph.descriptions import described, described_input


@described_input
class RevealInput:
    """Which masked values to show, and why.

    id: Id of the record.
    fields: Names of fields with `@pii` of the record, such as `dateOfBirth`. A dot leads to a part of the record,
        such as `identifiers.value`.
    purpose: One of the purposes that the utility allows; an error names them.
    """

    id: strawberry.ID
    fields: list[str]
    purpose: str


@described
class RevealedValue:
    """A value that other fields show masked.

    field: Name of the field, as it was asked for.
    path: The field with positions in lists, such as `identifiers.0.value`. The order is that of the masked lists.
    value: The value in the clear; days as in `Date`.
    """

    field: str
    path: str
    value: str


@described
class RevealPayload:
    """What was revealed.

    values: The values of the fields; of a field that has none, there is no entry.
    """

    values: list[RevealedValue]


@described
class Mutation:
    """Entry points of operations that have an effect."""

    @strawberry.mutation
    async def reveal(self, info: Info, input: RevealInput) -> RevealPayload | None:
        """Masked values of one record in the clear; null if there is no such record.

        The audit has an entry with caller, record, fields and purpose before a value is returned. It needs the scope
        `pii:reveal`, and those of the record.

        input: The record, the fields and the purpose.
        """
        kind, key = parse_global_id(input.id, info.context.node_types, "id")
        request = RevealRequest(kind, key, tuple(dict.fromkeys(input.fields)), input.purpose)
        values = await info.context.reveal(info.context, request)
        return None if values is None else RevealPayload(values=[_shown(*each) for each in values])


def _shown(field: str, path: str, value: Any) -> RevealedValue:
    return RevealedValue(field=field, path=path, value=str(value))
