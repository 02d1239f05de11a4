"""Interactions of a customer, an account or a party, newest first and by day (TS-VIEW-1..8)."""

from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

import strawberry

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.loading.finder import LoadResult
from gateway.loading.merge import Stream, merge_page
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.connections import Connection, ConnectionPage, PageRequest, page_bounds, page_size
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.cursors import anchor_day, cursor_scope, read_cursor
from gateway.resolvers.graph.date_ranges import CALENDAR, DateSpan, months_before, valid_span
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.party.parties import Party, PartyRelationship, Person


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

    @strawberry.field
    def days(self) -> list[InteractionDay] | None:
        """The same page grouped by day; null if unknown."""
        if not self.page.is_known():
            return None
        days = groupby(self.page.nodes(), lambda interaction: interaction.started_at.astimezone(self.zone).date())
        return [InteractionDay(date=day, interactions=list(interactions)) for day, interactions in days]


async def interaction_history(
    info: Info, stream: Stream, owner: str, request: PageRequest, zone: ZoneInfo
) -> InteractionConnection:
    """Load a page of the interactions of `owner`, by days of this zone."""
    scope = cursor_scope("Interaction", owner, request.days, request.all)
    anchor, positions = read_cursor(request.after, scope, [stream])
    now = info.context.now()
    today = now.astimezone(zone).date()
    day = today if anchor is None else anchor_day(anchor, CALENDAR.since, today)
    span = _span(request, day, info.context.rules.interaction_months)
    first = page_size(request.first, info.context)
    bounds = page_bounds(span, zone, now)
    merged = await merge_page(info.context.loader, [stream], bounds, positions, first)
    window = InteractionWindow(since=span.since if span else None, until=span.until if span else None)
    return InteractionConnection(page=ConnectionPage(merged, scope, day.isoformat()), zone=zone, window=window)


def _span(request: PageRequest, day: date, months: int) -> DateSpan | None:
    """The days to search, by default the newest months up to `day`; None for all days."""
    if request.all and request.range:
        raise BadInput("Pass either `range` or `all: true`, not both.", Reason.ARGUMENTS_CONFLICT, "all")
    if request.all:
        return None
    if request.days:
        return valid_span(*request.days)
    return DateSpan(months_before(day, months), day)


async def party_interactions(info: Info, party: Party, request: PageRequest) -> InteractionConnection:
    """The interactions of a party and of its relationships, each once (TS-REL-1).

    An interaction of a relationship also belongs to its person and its organization. So it is found from
    each of the three.
    """
    keys, relationships = await _party_keys(info, party)
    error = None if relationships is None else relationships.error
    lookups = tuple(("party_id", key) for key in dict.fromkeys(keys))
    via = None if relationships is None else (PartyRelationship, relationships)
    stream = Stream("Interaction", Interaction, () if error else lookups, 0, error=error, via=via)
    owner = f"{type(party).__name__} {party.id}"
    return await interaction_history(info, stream, owner, request, info.context.zone)


async def _party_keys(info: Info, party: Party) -> tuple[list[str], LoadResult[PartyRelationship] | None]:
    """The parties whose interactions belong to this one, and the relationships that were loaded for it."""
    if isinstance(party, PartyRelationship):
        return [key for key in (party.id, party.person_id, party.organization_id) if key], None
    by = "person_id" if isinstance(party, Person) else "organization_id"
    if not info.context.loader.has_lookup(PartyRelationship, by):
        return [party.id], None  # this utility keeps no relationships
    relationships = await info.context.loader.load(PartyRelationship, by, party.id)
    return [party.id, *(relationship.id for relationship in relationships.records)], relationships
