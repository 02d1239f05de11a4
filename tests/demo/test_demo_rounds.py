"""Everything at once over the demo's real systems: each lookup asked once, in at most four rounds."""

import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from documents import document
from finished import Demo
from truth import opaque
from world import Gate, World

from gateway.app import catalog_of, engine_of
from gateway.config import from_environment
from gateway.demo.cases import BY_NAME

PLANTED = (
    "plain residential",
    "landlord with 40 accounts",
    "busy window",
    "prospect with a former account",
    "prospect never attached",
    "CRM-only contact",
    "null-account calls, one account",
    "null-account calls, two accounts",
    "organization and its contact",
    "Central time",
    "severance active",
    "pay plan overdue",
    "net metering",
    "active outage",
    "open interaction",
)
RANDOM = 15


@pytest.fixture
async def demo(known: dict[str, str]) -> AsyncIterator[World]:
    """The gateway in this process, over the demo's real systems, behind a gate that counts."""
    config, gate = from_environment(known), Gate()
    async with engine_of(config, catalog_of(config, known), gate.wrap) as engine:
        yield World(engine, gate)


@pytest.fixture
def customers(finished: Demo) -> list[str]:
    rows = finished.ask("crm", "SELECT id FROM customer ORDER BY id")
    planted = [BY_NAME[name].customer_id for name in PLANTED]
    others = [row["id"] for row in rows if row["id"] not in planted]
    return planted + random.Random(364).sample(others, RANDOM)  # noqa: S311  # a sample


async def test_everything_at_once_takes_four_rounds_and_asks_each_lookup_once(
    demo: World, customers: list[str]
) -> None:
    for customer in customers:
        await demo.ask(document("customer-360"), customer=opaque("Customer", customer))
        asked = Counter(batch.lookup.name for batch in demo.gate.batches)
        assert {name: times for name, times in asked.items() if times > 1} == {}, customer
        assert len(demo.gate.rounds) <= 4, customer


async def test_forty_accounts_are_asked_for_in_as_many_batches_as_one(demo: World) -> None:
    asked = {}
    for name in ("plain residential", "landlord with 40 accounts"):
        await demo.ask(document("customer-360"), customer=opaque("Customer", BY_NAME[name].customer_id))
        asked[name] = {batch.lookup.name for batch in demo.gate.batches}
    few, many = asked.values()
    assert len(many) <= len(few) + 2, many - few


async def test_a_batch_names_each_key_once(demo: World) -> None:
    customer = opaque("Customer", BY_NAME["landlord with 40 accounts"].customer_id)
    await demo.ask(document("customer-360"), customer=customer)
    assert all(len(batch.keys) == len(set(batch.keys)) for batch in demo.gate.batches)
