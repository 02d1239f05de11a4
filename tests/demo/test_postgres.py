"""A demo in PostgreSQL answers exactly as the same demo in SQLite files."""

import asyncio
import os
import random
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.feed_queries import feed
from support.demo.running_demo import GatewayClient, database_environment, running_gateway
from support.demo.truth import FeedTruth, opaque
from support.documents import document

from gateway_demo.cases.index import BY_NAME
from gateway_demo.generate.generator import generate
from gateway_demo.stores.schemas import DATABASES

SERVER = os.environ.get("GATEWAY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
CUSTOMERS = 80
PLANTED = (
    "plain residential",
    "landlord with 40 accounts",
    "window edges",
    "Central time",
    "severance active",
    "net metering",
    "canceled bill",
)
RANDOM = 4
AGES = ("asOf", "ageSeconds")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of an empty database, dropped afterwards; skipped where no server answers, except in CI."""
    name = f"answers_{uuid.uuid4().hex[:12]}"
    try:
        asyncio.run(run(f"CREATE DATABASE {name}"))
    except (OSError, asyncpg.PostgresError) as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL answers at GATEWAY_TEST_POSTGRES ({type(error).__name__})")
    try:
        yield SERVER.rpartition("/")[0] + f"/{name}"
    finally:
        asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


async def run(statement: str) -> None:
    """Execute a statement on the server."""
    server = await asyncpg.connect(SERVER)
    await server.execute(statement)
    await server.close()


@pytest.fixture(scope="module")
def gateways(
    gateway: GatewayClient, gateway_environment: dict[str, str], database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[GatewayClient]]:
    """Two gateways: one over files, one over the server; their REST systems are the same.

    The first customers are the same in a demo of any size.
    """
    generate(tmp_path_factory.mktemp("on a server"), customers=CUSTOMERS, database=database)
    url = database.replace("postgresql://", "postgresql+asyncpg://")
    with running_gateway(
        {**gateway_environment, **database_environment({name: (url, name) for name in DATABASES})}
    ) as other:
        yield [gateway, other]


@pytest.fixture(scope="module")
def customers(large_demo: DemoFolder) -> list[str]:
    planted = [BY_NAME[name].customer_id for name in PLANTED]
    rows = large_demo.ask("crm", "SELECT id FROM customer ORDER BY id LIMIT ?", CUSTOMERS)
    others = [row["id"] for row in rows if row["id"] not in planted]
    return planted + random.Random(365).sample(others, RANDOM)  # noqa: S311  # a sample


def timeless(value: Any) -> Any:
    """An answer without ages."""
    if isinstance(value, list):
        return [timeless(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: timeless(each) for name, each in value.items() if name not in AGES}


def test_customer_360_is_the_same(gateways: list[GatewayClient], customers: list[str]) -> None:
    for customer in customers:
        one, other = (
            timeless(each.ask(document("customer-360"), customer=opaque("Customer", customer))) for each in gateways
        )
        assert one == other


def test_feeds_are_the_same(gateways: list[GatewayClient], large_demo: DemoFolder, customers: list[str]) -> None:
    for customer in customers:
        for account in FeedTruth(large_demo).accounts(customer)[:2]:
            one, other = (feed(each, account) for each in gateways)
            assert one == other
            assert one or customer in customers[-RANDOM:]


@pytest.mark.parametrize("name", ["billing-tab", "collections", "orders"])
def test_tabs_are_the_same(gateways: list[GatewayClient], name: str) -> None:
    for case in PLANTED:
        account = opaque("BillingAccount", BY_NAME[case].account_id)
        one, other = (timeless(each.ask(document(name), account=account)) for each in gateways)
        assert one == other
