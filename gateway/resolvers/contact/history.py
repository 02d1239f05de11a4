"""Lists of interactions, newest first and by day: of a customer, an account, or a party (TS-VIEW-1..8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from gateway.errors import BadInput
from gateway.loading.finder import LoadResult
from gateway.loading.merge import PageBounds, Stream, merge_page
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.connections import (
    Connection,
    ConnectionPage,
    cursor_scope,
    page_size,
    read_cursor,
)
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import CALENDAR, DateSpan, months_before, valid_span
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.values import DateRange
from gateway.resolvers.party.parties import PartyRelationship, Person


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """Which part of a history is asked for, as callers say it."""

    range: DateRange | None
    all: bool
    first: int | None
    after: str | None


@described
class InteractionDay:
    """Interactions of one day.

    date: The day, in the time zone of the account or, for customers and parties, of the utility.
    interactions: Interactions that began on this day, newest first.
    """

    date: date
    interactions: list[Interaction]


@described
class InteractionWindow:
    """Days that were searched.

    An empty page says nothing about other days.

    since: First day searched; null if there was no limit.
    until: Last day searched; null if there was no limit.
    """

    since: date | None
    until: date | None


@described
class InteractionConnection(Connection[Interaction]):
    """A page of interactions, newest first.

    window: Days that were searched.
    """

    zone: strawberry.Private[ZoneInfo]
    window: InteractionWindow

    @strawberry.field(description="The same page grouped by date, as agents read it; null = unknown.")
    def days(self) -> list[InteractionDay] | None:
        if not self.made.known():
            return None
        return by_day([node for _, node in self.made.page.records], self.zone)


def by_day(interactions: Sequence[Interaction], zone: ZoneInfo) -> list[InteractionDay]:
    """Interactions under the days of this zone on which they began."""
    days: dict[date, list[Interaction]] = {}
    for each in interactions:
        days.setdefault(each.started_at.astimezone(zone).date(), []).append(each)
    return [InteractionDay(date=day, interactions=held) for day, held in days.items()]


async def interaction_history(
    info: Info, own: Stream, whose: str, asked: HistoryRequest, zone: ZoneInfo
) -> InteractionConnection:
    """A page of the interactions of `whose`, by days of this zone. BadInput names what cannot be asked."""
    said = asked.range and (asked.range.since, asked.range.until)
    of = cursor_scope("Interaction", whose, said, asked.all)
    anchor, marks = read_cursor(asked.after, of, [own])
    today = info.context.now().astimezone(zone).date()
    day = today if anchor is None else _day(anchor, today)
    span = _span(asked, day, info.context.rules.interaction_months)
    bounds = PageBounds(
        since=span.start(zone) if span else None,
        until=span.end(zone) if span else None,
        zone=zone,
        now=info.context.now(),
    )
    made = await merge_page(info.context.loader, [own], bounds, marks, page_size(asked.first, info.context))
    window = InteractionWindow(since=span.since if span else None, until=span.until if span else None)
    return InteractionConnection(made=ConnectionPage(made, of, day.isoformat()), zone=zone, window=window)


def _span(asked: HistoryRequest, day: date, months: int) -> DateSpan | None:
    """The days to search, counted back from `day` where none are said; None for all there are."""
    if asked.all and asked.range:
        raise BadInput("Say a range, or all interactions, not both.")
    if asked.all:
        return None
    if asked.range:
        return valid_span(asked.range.since, asked.range.until)
    return DateSpan(months_before(day, months), day)


def _day(text: str, today: date) -> date:
    """The day a list began on, so that later pages search the same days."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("That is not a cursor of this list.") from error
    if not CALENDAR.since <= day <= today:
        raise BadInput("That cursor is of a day to come, or of none: begin the list anew.")
    return day


async def interactions_of_party(info: Info, party: Any, asked: HistoryRequest) -> InteractionConnection:
    """A party's interactions, and those of the relationships it belongs to; each once (TS-REL-1).

    What is recorded for any party of a relationship belongs to it: so it is found from the person, from the
    organization, and from the relationship itself.
    """
    keys, told = await _keys(info, party)
    error = None if told is None else told.error
    asks = tuple(("party_id", key) for key in dict.fromkeys(keys))
    via = None if told is None else (PartyRelationship, told)
    own = Stream("Interaction", Interaction, () if error else asks, 0, error=error, via=via)
    return await interaction_history(
        info, own, f"{type(party).__name__} {party.id}", asked, info.context.zone
    )


async def _keys(info: Info, party: Any) -> tuple[list[str], LoadResult[PartyRelationship] | None]:
    """The parties whose interactions are this one's, and what is known of the relationships among them."""
    if isinstance(party, PartyRelationship):
        return [each for each in (party.id, party.person_id, party.organization_id) if each], None
    by = "person_id" if isinstance(party, Person) else "organization_id"
    if not info.context.loader.has_lookup(PartyRelationship, by):
        return [party.id], None  # this utility keeps no relationships that could be asked for
    found = await info.context.loader.load(PartyRelationship, by, party.id)
    return [party.id, *(each.id for each in found.records)], found


async def party_interactions(
    info: Info,
    party: Any,
    span: DateRange | None,
    every: bool,
    first: int | None,
    after: str | None,
) -> InteractionConnection:
    """What `Party.interactions` gives; parties know it through the context, as it leans on them."""
    return await interactions_of_party(info, party, HistoryRequest(span, every, first, after))
