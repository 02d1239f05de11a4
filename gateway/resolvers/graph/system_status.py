"""How each system is doing: what was last heard of it, or one small question now."""

import asyncio
from datetime import timedelta

from gateway.errors import NotConfigured
from gateway.loading.finder import LoadResult
from gateway.loading.source_health import HealthStatus, HealthTtl
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.systems import SourceSystem

PROBE_FRESHNESS = HealthTtl(healthy=timedelta(seconds=30), unhealthy=timedelta(seconds=5))


async def system_states(info: Info) -> list[tuple[str, LoadResult]]:  # type: ignore[type-arg]  # of nothing
    """Each system with what is known of it; a system nobody connected is NOT_CONFIGURED."""
    hearing, wish = info.context.loader.finder.source_health, info.context.loader.options
    systems = info.context.systems
    names = [system.name for system in SourceSystem]
    missing = NotConfigured("system")
    shown = await asyncio.gather(
        *(hearing.statuses_of(systems.get(name, ()), PROBE_FRESHNESS, wish) for name in names)
    )
    return [
        (name, one)
        for name, its in zip(names, shown, strict=True)
        for one in ([_found(each) for each in its] or [LoadResult([], error=missing)])
    ]


def _found(shown: HealthStatus) -> LoadResult:  # type: ignore[type-arg]  # of nothing
    return LoadResult([], shown.at if shown.error is None else None, shown.error)
