"""A page of the activity feed: its entries, its days, its counts, and what it owes."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import strawberry

from gateway.loading.merge import MergedPage
from gateway.resolvers.graph.activity import ActivityCategory, CustomerActivity
from gateway.resolvers.graph.connections import ConnectionPage, Edge, PageInfo
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.owed import longest_wait, owed_entries
from gateway.resolvers.graph.source_status import SourceStatus


@described
class ActivityWindow:
    """The days that were searched, and the limits of the search.

    since: First day that was searched: the start of the window in which the page ends.
    until: Last day that was searched. Windows that the page passed over or filled are included.
    earliest: Earliest day that can be searched.
    max_months: Longest range, in calendar months.
    history_years: Number of years that can be searched.
    """

    since: date
    until: date
    earliest: date
    max_months: int
    history_years: int


@described
class CategoryCount:
    """Number of activities of one category in the window.

    category: The category that is counted.
    count: Number of activities; null if a system of this category did not answer, or rows of it cannot be read.
    """

    category: ActivityCategory
    count: int | None


@described
class CustomerActivityConnection:
    """A page of the activity feed, newest first.

    Without a range, a page passes over windows without activities. It shows activities of one window, or with
    `acrossWindows` of as many as fill it.

    window: The days that were searched, and the limits of the search.
    """

    page: strawberry.Private[ConnectionPage]
    zone: strawberry.Private[ZoneInfo]
    across_windows: strawberry.Private[bool]
    whole_window: strawberry.Private[MergedPage | None]
    window: ActivityWindow

    @strawberry.field
    def edges(self) -> list[Edge[CustomerActivity]]:
        """The activities with their cursors; without those of systems that did not answer."""
        return self.page.edges()

    @strawberry.field
    def nodes(self) -> list[CustomerActivity]:
        """The activities without cursors; without those of systems that did not answer."""
        return self.page.nodes()

    @strawberry.field
    def page_info(self, info: Info) -> PageInfo:
        """Position of the page, and the activities that it owes. `endCursor` also asks for those.

        With `acrossWindows`, `hasNextPage` counts only activities of systems that answered. Without it, it stays
        true while a system is away.
        """
        position = self.page.info()
        owed = owed_entries(info, self.page.merged, self.zone)
        if self.across_windows:
            position = replace(position, has_next_page=self.page.merged.more or self.page.older)
        return replace(position, owed=owed, retry_after_seconds=longest_wait(owed))

    @strawberry.field
    def counts(self) -> list[CategoryCount] | None:
        """Number of activities in the whole window, for each category asked for.

        Null only after an error of the gateway itself.
        """
        if self.whole_window is None:
            return None
        counts: dict[ActivityCategory, int | None] = {}
        configured: set[ActivityCategory] = set()
        for stream_page in self.whole_window.stream_pages:
            category = stream_page.stream.record.CATEGORY  # type: ignore[attr-defined]  # an activity
            count = counts.get(category, 0)
            records = 0 if stream_page.not_configured else len(stream_page.records)
            counts[category] = (
                None if stream_page.failed or stream_page.unreadable or count is None else count + records
            )
            configured |= set() if stream_page.not_configured else {category}
        return [
            CategoryCount(category=category, count=count if category in configured else None)
            for category, count in counts.items()
        ]

    @strawberry.field
    def complete(self) -> bool:
        """False if a system did not answer, or if rows of it cannot be read; `sources` says which."""
        return self.page.is_complete()

    @strawberry.field
    def unreadable(self) -> int:
        """Number of rows, around this page, that cannot be read and are missing."""
        return self.page.merged.unreadable

    @strawberry.field
    def sources(self) -> list[SourceStatus]:
        """Status of each system that the page was loaded from."""
        return self.page.sources()
