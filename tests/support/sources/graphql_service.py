"""A GraphQL service that always responds the same, and its source."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from gateway.contract.batch import ALL_ROWS, Answer, Answers, Batch, Lookup, Window
from gateway.sources.graphql.source import GraphqlSettings, GraphqlSource, open_graphql
from support.sources.rest_service import serve


def note(name: str, owner: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "writer": {"id": owner}, "at": "2026-06-01T12:00:00Z", "note": "", **more}


@asynccontextmanager
async def graphql_source(
    answer: Any, status: int = 200, **settings: Any
) -> AsyncIterator[tuple[GraphqlSource, list[dict[str, Any]]]]:
    """A source whose service always responds the same, and the bodies that were sent."""
    sent: list[dict[str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        sent.append(await request.json())
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return web.Response(text=body, status=status, content_type="application/json")

    async with (
        serve(handler) as url,
        open_graphql("meters", GraphqlSettings(url=f"{url}/graphql", **settings)) as source,
    ):
        yield source, sent


async def ask(source: GraphqlSource, at: Lookup, *keys: str, window: Window = ALL_ROWS) -> Answers:
    return await source.fetch(Batch(at, keys, window))


def outcomes(answers: Answers) -> dict[str, Any]:
    """The ids of each key's rows, or the type of its error."""
    return {
        key: [row["id"] for row in answer.rows] if isinstance(answer, Answer) else type(answer)
        for key, answer in answers.items()
    }
