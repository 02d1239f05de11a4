"""Totals of lists whose system is a service: a page of one row says how many there are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from support.harness import Harness, catalog_text, harness
from support.rows import row
from support.sources.rest_service import serve
from support.utility import ACCOUNT, utility

NEWEST = datetime(2026, 11, 14, 12, 30, tzinfo=UTC)
PATH = "GET /accounts/A1/requests"
SERVICE = """
[sources.SERVICE]
kind = "rest"
url = "URL"
breaker = false
retry = false
[records.ServiceRequest]
source = "SERVICE"
by.id = { get = "/requests/{key}" }
[records.ServiceRequest.by.account_id]
get = "/accounts/{key}/requests"
items = "rows"
since = "from"
until = "to"
newest_first = true
paging = { style = "offset", offset = "start", size_param = "n", size = 500, total = "total" }
[records.ServiceRequest.fields]
id = "id"
account_id = "account_id"
subject = "subject"
request_number = "request_number"
state = "state"
opened_at = "opened_at"
"""
LIST = """query($account: ID!, $filter: ServiceRequestFilter) { billingAccount(id: $account) {
  serviceRequests(first: 2, filter: $filter) { nodes { id } totalCount totalCountState } } }"""
FEED = """query($account: ID!) { billingAccount(id: $account) {
  activities(first: 2, types: [SERVICE_REQUEST], acrossWindows: true) { nodes { id } totalCount totalCountState } } }"""


@asynccontextmanager
async def desk(count: int) -> AsyncIterator[tuple[Harness, list[str]]]:
    """A utility whose service requests are in a REST service, one an hour, and the requests to it."""
    rows = [
        row("ServiceRequest", id=f"{n}", account_id="A1", opened_at=(NEWEST - timedelta(hours=n)).isoformat())
        for n in range(count)
    ]

    async def handler(request: web.Request) -> web.Response:
        since, until = request.query.get("from", ""), request.query.get("to", "9")
        inside = [each for each in rows if since <= each["opened_at"] <= until]
        start = int(request.query["start"])
        return web.json_response({"rows": inside[start : start + int(request.query["n"])], "total": len(inside)})

    requests: list[str] = []
    async with serve(handler, requests) as url:
        text = catalog_text(["ServiceRequest"]).replace("[sources.SERVICE]", "[sources.UNUSED]")
        async with harness(utility(), text=text + SERVICE.replace("URL", url)) as at:
            yield at, requests


async def page(at: Harness, query: str, name: str, **variables: Any) -> Any:
    return (await at.ask(query, account=ACCOUNT, **variables))["billingAccount"][name]


def total(page: Any) -> tuple[int | None, str]:
    return page["totalCount"], page["totalCountState"]


async def test_a_long_list_is_counted_by_one_small_request() -> None:
    async with desk(900) as (at, requests):
        assert total(await page(at, LIST, "serviceRequests")) == (900, "KNOWN")
    assert requests == [f"{PATH}?start=0&n=500", f"{PATH}?start=0&n=1"]


async def test_a_list_that_the_page_holds_is_not_counted_again() -> None:
    async with desk(2) as (at, requests):
        assert total(await page(at, LIST, "serviceRequests")) == (2, "KNOWN")
        without = LIST.replace("totalCount totalCountState", "")
        await page(at, without, "serviceRequests")
    assert requests == [f"{PATH}?start=0&n=500"] * 2


@pytest.mark.parametrize(
    ("days", "number"), [({"since": "2026-11-01", "until": "2026-11-10"}, 241), ({"since": "2026-11-14"}, 8)]
)
async def test_days_of_a_filter_are_those_that_are_counted(days: Any, number: int) -> None:
    async with desk(900) as (at, requests):
        assert total(await page(at, LIST, "serviceRequests", filter=days)) == (number, "KNOWN")
    assert [request.endswith("&start=0&n=1") for request in requests] == [False, True, True]


async def test_a_feed_reads_few_and_lets_many_be_counted() -> None:
    async with desk(30) as (at, requests):
        assert total(await page(at, FEED, "activities")) == (30, "KNOWN")
        assert not any(request.endswith("n=1") for request in requests)
    async with desk(1_200) as (at, requests):
        assert total(await page(at, FEED, "activities")) == (1_200, "KNOWN")
    assert [request.endswith("n=1") for request in requests] == [False, False, False, True, True]
