"""Full garbage collections: between large answers, or when they have waited for long."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from support.harness import harness

from gateway.execution.garbage import DUE, LARGE, NEVER, PATIENCE, FullCollections
from gateway.ids import global_id

TABLES = {
    "Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}],
    "BillingAccount": [
        {"id": f"A{n}", "account_number": f"{n}", "customer_id": "1", "status": "ACTIVE"} for n in range(12)
    ],
}
DOCUMENT = "query($id: ID!) { customer(id: $id) { accounts { customer { accounts { accountNumber } } } } }"


@contextmanager
def full_collections() -> Iterator[list[int]]:
    """The full collections that happen meanwhile; Python itself runs none."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "stop" and info["generation"] == 2:
            seen.append(info["collected"])

    before = gc.get_threshold()
    gc.set_threshold(before[0], before[1], NEVER)
    gc.callbacks.append(note)
    try:
        yield seen
    finally:
        gc.callbacks.remove(note)
        gc.set_threshold(*before)


def make_due() -> None:
    for _ in range(DUE):
        gc.collect(1)


@pytest.mark.parametrize(("largest", "expected"), [(0, 1), (LARGE - 1, 1), (LARGE, 0)])
def test_a_full_collection_waits_for_a_large_answer(largest: int, expected: int) -> None:
    collections = FullCollections()
    with full_collections() as seen:
        make_due()
        collections.look(largest)
        assert len(seen) == expected
        collections.look(0)
        assert len(seen) == 1


def test_a_full_collection_waits_a_bounded_time() -> None:
    clock = [1000.0]
    collections = FullCollections(lambda: clock[0])
    with full_collections() as seen:
        make_due()
        for later, expected in ((0.0, 0), (PATIENCE - 1, 0), (1.0, 1), (PATIENCE, 1)):
            clock[0] += later
            collections.look(LARGE)
            assert len(seen) == expected


async def test_an_execution_tells_how_large_its_answer_is() -> None:
    async with harness(TABLES) as at:
        task = asyncio.create_task(at.engine.execute(DOCUMENT, {"id": global_id("Customer", "1")}))
        sizes = {at.engine.largest()}
        while not task.done():
            await asyncio.sleep(0)
            sizes.add(at.engine.largest())
        assert max(sizes) == 1 + 12 + 12 + 144
        assert at.engine.largest() == 0


async def test_it_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    with FullCollections().scheduled(lambda: 0):
        assert gc.get_threshold()[2] == NEVER
    assert gc.get_threshold() == before
