"""A value that several fields need is computed once for its object and arguments."""

from types import SimpleNamespace
from typing import Any

import strawberry
from support.harness import catalog_text, filled

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.loading.finder import Finder
from gateway.loading.loader import Loader
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.shared import once

NO_SOURCES = Finder(filled(catalog_text(), {}), {}, print)


@strawberry.input
class Span:
    since: int


@strawberry.type
class Meter:
    runs: strawberry.Private[list[Any]]

    @strawberry.field
    @once
    async def total(self, info: Info, factor: int = 1, span: Span | None = None) -> int | None:  # noqa: ARG002  # as fields have it
        """The total, times a factor."""
        self.runs.append((factor, span and span.since))
        if factor < 0:
            raise BadInput("factor is negative", Reason.INVALID_ARGUMENT, "factor")
        return factor

    total_state = state_of(total)


@strawberry.type
class Query:
    @strawberry.field
    def meters(self, info: strawberry.Info[Any, None]) -> list[Meter]:
        return info.context.meters  # type: ignore[no-any-return]  # a test's own context


SCHEMA = strawberry.Schema(Query)


async def runs(fields: str) -> tuple[Any, list[list[Any]]]:
    """The answer of two meters, and what each of them computed."""
    meters = [Meter(runs=[]), Meter(runs=[])]
    context = SimpleNamespace(shared={}, meters=meters, loader=Loader(NO_SOURCES))
    result = await SCHEMA.execute(f"{{ meters {{ {fields} }} }}", context_value=context)
    return result.data, [meter.runs for meter in meters]


async def test_a_field_and_its_state_compute_once() -> None:
    data, computed = await runs("total totalState again: total")
    assert data == {"meters": [{"total": 1, "totalState": "KNOWN", "again": 1}] * 2}
    assert computed == [[(1, None)], [(1, None)]]


async def test_other_arguments_are_other_values() -> None:
    fields = "a: total(factor: 2) b: total(factor: 3) c: total(span: {since: 1}) d: totalState(span: {since: 1})"
    _, computed = await runs(fields)
    assert [sorted(each, key=str) for each in computed] == [[(1, 1), (2, None), (3, None)]] * 2


async def test_an_error_costs_its_field_and_leaves_a_state() -> None:
    data, computed = await runs("total(factor: -1) totalState(factor: -1)")
    assert data == {"meters": [{"total": None, "totalState": "UNKNOWN"}] * 2}
    assert computed == [[(-1, None)]] * 2
