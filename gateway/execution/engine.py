"""Executes operations. One engine for the application; one loader and context per request."""

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType

from gateway.config.settings import Config
from gateway.contract.batch import NO_OPTIONS, Lookup, RequestOptions
from gateway.contract.times import Clock
from gateway.errors import BadInput, TooLate
from gateway.execution.client_errors import as_json, redact_value
from gateway.execution.ending import Ending
from gateway.execution.revealing import Revealer
from gateway.execution.schema import GatewaySchema
from gateway.limits.checks import breaches_of, refusal
from gateway.limits.cost import REFRESH, OperationCost, operation_name
from gateway.loading.finder import Finder
from gateway.loading.loader import Loader
from gateway.loading.releases import Releases
from gateway.resolvers.bounds import bound
from gateway.resolvers.contact.history import party_interactions
from gateway.resolvers.graph.context import Context
from gateway.resolvers.graph.source_status import source_report
from gateway.resolvers.records import RECORDS
from gateway.store.audit import Audit
from gateway.telemetry.request_record import RequestRecord

log = logging.getLogger("gateway.limits")
GRACE = 0.5  # seconds after the deadline, for an answer of which all sources have ended
SourceReport = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class OperationResult:
    """The result of an operation. `data` is None if it never ran, or if a non-null field failed."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    ran: bool
    sources: SourceReport = field(default_factory=dict)
    cost: Mapping[str, int | None] | None = None

    def body(self) -> dict[str, Any]:
        """The response body of GraphQL over HTTP: with `data` only if the operation ran."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        reports = {"sources": self.sources, "cost": self.cost}
        if extensions := {name: report for name, report in reports.items() if report}:
            body["extensions"] = extensions
        return {"data": self.data, **body} if self.ran else body


class Engine:
    def __init__(
        self, schema: GatewaySchema, finder: Finder, config: Config, now: Clock, audit: Audit | None = None
    ) -> None:
        self.schema, self.finder, self.config, self.now = schema, finder, config, now
        self._revealer = Revealer(config.reveals, audit)
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
        schema = self.schema.for_audience(options.caller.audience)
        document = schema.documents.get(query)
        node = document.operation(operation)
        record = record or RequestRecord()
        record.breaches += document.breaches
        if node is None:
            return _result(None, document.errors_for(operation))
        record.start_operation(query, node)
        cost = document.costs[operation_name(node)]
        systems = self._refreshed(schema, node, variables, options)
        record.estimated_cost = cost.estimate(variables) + REFRESH * len(systems)
        if error := self._refusal(cost, variables, record):
            return OperationResult(None, [as_json(error)], ran=False)
        sources = {lookup.source for name in systems for lookup in self.systems[name]}
        options = replace(options, bypass_cache=options.bypass_cache | sources)
        loader = Loader(self.finder, options, record, releases=Releases(self.config.limits.objects.bound))
        if options.caller.bounds is not None:
            bound(loader, options.caller.bounds)
        rules, zone = self.config.rules, self.config.zone
        context = Context(
            loader,
            self.now,
            rules,
            zone,
            RECORDS,
            schema.node_types,
            self.systems,
            party_interactions,
            partial(self._revealer.reveal, schema),
            page=self.config.limits.page,
        )
        ending = Ending(loader, self.executions)
        try:
            # Sources end at the deadline. This ends what the gateway itself does not finish.
            with ending.at(self._seconds(options)):
                result = await schema.execute(
                    query, variable_values=variables, context_value=context, operation_name=operation
                )
        except asyncio.CancelledError:
            if not ending.is_cause():
                raise
            return self._ended(loader)
        else:
            if loader.releases.is_exceeded:  # its last objects made it too many
                return self._ended(loader)
            report = source_report(loader.results, self.now)
            record.actual_cost = cost.actual(result.data) + REFRESH * len(systems & report.keys())
            return _result(result.data, result.errors or (), report)
        finally:
            record.breaches += breaches_of((self.config.limits.objects, loader.releases.objects))
            context.forget()

    def is_prepared(self, query: str, audience: str | None = None) -> bool:
        """Whether the document was prepared before: then its cost is known at once."""
        return query in self.schema.for_audience(audience).documents

    def prepare(self, query: str, audience: str | None = None) -> None:
        """Prepare a document: parse, validate and cost it."""
        self.schema.for_audience(audience).documents.get(query)

    def may_repeat(self, query: str, operation: str | None, options: RequestOptions) -> bool:
        """Whether an operation has no effect, or cannot run."""
        document = self.schema.for_audience(options.caller.audience).documents.get(query)
        node = document.operation(operation)
        return node is None or node.operation is OperationType.QUERY

    def estimated_cost(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        operation: str | None = None,
        options: RequestOptions = NO_OPTIONS,
    ) -> int | None:
        """The points that an operation is estimated to cost, before it runs; None if it cannot run."""
        schema = self.schema.for_audience(options.caller.audience)
        document = schema.documents.get(query)
        node = document.operation(operation)
        if node is None:
            return None
        systems = self._refreshed(schema, node, variables, options)
        return document.costs[operation_name(node)].estimate(variables) + REFRESH * len(systems)

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

    def _refreshed(
        self,
        schema: GatewaySchema,
        node: OperationDefinitionNode,
        variables: dict[str, Any] | None,
        options: RequestOptions,
    ) -> set[str]:
        """The systems whose cache an operation bypasses, by `@refresh` or by a header."""
        systems = self.systems.keys() & schema.systems_to_refresh(node, variables)
        if bypassed := options.bypass_cache:
            systems |= {name for name, each in self.systems.items() if any(one.source in bypassed for one in each)}
        return systems

    def _refusal(self, cost: OperationCost, variables: dict[str, Any] | None, record: RequestRecord) -> BadInput | None:
        """The error of an operation that costs too much."""
        limits = self.config.limits
        points = record.estimated_cost or 0
        breaches = breaches_of((limits.introspection, cost.introspection(variables)), (limits.cost, points))
        record.breaches += breaches
        if breaches:
            log.debug("cost of %s:\n%s", record.operation, cost.formula())
        return refusal(breaches)

    def _excess(self, releases: Releases) -> dict[str, Any]:
        """The error of an execution that was ended."""
        if error := refusal(breaches_of((self.config.limits.objects, releases.objects))):
            return as_json(error)
        return as_json(TooLate("The answer was not complete at its deadline: ask for less, or for a later deadline."))


def _result(
    data: dict[str, Any] | None, errors: Sequence[GraphQLError], sources: SourceReport | None = None
) -> OperationResult:
    # An error with a path comes from a field, so the operation ran. Errors of variables have no path.
    ran = data is not None or any(error.path for error in errors)
    formatted = [{**error.formatted, "message": redact_value(error.message)} for error in errors]
    return OperationResult(data, formatted, ran, sources or {})
