"""Everything at once over the demo's real systems: each lookup asked once, in at most four rounds."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.truth import opaque
from support.documents import document

from gateway.config.settings import from_environment
from gateway.contract.batch import Answers, Batch, Fetch
from gateway.execution.engine import Engine
from gateway.runtime import load_catalog, open_runtime
from gateway_demo.cases.index import BY_NAME

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


class Rounds:
    """Surrounds every fetch: nobody is answered before all that is asked at the same time is.

    So the number of rounds says how often one question had to wait for another, whoever is faster.
    """

    def __init__(self) -> None:
        self.rounds: list[list[Batch]] = []
        self._asked: list[tuple[Batch, Fetch, asyncio.Future[Answers]]] = []
        self._running: asyncio.Task[None] | None = None

    def wrap(self, _name: str, fetch: Fetch) -> Fetch:
        """The same fetch, in rounds."""

        async def through(batch: Batch) -> Answers:
            answered: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
            self._asked.append((batch, fetch, answered))
            if len(self._asked) == 1:
                self._running = asyncio.create_task(self._round())
            return await answered

        return through

    async def _round(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)  # until nobody has anything more to ask
        asked, self._asked = self._asked, []
        self.rounds.append([batch for batch, _, _ in asked])
        answers = await asyncio.gather(*(fetch(batch) for batch, fetch, _ in asked))
        for (_, _, answered), answer in zip(asked, answers, strict=True):
            answered.set_result(answer)


class GatewayInProcess:
    """The gateway in this process, asked for everything at once."""

    def __init__(self, engine: Engine, gate: Rounds) -> None:
        self._engine, self._gate = engine, gate

    async def ask(self, customer: str) -> list[list[Batch]]:
        """The rounds of batches that one customer's answer took."""
        self._gate.rounds.clear()
        variables: dict[str, Any] = {"customer": opaque("Customer", customer)}
        result = await self._engine.execute(document("customer-360"), variables)
        assert not result.errors, result.errors
        return list(self._gate.rounds)


@pytest.fixture
async def gateway_in_process(gateway_environment: dict[str, str]) -> AsyncIterator[GatewayInProcess]:
    config, gate = from_environment(gateway_environment), Rounds()
    async with open_runtime(config, load_catalog(config, gateway_environment), gate.wrap) as runtime:
        yield GatewayInProcess(runtime.engine, gate)


@pytest.fixture
def customers(large_demo: DemoFolder) -> list[str]:
    rows = large_demo.ask("crm", "SELECT id FROM customer ORDER BY id")
    planted = [BY_NAME[name].customer_id for name in PLANTED]
    others = [row["id"] for row in rows if row["id"] not in planted]
    return planted + random.Random(364).sample(others, RANDOM)  # noqa: S311  # a sample


async def test_everything_at_once_takes_four_rounds_and_asks_each_lookup_once(
    gateway_in_process: GatewayInProcess, customers: list[str]
) -> None:
    for customer in customers:
        rounds = await gateway_in_process.ask(customer)
        asked = Counter(batch.lookup.name for each in rounds for batch in each)
        assert {name: times for name, times in asked.items() if times > 1} == {}, customer
        assert len(rounds) <= 4, [[batch.lookup.name for batch in each] for each in rounds]


async def test_forty_accounts_take_no_more_batches_than_one(gateway_in_process: GatewayInProcess) -> None:
    few, many = [
        {
            batch.lookup.record
            for each in await gateway_in_process.ask(BY_NAME[name].customer_id)
            for batch in each
        }
        for name in ("plain residential", "landlord with 40 accounts")
    ]
    # An organization has no person's record; events are asked of processes, where there are any.
    assert many - few <= {"Organization", "ProcessEvent"}


async def test_a_batch_names_each_key_once(gateway_in_process: GatewayInProcess) -> None:
    for each in await gateway_in_process.ask(BY_NAME["landlord with 40 accounts"].customer_id):
        assert all(len(batch.keys) == len(set(batch.keys)) for batch in each)
