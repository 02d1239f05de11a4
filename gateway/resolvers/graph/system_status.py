"""Status of every system: what it has shown recently, or the result of a probe."""

import asyncio
import itertools
from datetime import timedelta

from gateway.errors import NotConfigured
from gateway.loading.finder import LoadResult
from gateway.loading.source_health import HealthStatus, HealthTtl
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceStatus, statuses

PROBE_FRESHNESS = HealthTtl(healthy=timedelta(seconds=30), unhealthy=timedelta(seconds=5))


async def system_statuses(info: Info) -> list[SourceStatus]:
    """One status for each system; a system without any lookup is NOT_CONFIGURED."""
    results = await asyncio.gather(*(_results(info, system) for system in SourceSystem))
    return statuses(itertools.chain.from_iterable(results))


async def _results(info: Info, system: SourceSystem) -> list[tuple[SourceSystem, LoadResult[None]]]:
    loader, lookups = info.context.loader, info.context.systems.get(system.name, ())
    health = await loader.finder.source_health.statuses_of(lookups, PROBE_FRESHNESS, loader.options)
    missing: LoadResult[None] = LoadResult([], error=NotConfigured("system"))
    return [(system, result) for result in [_result(status) for status in health] or [missing]]


def _result(status: HealthStatus) -> LoadResult[None]:
    return LoadResult([], status.at if status.error is None else None, status.error)
