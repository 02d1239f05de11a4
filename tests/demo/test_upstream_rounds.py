"""Customer 360 over the demo's systems: each lookup is asked once, in at most four rounds."""

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

QUIET = "prospect with a former account"  # closed for more than half a year


class Rounds:
    """Wraps every fetch: all batches of a round are answered together.

    The number of rounds is the length of the longest chain of dependent batches.
    """

    def __init__(self) -> None:
        self.rounds: list[list[Batch]] = []
        self._pending: list[tuple[Batch, Fetch, asyncio.Future[Answers]]] = []
        self._running: asyncio.Task[None] | None = None

    def wrap(self, _name: str, fetch: Fetch) -> Fetch:
        """The same fetch, answered in rounds."""

        async def through(batch: Batch) -> Answers:
            future: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
            self._pending.append((batch, fetch, future))
            if len(self._pending) == 1:
                self._running = asyncio.create_task(self._round())
            return await future

        return through

    async def _round(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)  # until no task adds a batch
        batches, self._pending = self._pending, []
        self.rounds.append([batch for batch, _, _ in batches])
        answers = await asyncio.gather(*(fetch(batch) for batch, fetch, _ in batches))
        for (_, _, future), answer in zip(batches, answers, strict=True):
            future.set_result(answer)


class GatewayInProcess:
    """The gateway in this process."""

    def __init__(self, engine: Engine, gate: Rounds) -> None:
        self._engine, self._rounds = engine, gate

    async def ask(self, customer: str) -> list[list[Batch]]:
        """The rounds of batches of one customer's response."""
        self._rounds.rounds.clear()
        variables: dict[str, Any] = {"customer": opaque("Customer", customer)}
        result = await self._engine.execute(document("customer-360"), variables)
        assert not result.errors, result.errors
        return list(self._rounds.rounds)


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


async def test_customer_360_takes_four_rounds_and_asks_each_lookup_once(
    gateway_in_process: GatewayInProcess, customers: list[str]
) -> None:
    planted = [BY_NAME[name].customer_id for name in PLANTED if name != QUIET]
    for customer in customers:
        rounds = await gateway_in_process.ask(customer)
        batches = Counter(batch.lookup.name for each in rounds for batch in each)
        most, most_rounds = (1, 4) if customer in planted else (2, 6)  # a quiet account asks once more
        assert {name: times for name, times in batches.items() if times > most} == {}, customer
        assert len(rounds) <= most_rounds, [[batch.lookup.name for batch in each] for each in rounds]


async def test_a_quiet_account_takes_one_more_round(gateway_in_process: GatewayInProcess) -> None:
    rounds = await gateway_in_process.ask(BY_NAME[QUIET].customer_id)
    batches = Counter(batch.lookup.name for each in rounds for batch in each)
    assert max(batches.values()) == 2
    assert len(rounds) <= 6


async def test_forty_accounts_take_no_more_batches_than_one(gateway_in_process: GatewayInProcess) -> None:
    few, many = [
        {batch.lookup.record for each in await gateway_in_process.ask(BY_NAME[name].customer_id) for batch in each}
        for name in ("plain residential", "landlord with 40 accounts")
    ]
    # An organization has no person record; events are asked for existing processes only.
    assert many - few <= {"Organization", "ProcessEvent"}


async def test_a_batch_names_each_key_once(gateway_in_process: GatewayInProcess) -> None:
    for each in await gateway_in_process.ask(BY_NAME["landlord with 40 accounts"].customer_id):
        assert all(len(batch.keys) == len(set(batch.keys)) for batch in each)
