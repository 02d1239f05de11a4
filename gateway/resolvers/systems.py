"""How each system is doing: what was last heard of it, or one small question now."""

import asyncio
from datetime import timedelta

from gateway.context import Info
from gateway.errors import NotConfigured
from gateway.finder import Found
from gateway.resolvers.owners import SourceSystem

FRESH = timedelta(seconds=30)


async def system_states(info: Info) -> list[tuple[str, Found]]:  # type: ignore[type-arg]  # of nothing
    """Each system with what is known of it; a system nobody connected is NOT_CONFIGURED."""
    finder = info.context.load.finder
    systems = info.context.systems
    names = [system.name for system in SourceSystem]
    missing = NotConfigured("system")
    founds = await asyncio.gather(*(finder.heard(systems.get(name, ()), FRESH) for name in names))
    return [
        (name, Found([], error=missing) if found is None else found)
        for name, found in zip(names, founds, strict=True)
    ]
