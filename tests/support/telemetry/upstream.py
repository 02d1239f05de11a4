"""A REST CRM that records its requests."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.app import make_app
from gateway.catalog.loader import parse_catalog
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.telemetry.tracing import Tracing
from support.servers import live
from support.telemetry.served import config

CATALOG = """
[sources.crm]
kind = "rest"
url = "{url}"
breaker = false
{words}
[records.Customer]
source = "crm"
by.id = {{ get = "/customers", keys = "ids" }}
by.customer_number = {{ get = "/customers", keys = "numbers" }}
fields = {{ id = "id", customer_number = "customer_number" }}
"""


@dataclass
class Crm:
    """A fake CRM. It answers with `statuses` first, then with 200."""

    headers: list[Mapping[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.headers.append(request.headers)
        self.addresses.append(str(request.url))
        if self.statuses:
            return Response(status_code=self.statuses.pop(0))
        numbers = request.query_params["numbers"].split(",")
        return JSONResponse([{"id": f"of {number}", "customer_number": number} for number in numbers])


@asynccontextmanager
async def gateway_before(
    crm: Crm, tracing: Tracing | None = None, words: str = "retry = { base_delay = 0 }"
) -> AsyncIterator[aiohttp.ClientSession]:
    """A session with a gateway before this CRM."""
    async with live(Starlette(routes=[Route("/customers", crm.answer)])) as url:
        catalog = parse_catalog(CATALOG.format(url=url, words=words), {}, RECORDS, RELATIONS)
        app = make_app(config(), catalog, tracing=tracing)
        async with live(app) as gateway_url, aiohttp.ClientSession(gateway_url) as http:
            yield http
