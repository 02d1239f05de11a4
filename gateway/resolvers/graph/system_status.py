"""How each system is doing: what was last heard of it, or one small question now."""

import asyncio
from datetime import timedelta

from gateway.errors import NotConfigured
from gateway.loading.finder import Found
from gateway.loading.source_health import Fresh, Shown
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.systems import SourceSystem

FRESH = Fresh(good=timedelta(seconds=30), bad=timedelta(seconds=5))


async def system_states(info: Info) -> list[tuple[str, Found]]:  # type: ignore[type-arg]  # of nothing
    """Each system with what is known of it; a system nobody connected is NOT_CONFIGURED."""
    hearing, wish = info.context.load.finder.hearing, info.context.load.wish
    systems = info.context.systems
    names = [system.name for system in SourceSystem]
    missing = NotConfigured("system")
    shown = await asyncio.gather(*(hearing.heard(systems.get(name, ()), FRESH, wish) for name in names))
    return [
        (name, one)
        for name, its in zip(names, shown, strict=True)
        for one in ([_found(each) for each in its] or [Found([], error=missing)])
    ]


def _found(shown: Shown) -> Found:  # type: ignore[type-arg]  # of nothing
    return Found([], shown.at if shown.error is None else None, shown.error)
