"""The exact moment at which an insight begins and ends, also across clock changes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.resolvers.insight_cases import account_row
from support.resolvers.relative_times import INSTANT
from support.resolvers.single_rules import RULE, context, decide
from support.rows import row

from gateway.resolvers.graph.wording import instant_text

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Rows = list[tuple[str, list[Mapping[str, Any]]]]


def request(**fields: Any) -> Rows:
    """One open request."""
    defaults = {"state": "OPEN", "severity": "LOW", "opened_at": INSTANT.isoformat()}
    return [("ServiceRequest", [account_row("ServiceRequest", **{**defaults, **fields})])]


def requests(at: str) -> Rows:
    """Three requests of one category, one of them opened then."""
    opened = (at, INSTANT.isoformat(), INSTANT.isoformat())
    rows = [
        account_row("ServiceRequest", n, request_category="Q", opened_at=opened_at)
        for n, opened_at in enumerate(opened)
    ]
    return [("ServiceRequest", rows)]


def order(at: str) -> Rows:
    """A service order that waits for that moment."""
    return [("ServiceOrder", [account_row("ServiceOrder", state="WAITING", requested_for=at)])]


def visit(since: str | None, until: str | None) -> Rows:
    """A field order with that appointment."""
    fields = {"state": "SCHEDULED", "scheduled_from": since, "scheduled_to": until}
    return [("FieldOrder", [account_row("FieldOrder", **fields)])]


def outage(status: str, at: str, back: str | None = None) -> Rows:
    """An outage that began then."""
    fields = {"status": status, "started_at": at, "estimated_restoration": back}
    return [("OutageEvent", [row("OutageEvent", id="OE", **fields)])]


def outages(at: str) -> Rows:
    """Three outages, one of them begun then."""
    begun = (at, INSTANT.isoformat(), INSTANT.isoformat())
    rows = [row("OutageEvent", id=f"OE{n}", status="RESTORED", started_at=at) for n, at in enumerate(begun)]
    return [("OutageEvent", rows)]


def talk(at: str, ended: str | None = "2026-11-15T12:00:00-05:00") -> Rows:
    """A call without a resolution, and no chat."""
    return [("Call", [account_row("Call", direction="INBOUND", started_at=at, ended_at=ended)]), ("Chat", [])]


def contacts(at: str) -> Rows:
    """Two interactions, and a contact noted then."""
    two = [account_row("Interaction", n, status="CLOSED", started_at=INSTANT.isoformat()) for n in range(2)]
    contact_rows = [account_row("CustomerContact", contacted_at=at)]
    return [("Call", []), ("Chat", []), ("CustomerContact", contact_rows), ("Interaction", two)]


def callback(at: str) -> Rows:
    """An interaction that promised to call back then."""
    return [("Interaction", [account_row("Interaction", status="CLOSED", callback_due_at=at)])]


PLANNED = [("Person", []), ("Premise", [])]
SOON = (INSTANT + 9 * DAY).isoformat()
# For each rule of time: the last moment at which it still says so, the next that it does not, and its rows.
EDGES: list[tuple[str, datetime, timedelta, Callable[[str], Rows]]] = [
    ("SR_AGED", INSTANT - SECOND, SECOND, lambda at: request(due_at=at)),
    ("SR_AGED", INSTANT - 14 * DAY - SECOND, SECOND, lambda at: request(opened_at=at, due_at=SOON)),
    ("SR_REPEAT", INSTANT - 90 * DAY + SECOND, -SECOND, requests),
    ("ORDER_STUCK", INSTANT - 3 * DAY - SECOND, SECOND, order),
    ("FIELD_VISIT", INSTANT + 48 * HOUR, SECOND, lambda at: visit(at, None)),
    ("FIELD_VISIT", INSTANT + 48 * HOUR, SECOND, lambda at: visit(None, at)),
    ("OUTAGE_ACTIVE", INSTANT, SECOND, lambda at: outage("PLANNED", at)),
    ("OUTAGE_ACTIVE", INSTANT + SECOND, -SECOND, lambda at: outage("PLANNED", "2026-11-01T00:00:00Z", at)),
    ("OUTAGE_PLANNED", INSTANT + SECOND, -SECOND, lambda at: [*outage("PLANNED", at), *PLANNED]),
    ("OUTAGE_PLANNED", INSTANT + 7 * DAY, SECOND, lambda at: [*outage("PLANNED", at), *PLANNED]),
    ("OUTAGE_REPEAT", datetime.fromisoformat("2025-11-15T12:00:01-05:00"), -SECOND, outages),
    ("REPEAT_CONTACT", INSTANT - 14 * DAY + SECOND, -SECOND, contacts),
    ("LAST_CALL_UNRESOLVED", INSTANT - 30 * DAY, -SECOND, talk),
    ("LAST_CALL_UNRESOLVED", INSTANT - DAY, SECOND, lambda at: talk(at, None)),
    ("CALLBACK_DUE", datetime.fromisoformat("2026-11-15T23:59:59-05:00"), SECOND, callback),
]


EDGE_IDS = [f"{code}-{number}" for number, (code, *_) in enumerate(EDGES)]


@pytest.mark.parametrize(("code", "last", "step", "rows"), EDGES, ids=EDGE_IDS)
def test_every_time_limit_is_exact_to_the_second(
    code: str, last: datetime, step: timedelta, rows: Callable[[str], Rows]
) -> None:
    assert decide(code, context(INSTANT), *rows(last.isoformat()))
    assert not decide(code, context(INSTANT), *rows((last + step).isoformat()))


@pytest.mark.parametrize(("code", "last", "step", "rows"), EDGES, ids=EDGE_IDS)
def test_time_limits_do_not_depend_on_offsets(
    code: str, last: datetime, step: timedelta, rows: Callable[[str], Rows]
) -> None:
    for zone in ("Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"):
        assert decide(code, context(INSTANT), *rows(last.astimezone(ZoneInfo(zone)).isoformat()))
        assert not decide(code, context(INSTANT), *rows((last + step).astimezone(ZoneInfo(zone)).isoformat()))


@pytest.mark.parametrize(
    ("since", "until", "severity"),
    [(0, 0, None), (0, 4, None), (-4, 0, None), (-4, 4, None), (-4, None, "WARNING"), (None, -4, "WARNING")],
)
def test_a_visit_is_missed_once_its_time_is_over(since: int, until: int, severity: str | None) -> None:
    ends = [None if hours is None else (INSTANT + hours * HOUR).isoformat() for hours in (since, until)]
    [visited] = decide("FIELD_VISIT", context(INSTANT), *visit(*ends))
    assert (visited.severity and visited.severity.value) == severity


def test_a_visit_that_ended_a_second_ago_was_missed() -> None:
    [visited] = decide("FIELD_VISIT", context(INSTANT), *visit(SOON, (INSTANT - SECOND).isoformat()))
    assert visited.severity


FIRST, AGAIN = "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"


def test_days_of_limits_have_24_hours_across_clock_changes() -> None:
    fortnight = context("2026-11-15T01:30:00-05:00")
    assert decide("SR_AGED", fortnight, *request(opened_at=FIRST))
    assert not decide("SR_AGED", fortnight, *request(opened_at=AGAIN))
    almost = context("2026-11-15T01:29:59-05:00")
    assert decide("REPEAT_CONTACT", almost, *contacts(AGAIN))
    assert not decide("REPEAT_CONTACT", almost, *contacts(FIRST))


def test_a_message_tells_the_repeated_hour_from_the_first() -> None:
    times = [
        decide("OUTAGE_ACTIVE", context("2026-11-01T12:00:00-05:00"), *outage("CONFIRMED", at))[0].values["since"]
        for at in (FIRST, AGAIN)
    ]
    assert [instant_text(time) for time in times] == ["Nov 1, 2026, 1:30 AM EDT", "Nov 1, 2026, 1:30 AM EST"]


def test_today_ends_at_midnight_of_the_account_s_zone() -> None:
    # New York's midnight is an hour before Chicago's, and on 1 November a day has 25 hours.
    for zone, midnight in (("America/New_York", "-05:00"), ("America/Chicago", "-06:00")):
        evaluation = context("2026-11-01T00:30:00-05:00", ZoneInfo(zone))
        due = datetime.fromisoformat(f"2026-11-02T00:00:00{midnight}")
        assert decide("CALLBACK_DUE", evaluation, *callback((due - SECOND).isoformat()))
        assert not decide("CALLBACK_DUE", evaluation, *callback(due.isoformat()))


def test_months_of_outages_begin_at_the_same_local_hour() -> None:
    # A year before noon of 1 November 2026 is noon of 1 November 2025, when summer time still held.
    evaluation = context("2026-11-01T12:00:00-05:00")
    assert decide("OUTAGE_REPEAT", evaluation, *outages("2025-11-01T12:00:01-04:00"))
    assert not decide("OUTAGE_REPEAT", evaluation, *outages("2025-11-01T12:00:00-04:00"))


def test_a_shorter_month_begins_on_its_last_day() -> None:
    evaluation = context("2024-02-29T12:00:00-05:00")
    assert decide("OUTAGE_REPEAT", evaluation, *outages("2023-02-28T12:00:01-05:00"))
    assert not decide("OUTAGE_REPEAT", evaluation, *outages("2023-02-28T12:00:00-05:00"))


@pytest.mark.parametrize("kind", ["Call", "Chat"])
def test_an_ongoing_call_does_not_hide_an_unresolved_one(kind: str) -> None:
    way = {"direction": "INBOUND"}
    now = account_row(kind, 1, started_at=INSTANT.isoformat(), **(way if kind == "Call" else {}))
    before = account_row("Call", 2, started_at=(INSTANT - DAY).isoformat(), resolution="UNRESOLVED", **way)
    calls, chats = ([before, now], []) if kind == "Call" else ([before], [now])
    [finding] = decide("LAST_CALL_UNRESOLVED", context(INSTANT), ("Call", calls), ("Chat", chats))
    assert [record.id for record in finding.evidence] == ["Call2"]


@settings(deadline=None)
@given(st.permutations(["2026-11-14T08:00:00Z", "2026-11-13T08:00:00Z", "2026-11-12T08:00:00Z"]))
def test_the_newest_call_decides_in_any_order(begun: list[str]) -> None:
    newest = "2026-11-14T08:00:00Z"
    rows = [
        account_row("Call", n, direction="INBOUND", started_at=at, resolution="RESOLVED" if at == newest else None)
        | {"ended_at": at}
        for n, at in enumerate(begun)
    ]
    assert not decide("LAST_CALL_UNRESOLVED", context(INSTANT), ("Call", rows), ("Chat", []))


AREAS = {"SERVICE", "FIELD", "OUTAGE", "USAGE", "INTERACTION"}
CODES = [rule.code for rule in RULE.values() if rule.area.value in AREAS and not rule.about_systems]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("most", [0, 1_000])
def test_no_records_raise_nothing_at_any_threshold(code: str, most: int) -> None:
    fields = context().thresholds.__struct_fields__
    numbers = {name: most for name in fields if isinstance(getattr(context().thresholds, name), int)}
    assert decide(code, context(**numbers), *[("Bill", []) for _ in RULE[code].facts]) == []
