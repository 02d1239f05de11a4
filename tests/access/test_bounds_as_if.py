"""A caller with bounds gets what a smaller utility would answer: one that has only what is in reach."""

from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.documents import NAMES, document, operations
from support.harness import KINDS, Harness, Held, harness, ways
from support.neighbours import neighbours
from support.random_documents import TIMES, Documents
from support.reach_model import ReachModel
from support.utility import VARIABLES

from gateway.access.bounds import Bounds
from gateway.access.caller import ALL_SCOPES, Caller
from gateway.contract.record import split_optional, stored_fields
from gateway.errors import SourceDown

ACCOUNTS, CUSTOMERS = ("A1", "A2", "ZA1", "ZA2"), ("C", "ZC")
BOUNDS = st.builds(
    Bounds, st.frozensets(st.sampled_from(ACCOUNTS), max_size=3), st.frozensets(st.sampled_from(CUSTOMERS), max_size=1)
)
OTHER_KEYS = {
    "account_id": ("A1", "A2", "ZA1", None),
    "customer_id": ("C", "ZC", None),
    "party_id": ("H", "ZH", "O", None),
    "person_id": ("H", "ZH", None),
    "premise_id": ("P1", "P2", "ZP1", None),
    "service_point_id": ("S1", "S2", "ZS1", None),
}
MOVES = [
    (name, field)
    for name, cls in KINDS.items()
    for field, hint in stored_fields(cls).items()
    if field in OTHER_KEYS and split_optional(hint)[1]
]
CHANGES = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 3), st.integers(0, 3)), max_size=6)

SYSTEMS = sorted({cls.SYSTEM.name for cls in KINDS.values()})
LOOKUPS = [f"{name} by {by}" for name in KINDS for by in ways(name)]
FAULTS = st.sets(st.sampled_from(SYSTEMS) | st.sampled_from(LOOKUPS), max_size=3)
often = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def pair(anyio_backend: str) -> AsyncIterator[tuple[Harness, Harness]]:  # noqa: ARG001  # its loop lives as long
    async with harness(neighbours()) as whole, harness(neighbours()) as small:
        yield whole, small


def changed(changes: list[Any]) -> Held:
    """Two customers of whom some records name other accounts, parties and places, or none."""
    tables = neighbours()
    for (name, field), index, choice in changes:
        rows, keys = tables[name], OTHER_KEYS[field]
        rows[index % len(rows)][field] = keys[choice % len(keys)]
    return tables


async def answers(pair: tuple[Harness, Harness], tables: Held, bounds: Bounds, *query: Any, **variables: Any) -> Any:
    """What a caller with bounds gets, and what a smaller utility answers."""
    whole, small = pair
    whole.fill(tables)
    small.fill(ReachModel(tables, bounds).reduced())
    bounded = await whole.asked_by(Caller("portal", ALL_SCOPES, bounds=bounds)).answer(*query, **variables)
    unbounded = await small.answer(*query, **variables)
    return (bounded.data, bounded.errors), (unbounded.data, unbounded.errors)


@often
@given(seed=st.integers(0, 2**32), bounds=BOUNDS, changes=CHANGES)
async def test_any_document_is_answered_as_by_a_smaller_utility(
    pair: tuple[Harness, Harness], seed: int, bounds: Bounds, changes: list[Any]
) -> None:
    tables = changed(changes)
    documents = Documents(Random(seed), tables)  # noqa: S311  # no secret
    bounded, unbounded = await answers(pair, tables, bounds, documents.document())
    assert bounded == unbounded


@often
@given(seed=st.integers(0, 2**32), bounds=BOUNDS, changes=CHANGES, down=FAULTS)
async def test_records_out_of_reach_change_no_answer_and_no_question(
    pair: tuple[Harness, Harness], seed: int, bounds: Bounds, changes: list[Any], down: set[str]
) -> None:
    tables = changed(changes)
    query = Documents(Random(seed), tables).document()  # noqa: S311  # no secret
    answers_and_questions = []
    for gateway, held in zip(pair, (tables, ReachModel(tables, bounds).reduced()), strict=True):
        gateway.fill(held)
        gateway.gate.down = dict.fromkeys(down, SourceDown)
        result = await gateway.asked_by(Caller("portal", ALL_SCOPES, bounds=bounds)).answer(query)
        rounds = [
            sorted(f"{each.lookup.name} x {len(each.keys)}" for each in batches) for batches in gateway.gate.rounds
        ]
        answers_and_questions.append((result.data, result.errors, without_times(result.sources), rounds))
    assert answers_and_questions[0] == answers_and_questions[1]


@pytest.mark.parametrize("name", NAMES)
async def test_shipped_documents_are_answered_as_by_a_smaller_utility(pair: tuple[Harness, Harness], name: str) -> None:
    for bounds in (Bounds(accounts=frozenset({"A1"})), Bounds(customers=frozenset({"C"})), Bounds()):
        for operation in operations(name):
            query = document(name), operation
            bounded, unbounded = await answers(pair, neighbours(), bounds, *query, **VARIABLES)
            assert without_times(bounded) == without_times(unbounded)


def without_times(value: Any) -> Any:
    """An answer without what differs from one second to the next."""
    if isinstance(value, dict):
        return {name: without_times(each) for name, each in value.items() if name not in TIMES}
    return [without_times(each) for each in value] if isinstance(value, list | tuple) else value
