"""Shows masked values of one record: who may, for what, and with an entry in the audit before a value leaves."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from gateway.access.caller import Scope
from gateway.config.reveal_settings import RevealSettings
from gateway.errors import BadInput, ScopeNeeded, StoreUnavailable, TooManyReveals
from gateway.errors.reasons import Reason
from gateway.ids import global_id
from gateway.resolvers.graph.context import Context, RevealRequest
from gateway.resolvers.graph.personal import kind_of
from gateway.store.audit import Audit, AuditEntry

DEPTH: Final = 3  # of a field inside its record
DERIVED: Final = ("title", "summary")  # parts of other fields, and masked where they are made
HOUR: Final = timedelta(hours=1)
Path = tuple[str, ...]
Value = tuple[str, str, Any]  # field, path, value


class RevealingSchema(Protocol):
    """What a schema tells of its masked fields, and how it answers a query about them."""

    @property
    def revealable(self) -> Mapping[str, frozenset[str]]:
        """Of each node type, the fields that can be shown."""

    async def execute(self, query: str, variable_values: dict[str, Any], context_value: Context) -> Any:
        """The result, with `data` and `errors`."""


def revealable_fields(schema: GraphQLSchema, node_types: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The fields of each node type that can be revealed, with dots. Parts that are nodes have an id of their own."""
    kinds = {name: schema.type_map[name] for name in node_types}
    return {name: frozenset(map(".".join, _paths(kind, node_types, ()))) for name, kind in kinds.items()}


def _paths(kind: Any, node_types: Mapping[str, Any], parents: Path) -> Iterator[Path]:
    for name, each in kind.fields.items():
        path, declared = (*parents, name), each.extensions.get("strawberry-definition")
        if each.args:
            continue
        if declared is not None and kind_of(declared) is not None and name not in DERIVED:
            yield path
        inner = get_named_type(each.type)
        is_part = isinstance(inner, GraphQLObjectType) and inner.name not in (*node_types, "SourceRef")
        if is_part and len(path) < DEPTH:
            yield from _paths(inner, node_types, path)


@dataclass(slots=True)
class Revealer:
    """Lives as long as the application.

    audit: None if the gateway has no store; then nothing is revealed.
    """

    settings: RevealSettings
    audit: Audit | None
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reveal(self, schema: RevealingSchema, context: Context, request: RevealRequest) -> Sequence[Value] | None:
        """The values of a record; None if there is no such record.

        Raises ScopeNeeded, BadInput, TooManyReveals, StoreUnavailable, and the error of a system that fails.
        """
        audit = self._checked(schema, context, request)
        record = await _record(schema, context, request)
        if record is None:
            return None
        values = [each for name in request.fields for each in _values(record, name.split("."), name)]
        caller, now = context.loader.options.caller, datetime.now(UTC)
        async with self._one_by_one:  # what is counted does not change before the entry is written
            if await audit.count(caller.id, now - HOUR) >= self.settings.per_hour:
                raise TooManyReveals(self.settings.per_hour)
            await audit.append(
                AuditEntry(
                    now,
                    caller.id,
                    context.loader.options.request,
                    request.record_type,
                    request.key,
                    request.fields,
                    request.purpose,
                )
            )
        return values

    def _checked(self, schema: RevealingSchema, context: Context, request: RevealRequest) -> Audit:
        if Scope.PII_REVEAL not in context.loader.options.caller.scopes:
            raise ScopeNeeded(Scope.PII_REVEAL.value)
        if request.purpose not in self.settings.purposes:
            purposes = ", ".join(self.settings.purposes)
            raise BadInput(f"The purpose must be one of {purposes}.", Reason.INVALID_VALUE, "input.purpose")
        fields = schema.revealable[request.record_type]
        if not request.fields or not fields.issuperset(request.fields):
            names = ", ".join(sorted(fields)) or "none"
            message = f"Fields of {request.record_type} that can be revealed: {names}."
            raise BadInput(message, Reason.INVALID_VALUE, "input.fields")
        if self.audit is None:
            raise StoreUnavailable("GATEWAY_STORE is not set")
        return self.audit


async def _record(schema: RevealingSchema, context: Context, request: RevealRequest) -> dict[str, Any] | None:
    """The fields of the record, loaded as any query loads them, without masks."""
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on {request.record_type} {{ {_selection(request.fields)} }} }} }}"
    variables = {"id": global_id(request.record_type, request.key)}
    result = await schema.execute(query, variable_values=variables, context_value=replace(context, reveals=True))
    for error in result.errors or ():
        raise error.original_error or error
    data: dict[str, Any] = result.data or {}
    return data["node"]  # type: ignore[no-any-return]  # as the query says


def _selection(fields: Sequence[str]) -> str:
    tree: dict[str, Any] = {}
    for name in fields:
        branch = tree
        for part in name.split("."):
            branch = branch.setdefault(part, {})
    return _text(tree)


def _text(tree: Mapping[str, Any]) -> str:
    return " ".join(f"{name} {{ {_text(inner)} }}" if inner else name for name, inner in tree.items())


def _values(value: Any, parts: Sequence[str], name: str, path: Path = ()) -> Iterator[Value]:
    """The values below a path, each with its position in lists."""
    if value is None:
        return
    if isinstance(value, list):
        for position, each in enumerate(value):
            yield from _values(each, parts, name, (*path, str(position)))
    elif parts:
        yield from _values(value[parts[0]], parts[1:], name, (*path, parts[0]))
    else:
        yield name, ".".join(path), value
