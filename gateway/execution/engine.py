"""One operation in, one result out. Lives as long as the application; makes what each request needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from graphql import GraphQLError

from gateway.catalog.model import Catalog
from gateway.config.settings import Config
from gateway.contract.batch import NO_WISH, Lookup, Wish
from gateway.errors import without_value
from gateway.execution.schema import GatewaySchema
from gateway.loading.finder import Finder
from gateway.loading.loader import Loaders
from gateway.resolvers.contact.history import history_of_party
from gateway.resolvers.graph.context import Context
from gateway.resolvers.graph.source_report import heard
from gateway.resolvers.records import NODES, RECORDS
from gateway.telemetry.request_record import Look


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation gave. `data` is None where it never ran, and where a needed field failed."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    ran: bool
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """As GraphQL over HTTP has it: `data` only where the operation ran."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if self.sources:
            body["extensions"] = {"sources": self.sources}
        return {"data": self.data, **body} if self.ran else body


class Engine:
    """Executes operations against one catalog."""

    def __init__(
        self, schema: GatewaySchema, finder: Finder, config: Config, now: Callable[[], datetime]
    ) -> None:
        self.schema, self.finder, self.config, self.now = schema, finder, config, now
        self.systems = systems(finder.catalog)

    async def execute(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        operation: str | None = None,
        wish: Wish = NO_WISH,
        look: Look | None = None,
    ) -> Result:
        """Run one operation. Failures are in the result; nothing is raised but bugs."""
        document = self.schema.documents.ready(query)
        refused = document.refusal(operation)
        if refused:
            return _result(None, refused)
        if look:
            look.runs(query, document.parsed, operation)
        load = Loaders(self.finder, self._wish(wish, query, operation, variables), look=look)
        context = Context(
            load,
            self.now,
            self.config.rules,
            self.config.zone,
            RECORDS,
            NODES,
            self.systems,
            history_of_party,
        )
        try:
            result = await self.schema.execute(
                query, variable_values=variables, context_value=context, operation_name=operation
            )
        finally:
            load.close()
        return _result(result.data, result.errors or (), heard(load.heard))

    def _wish(self, wish: Wish, query: str, operation: str | None, variables: dict[str, Any] | None) -> Wish:
        """What the request wishes, and the operation with it."""
        names = self.schema.systems_anew(query, operation, variables)
        if not names:
            return wish
        sources = {lookup.source for name in names for lookup in self.systems.get(name, ())}
        return replace(wish, anew=wish.anew | sources)


def _result(
    data: dict[str, Any] | None,
    errors: Sequence[GraphQLError],
    sources: dict[str, dict[str, Any]] | None = None,
) -> Result:
    # An operation whose variables do not fit never ran; an error of one that ran names its field.
    ran = data is not None or any(error.path for error in errors)
    told = [{**error.formatted, "message": without_value(error.message)} for error in errors]
    return Result(data, told, ran, sources or {})


def systems(catalog: Catalog) -> Mapping[str, Sequence[Lookup]]:
    """The lookups of each system, by the system's name."""
    found: dict[str, list[Lookup]] = {}
    for (name, _), entry in catalog.entries.items():
        found.setdefault(RECORDS[name].SYSTEM.name, []).append(entry.lookup)  # type: ignore[attr-defined]  # a record
    return found
