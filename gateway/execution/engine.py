"""Executes operations. One engine for the application; one loader and context per request."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import GraphQLError

from gateway.config.settings import Config
from gateway.contract.batch import NO_OPTIONS, Lookup, RequestOptions
from gateway.contract.times import Clock
from gateway.errors import BadInput, TooLate
from gateway.errors.reasons import Reason
from gateway.execution.client_errors import as_json, redact_value
from gateway.execution.ending import Ending
from gateway.execution.schema import GatewaySchema
from gateway.loading.finder import Finder
from gateway.loading.loader import Loader
from gateway.loading.releases import Releases
from gateway.resolvers.contact.history import party_interactions
from gateway.resolvers.graph.context import Context
from gateway.resolvers.graph.source_status import source_report
from gateway.resolvers.records import NODES, RECORDS
from gateway.telemetry.request_record import RequestRecord

GRACE = 0.5  # seconds after the deadline, for an answer of which all sources have ended
SourceReport = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class OperationResult:
    """The result of an operation. `data` is None if it never ran, or if a non-null field failed."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    ran: bool
    sources: SourceReport = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The response body of GraphQL over HTTP: with `data` only if the operation ran."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if self.sources:
            body["extensions"] = {"sources": self.sources}
        return {"data": self.data, **body} if self.ran else body


class Engine:
    def __init__(self, schema: GatewaySchema, finder: Finder, config: Config, now: Clock) -> None:
        self.schema, self.finder, self.config, self.now = schema, finder, config, now
        self.executions: set[Ending] = set()  # in progress
        self.systems: dict[str, list[Lookup]] = {}
        for (name, _), entry in finder.catalog.entries.items():
            self.systems.setdefault(RECORDS[name].SYSTEM.name, []).append(entry.lookup)

    async def execute(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        operation: str | None = None,
        options: RequestOptions = NO_OPTIONS,
        record: RequestRecord | None = None,
    ) -> OperationResult:
        """Execute one operation. Failures are part of the result; only bugs are raised."""
        document = self.schema.documents.get(query)
        node = document.operation(operation)
        if node is None:
            return _result(None, document.errors_for(operation))
        record = record or RequestRecord()
        record.start_operation(query, node)
        names = self.schema.systems_to_refresh(node, variables)
        sources = {lookup.source for name in names for lookup in self.systems.get(name, ())}
        options = replace(options, bypass_cache=options.bypass_cache | sources)
        loader = Loader(self.finder, options, record, releases=Releases(self.config.max_objects))
        rules, zone = self.config.rules, self.config.zone
        context = Context(loader, self.now, rules, zone, RECORDS, NODES, self.systems, party_interactions)
        ending = Ending(loader, self.executions)
        try:
            # Sources end at the deadline. This ends what the gateway itself does not finish.
            with ending.at(self._seconds(options)):
                result = await self.schema.execute(
                    query, variable_values=variables, context_value=context, operation_name=operation
                )
        except asyncio.CancelledError:
            if not ending.is_cause():
                raise
            return self._ended(loader)
        else:
            if loader.releases.objects > self.config.max_objects:  # its last objects made it too many
                return self._ended(loader)
            return _result(result.data, result.errors or (), source_report(loader.results, self.now))
        finally:
            context.forget()

    def largest(self) -> int:
        """The number of records that the largest answer in progress has so far."""
        return max((each.loader.releases.objects for each in self.executions), default=0)

    def _ended(self, loader: Loader) -> OperationResult:
        """The result of an execution that was ended."""
        report = source_report(loader.results, self.now)
        return OperationResult(None, [self._excess(loader.releases)], ran=True, sources=report)

    @staticmethod
    def _seconds(options: RequestOptions) -> float | None:
        return None if options.deadline == math.inf else options.remaining() + GRACE

    def _excess(self, releases: Releases) -> dict[str, Any]:
        """The error of an execution that was ended."""
        if releases.objects > self.config.max_objects:
            limit = self.config.max_objects
            message = f"The answer has more than {limit} objects: ask for fewer, page by page."
            return as_json(BadInput(message, Reason.ANSWER_TOO_LARGE, limit=limit))
        return as_json(TooLate("The answer was not complete at its deadline: ask for less, or for a later deadline."))


def _result(
    data: dict[str, Any] | None, errors: Sequence[GraphQLError], sources: SourceReport | None = None
) -> OperationResult:
    # An error with a path comes from a field, so the operation ran. Errors of variables have no path.
    ran = data is not None or any(error.path for error in errors)
    formatted = [{**error.formatted, "message": redact_value(error.message)} for error in errors]
    return OperationResult(data, formatted, ran, sources or {})
