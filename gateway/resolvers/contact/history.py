"""Interactions of a customer, an account or a party, newest first and by day (TS-VIEW-1..8)."""

from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import ClassVar
from zoneinfo import ZoneInfo

import strawberry

from gateway.loading.finder import LoadResult
from gateway.loading.merge import Stream
from gateway.resolvers.contact.conversations import Direction
from gateway.resolvers.contact.interactions import Interaction, InteractionStatus
from gateway.resolvers.graph.connections import Connection, ConnectionPage, list_page, list_scope, page_bounds
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.cursors import anchor_day, read_cursor
from gateway.resolvers.graph.date_ranges import CALENDAR, months_before
from gateway.resolvers.graph.descriptions import described, described_input
from gateway.resolvers.graph.interaction_list import InteractionRequest
from gateway.resolvers.graph.list_requests import ListFilter, Values
from gateway.resolvers.party.parties import Party, PartyRelationship, Person


@described_input
class InteractionFilter(ListFilter):
    """Which interactions a list has.

    statuses: Only interactions of these statuses; null for all.
    directions: Only interactions of these directions; null for all.
    """

    VALUES: ClassVar[Values] = {"statuses": attrgetter("status"), "directions": attrgetter("direction")}

    statuses: list[InteractionStatus] | None = None
    directions: list[Direction] | None = None


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
    """A page of interactions, in the order of `orderBy`.

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
    info: Info, stream: Stream, owner: str, request: InteractionRequest, zone: ZoneInfo
) -> InteractionConnection:
    """Load a page of the interactions of `owner`, by days of this zone."""
    page = request.page
    scope = list_scope(("Interaction", owner, request.all), page)
    anchor, positions = read_cursor(page.after, scope, [stream])
    now = info.context.now()
    today = now.astimezone(zone).date()
    day = today if anchor is None else anchor_day(anchor, CALENDAR.since, today)
    since, until = page.days or (None, None)
    if not page.days and not request.all:
        since, until = months_before(day, info.context.rules.interaction_months), day
    bounds = page_bounds(since, until, zone, now)
    merged = await list_page(info.context, [stream], bounds, positions, page)
    window = InteractionWindow(since=since, until=until)
    loaded = ConnectionPage(merged, scope, day.isoformat(), bounds=bounds)
    return InteractionConnection(page=loaded, zone=zone, window=window)


async def party_interactions(info: Info, party: Party, request: InteractionRequest) -> InteractionConnection:
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
