"""Contact restrictions are in force from their first to their last day (TS-RES-1..3)."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.harness import Harness, harness
from support.rows import row

from gateway.ids import global_id
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.party.restrictions import ContactRestriction, RestrictionChannel

QUERY = """query($id: ID!, $day: Date) { node(id: $id) { ... on Party {
  restrictions(activeOn: $day) { channel since until reason isActive } all: restrictions { isActive } } } }"""
PERSON = global_id("Person", "H")
CLOSED = ("2026-10-05", "2026-10-07")
OPEN = ("2026-10-05", None)


async def shown_and_all(at: Harness, span: tuple[str, str | None], day: str | None) -> tuple[list[bool], list[bool]]:
    """`isActive` of one restriction for a day, and of all restrictions today."""
    since, until = span
    at.held["ContactRestriction"] = [row("ContactRestriction", id="X", party_id="H", since=since, until=until)]
    party: Any = (await at.ask(QUERY, id=PERSON, day=day))["node"]
    return [each["isActive"] for each in party["restrictions"]], [each["isActive"] for each in party["all"]]


@pytest.mark.parametrize(
    ("span", "day", "active"),
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
async def test_a_restriction_includes_its_first_and_last_day(
    at: Harness, span: Any, day: str, active: list[bool]
) -> None:
    assert (await shown_and_all(at, span, day))[0] == active


async def test_another_day_does_not_change_today(at: Harness) -> None:
    assert await shown_and_all(at, CLOSED, "2026-10-06") == ([True], [False])
    assert await shown_and_all(at, OPEN, "2026-10-04") == ([], [True])


async def test_two_days_in_one_document_are_one_load(at: Harness) -> None:
    query = """query($id: ID!) { node(id: $id) { ... on Party { restrictions { isActive }
      then: restrictions(activeOn: "2026-01-01") { isActive }
      before: restrictions(activeOn: "2025-12-31") { id } } } }"""
    party = (await at.ask(query, id=PERSON))["node"]
    assert party == {"restrictions": [{"isActive": True}], "then": [{"isActive": True}], "before": []}
    assert at.gate.batch_names() == ["ContactRestriction by party_id x 1", "Person by id x 1"]


@pytest.mark.parametrize(
    ("now", "active"),
    [
        ("2026-10-05T03:59:59+00:00", [False]),
        ("2026-10-05T04:00:00+00:00", [True]),
        ("2026-10-08T03:59:59+00:00", [True]),
        ("2026-10-08T04:00:00+00:00", [False]),
    ],
)
async def test_today_is_the_day_in_the_utility_s_zone(now: str, active: Any) -> None:
    async with harness({"Person": [row("Person", id="H", roles=[])]}, now=datetime.fromisoformat(now)) as at:
        assert await shown_and_all(at, CLOSED, None) == (active, active)


@given(since=st.dates(), until=st.none() | st.dates(), day=st.dates())
def test_a_restriction_is_in_force_on_exactly_its_days(since: Any, until: Any, day: Any) -> None:
    restriction = ContactRestriction(
        id="X", party_id="H", channel=RestrictionChannel.ALL, since=since, until=until, reason=None
    )
    assert bool(in_force([restriction], day)) == (since <= day <= (until or day))
