"""A long answer of one key is validated, stored and read again without holding the event loop."""

from datetime import UTC, datetime
from functools import partial

import pytest
from support.passes import Passes, passes_of
from support.pipelines import Pipeline, pipeline

from gateway.concurrency.slices import SLICE
from gateway.contract.batch import ALL_ROWS, Answer, Answers, Batch, Window

START = datetime(2026, 3, 7, tzinfo=UTC)
NEWEST = Window(since=START, limit=10)


def upstream(count: int) -> Answer:
    """The newest answer of an account with this many requests."""
    rows = [
        {
            "id": str(n),
            "account_id": "a",
            "subject": "x",
            "request_number": str(n),
            "state": "OPEN",
            "opened_at": datetime.fromtimestamp(START.timestamp() + 60 * (count - n), UTC).isoformat(),
        }
        for n in range(count)
    ]
    return Answer(tuple(rows), START)


async def passes(count: int) -> tuple[Passes, Passes]:
    """The passes of a batch that is stored, and of one that reads its newest rows from the cache."""
    answer, calls = upstream(count), []

    async def fetch(batch: Batch) -> Answers:
        calls.append(batch)
        return dict.fromkeys(batch.keys, answer)

    async with pipeline(fetch, "cache = 60") as at:
        storing = await passes_of(partial(_ask, at, ALL_ROWS, count))
        reading = await passes_of(partial(_ask, at, NEWEST, 10))
    assert len(calls) == 1
    return storing, reading


async def _ask(at: Pipeline, window: Window, count: int) -> None:
    lookup = at.catalog.entries["ServiceRequest", "account_id"].lookup
    answer = (await at.built.fetch(Batch(lookup, ("a",), window)))["a"]
    assert isinstance(answer, Answer), answer
    assert len(answer.rows) == count


@pytest.mark.parametrize("step", [0, 1], ids=["storing", "reading"])
async def test_a_longer_answer_makes_no_busier_pass(step: int) -> None:
    some, many = (await passes(2 * SLICE))[step], (await passes(5 * SLICE))[step]
    assert many.busiest <= 1.5 * some.busiest
    assert many.number >= some.number + 3
