"""One operation in, one result out. Lives as long as the application; makes what each request needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from graphql import GraphQLError

from gateway.catalog.model import Catalog
from gateway.config.settings import Config
from gateway.contract.batch import NO_OPTIONS, Lookup, RequestOptions
from gateway.errors import redact_value
from gateway.execution.schema import GatewaySchema
from gateway.loading.finder import Finder
from gateway.loading.loader import Loader
from gateway.resolvers.contact.history import party_interactions
from gateway.resolvers.graph.context import Context
from gateway.resolvers.graph.source_status import source_report
from gateway.resolvers.records import NODES, RECORDS
from gateway.telemetry.request_record import RequestRecord


@dataclass(frozen=True, slots=True)
class OperationResult:
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
        self.systems = lookups_by_system(finder.catalog)

    async def execute(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        operation: str | None = None,
        wish: RequestOptions = NO_OPTIONS,
        look: RequestRecord | None = None,
    ) -> OperationResult:
        """Run one operation. Failures are in the result; nothing is raised but bugs."""
        document = self.schema.documents.get(query)
        refused = document.errors_for(operation)
        if refused:
            return _result(None, refused)
        if look:
            look.start_operation(query, document.parsed, operation)
        load = Loader(self.finder, self._wish(wish, query, operation, variables), request_record=look)
        context = Context(
            load,
            self.now,
            self.config.rules,
            self.config.zone,
            RECORDS,
            NODES,
            self.systems,
            party_interactions,
        )
        try:
            result = await self.schema.execute(
                query, variable_values=variables, context_value=context, operation_name=operation
            )
        finally:
            load.close()
        return _result(result.data, result.errors or (), source_report(load.results))

    def _wish(
        self, wish: RequestOptions, query: str, operation: str | None, variables: dict[str, Any] | None
    ) -> RequestOptions:
        """What the request wishes, and the operation with it."""
        names = self.schema.systems_to_refresh(query, operation, variables)
        if not names:
            return wish
        sources = {lookup.source for name in names for lookup in self.systems.get(name, ())}
        return replace(wish, bypass_cache=wish.bypass_cache | sources)


def _result(
    data: dict[str, Any] | None,
    errors: Sequence[GraphQLError],
    sources: dict[str, dict[str, Any]] | None = None,
) -> OperationResult:
    # An operation whose variables do not fit never ran; an error of one that ran names its field.
    ran = data is not None or any(error.path for error in errors)
    told = [{**error.formatted, "message": redact_value(error.message)} for error in errors]
    return OperationResult(data, told, ran, sources or {})


def lookups_by_system(catalog: Catalog) -> Mapping[str, Sequence[Lookup]]:
    """The lookups of each system, by the system's name."""
    found: dict[str, list[Lookup]] = {}
    for (name, _), entry in catalog.entries.items():
        found.setdefault(RECORDS[name].SYSTEM.name, []).append(entry.lookup)
    return found
