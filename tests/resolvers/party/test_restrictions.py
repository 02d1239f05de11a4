"""Wishes not to be contacted hold from their first day to their last, at the utility (TS-RES-1..3)."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.rows import row
from support.world import World, world

from gateway.ids import global_id
from gateway.resolvers.party.restrictions import ContactRestriction, RestrictionChannel

QUERY = """query($id: ID!, $day: Date) { node(id: $id) { ... on Party {
  restrictions(activeOn: $day) { channel since until reason isActive } all: restrictions { isActive } } } }"""
PERSON = global_id("Person", "H")
CLOSED = ("2026-10-05", "2026-10-07")
OPEN = ("2026-10-05", None)


async def held(at: World, span: tuple[str, str | None], day: str | None) -> tuple[list[bool], list[bool]]:
    """Whether one restriction of this span is told for a day; and what all of them say of today."""
    since, until = span
    at.held["ContactRestriction"] = [
        row("ContactRestriction", id="X", party_id="H", since=since, until=until)
    ]
    found: Any = (await at.ask(QUERY, id=PERSON, day=day))["node"]
    return [each["isActive"] for each in found["restrictions"]], [each["isActive"] for each in found["all"]]


@pytest.mark.parametrize(
    ("span", "day", "told"),
    [
        (CLOSED, "2026-10-04", []),
        (CLOSED, "2026-10-05", [True]),
        (CLOSED, "2026-10-07", [True]),
        (CLOSED, "2026-10-08", []),
        (OPEN, "2026-10-04", []),
        (OPEN, "2026-10-05", [True]),
        (OPEN, "2199-12-31", [True]),
        (("2026-10-05", "2026-10-05"), "2026-10-05", [True]),
        (("2026-10-07", "2026-10-05"), "2026-10-06", []),
    ],
)
async def test_first_and_last_day_belong_to_it_and_an_open_one_has_no_last(
    at: World, span: Any, day: str, told: list[bool]
) -> None:
    assert (await held(at, span, day))[0] == told


async def test_asking_for_another_day_changes_nothing_of_today(at: World) -> None:
    assert await held(at, CLOSED, "2026-10-06") == ([True], [False])
    assert await held(at, OPEN, "2026-10-04") == ([], [True])


async def test_two_days_of_one_document_are_one_question(at: World) -> None:
    query = """query($id: ID!) { node(id: $id) { ... on Party { restrictions { isActive }
      then: restrictions(activeOn: "2026-01-01") { isActive }
      before: restrictions(activeOn: "2025-12-31") { id } } } }"""
    found = (await at.ask(query, id=PERSON))["node"]
    assert found == {"restrictions": [{"isActive": True}], "then": [{"isActive": True}], "before": []}
    assert at.gate.asked() == ["ContactRestriction by party_id x 1", "Person by id x 1"]


@pytest.mark.parametrize(
    ("now", "active"),
    [
        ("2026-10-05T03:59:59+00:00", [False]),
        ("2026-10-05T04:00:00+00:00", [True]),
        ("2026-10-08T03:59:59+00:00", [True]),
        ("2026-10-08T04:00:00+00:00", [False]),
    ],
)
async def test_today_is_the_day_at_the_utility_whatever_it_is_in_greenwich(now: str, active: Any) -> None:
    async with world({"Person": [row("Person", id="H", roles=[])]}, now=datetime.fromisoformat(now)) as at:
        assert await held(at, CLOSED, None) == (active, active)


@given(since=st.dates(), until=st.none() | st.dates(), day=st.dates())
def test_it_holds_on_exactly_the_days_of_its_span(since: Any, until: Any, day: Any) -> None:
    wish = ContactRestriction(
        id="X", party_id="H", channel=RestrictionChannel.ALL, since=since, until=until, reason=None
    )
    assert wish.is_in_force(day) == (since <= day <= (until or day))
