"""When exactly an insight begins and ends: to the second, and across the hour that clocks repeat."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.resolvers.insight_cases import own
from support.resolvers.relative_times import INSTANT
from support.resolvers.single_rules import RULE, found, on
from support.rows import row

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Rows = list[tuple[str, list[Mapping[str, Any]]]]


def request(**said: Any) -> Rows:
    """One open request."""
    known = {"state": "OPEN", "severity": "LOW", "opened_at": INSTANT.isoformat()}
    return [("ServiceRequest", [own("ServiceRequest", **{**known, **said})])]


def requests(at: str) -> Rows:
    """Three requests of one category, one of them opened then."""
    opened = (at, INSTANT.isoformat(), INSTANT.isoformat())
    rows = [own("ServiceRequest", n, request_category="Q", opened_at=each) for n, each in enumerate(opened)]
    return [("ServiceRequest", rows)]


def order(at: str) -> Rows:
    """A service order that waits for that moment."""
    return [("ServiceOrder", [own("ServiceOrder", state="WAITING", requested_for=at)])]


def visit(since: str | None, until: str | None) -> Rows:
    """A field order with that appointment."""
    said = {"state": "SCHEDULED", "scheduled_from": since, "scheduled_to": until}
    return [("FieldOrder", [own("FieldOrder", **said)])]


def outage(status: str, at: str, back: str | None = None) -> Rows:
    """An outage that began then."""
    said = {"status": status, "started_at": at, "estimated_restoration": back}
    return [("OutageEvent", [row("OutageEvent", id="OE", **said)])]


def outages(at: str) -> Rows:
    """Three outages, one of them begun then."""
    begun = (at, INSTANT.isoformat(), INSTANT.isoformat())
    rows = [row("OutageEvent", id=f"OE{n}", status="RESTORED", started_at=at) for n, at in enumerate(begun)]
    return [("OutageEvent", rows)]


def talk(at: str, ended: str | None = "2026-11-15T12:00:00-05:00") -> Rows:
    """A call without a resolution, and no chat."""
    return [("Call", [own("Call", direction="INBOUND", started_at=at, ended_at=ended)]), ("Chat", [])]


def contacts(at: str) -> Rows:
    """Two interactions, and a contact noted then."""
    two = [own("Interaction", n, status="CLOSED", started_at=INSTANT.isoformat()) for n in range(2)]
    noted = [own("CustomerContact", contacted_at=at)]
    return [("Call", []), ("Chat", []), ("CustomerContact", noted), ("Interaction", two)]


def callback(at: str) -> Rows:
    """An interaction that promised to call back then."""
    return [("Interaction", [own("Interaction", status="CLOSED", callback_due_at=at)])]


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
def test_a_second_decides(code: str, last: datetime, step: timedelta, rows: Callable[[str], Rows]) -> None:
    assert found(code, on(INSTANT), *rows(last.isoformat()))
    assert not found(code, on(INSTANT), *rows((last + step).isoformat()))


@pytest.mark.parametrize(("code", "last", "step", "rows"), EDGES, ids=EDGE_IDS)
def test_an_instant_is_the_same_by_every_clock(
    code: str, last: datetime, step: timedelta, rows: Callable[[str], Rows]
) -> None:
    for zone in ("Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"):
        assert found(code, on(INSTANT), *rows(last.astimezone(ZoneInfo(zone)).isoformat()))
        assert not found(code, on(INSTANT), *rows((last + step).astimezone(ZoneInfo(zone)).isoformat()))


@pytest.mark.parametrize(
    ("since", "until", "severity"),
    [(0, 0, None), (0, 4, None), (-4, 0, None), (-4, 4, None), (-4, None, "WARNING"), (None, -4, "WARNING")],
)
def test_a_visit_is_missed_once_its_time_is_over(since: int, until: int, severity: str | None) -> None:
    ends = [None if each is None else (INSTANT + each * HOUR).isoformat() for each in (since, until)]
    [visited] = found("FIELD_VISIT", on(INSTANT), *visit(*ends))
    assert (visited.severity and visited.severity.value) == severity


def test_a_visit_that_ended_a_second_ago_was_missed() -> None:
    [visited] = found("FIELD_VISIT", on(INSTANT), *visit(SOON, (INSTANT - SECOND).isoformat()))
    assert visited.severity


FIRST, AGAIN = "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"


def test_days_are_counted_in_time_and_not_by_the_hands_of_a_clock() -> None:
    fortnight = on("2026-11-15T01:30:00-05:00")
    assert found("SR_AGED", fortnight, *request(opened_at=FIRST))
    assert not found("SR_AGED", fortnight, *request(opened_at=AGAIN))
    almost = on("2026-11-15T01:29:59-05:00")
    assert found("REPEAT_CONTACT", almost, *contacts(AGAIN))
    assert not found("REPEAT_CONTACT", almost, *contacts(FIRST))


def test_a_message_tells_the_repeated_hour_from_the_first() -> None:
    said = [
        found("OUTAGE_ACTIVE", on("2026-11-01T12:00:00-05:00"), *outage("CONFIRMED", at))[0].values["since"]
        for at in (FIRST, AGAIN)
    ]
    assert said == ["2026-11-01 01:30 EDT", "2026-11-01 01:30 EST"]


def test_the_end_of_today_is_midnight_where_the_account_is() -> None:
    # New York's midnight is an hour before Chicago's, and on 1 November a day has 25 hours.
    for zone, midnight in (("America/New_York", "-05:00"), ("America/Chicago", "-06:00")):
        told = on("2026-11-01T00:30:00-05:00", ZoneInfo(zone))
        due = datetime.fromisoformat(f"2026-11-02T00:00:00{midnight}")
        assert found("CALLBACK_DUE", told, *callback((due - SECOND).isoformat()))
        assert not found("CALLBACK_DUE", told, *callback(due.isoformat()))


def test_a_year_of_outages_begins_at_the_same_hour_of_a_clock_that_has_changed() -> None:
    # A year before noon of 1 November 2026 is noon of 1 November 2025, when summer time still held.
    told = on("2026-11-01T12:00:00-05:00")
    assert found("OUTAGE_REPEAT", told, *outages("2025-11-01T12:00:01-04:00"))
    assert not found("OUTAGE_REPEAT", told, *outages("2025-11-01T12:00:00-04:00"))


def test_a_month_without_that_day_ends_sooner() -> None:
    told = on("2024-02-29T12:00:00-05:00")
    assert found("OUTAGE_REPEAT", told, *outages("2023-02-28T12:00:01-05:00"))
    assert not found("OUTAGE_REPEAT", told, *outages("2023-02-28T12:00:00-05:00"))


@pytest.mark.parametrize("kind", ["Call", "Chat"])
def test_what_is_still_going_on_hides_no_unresolved_call_before_it(kind: str) -> None:
    way = {"direction": "INBOUND"}
    now = own(kind, 1, started_at=INSTANT.isoformat(), **(way if kind == "Call" else {}))
    before = own("Call", 2, started_at=(INSTANT - DAY).isoformat(), resolution="UNRESOLVED", **way)
    calls, chats = ([before, now], []) if kind == "Call" else ([before], [now])
    [told] = found("LAST_CALL_UNRESOLVED", on(INSTANT), ("Call", calls), ("Chat", chats))
    assert [each.id for each in told.evidence] == ["Call2"]


@settings(deadline=None)
@given(st.permutations(["2026-11-14T08:00:00Z", "2026-11-13T08:00:00Z", "2026-11-12T08:00:00Z"]))
def test_the_newest_call_decides_whatever_order_calls_come_in(begun: list[str]) -> None:
    newest = "2026-11-14T08:00:00Z"
    rows = [
        own("Call", n, direction="INBOUND", started_at=at, resolution="RESOLVED" if at == newest else None)
        | {"ended_at": at}
        for n, at in enumerate(begun)
    ]
    assert not found("LAST_CALL_UNRESOLVED", on(INSTANT), ("Call", rows), ("Chat", []))


AREAS = {"SERVICE", "FIELD", "OUTAGE", "USAGE", "INTERACTION"}
CODES = [each.code for each in RULE.values() if each.area.value in AREAS and not each.about_systems]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("most", [0, 1_000])
def test_where_there_is_nothing_nothing_is_said_whatever_the_thresholds(code: str, most: int) -> None:
    fields = on().thresholds.__struct_fields__
    numbers = {name: most for name in fields if isinstance(getattr(on().thresholds, name), int)}
    assert found(code, on(**numbers), *[("Bill", []) for _ in RULE[code].facts]) == []
