"""A page of the activity feed: its entries, its days, its counts, and what it owes."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import strawberry

from gateway.resolvers.activity.feed_counts import CategoryCount, FeedCounts
from gateway.resolvers.graph.activity import CustomerActivity
from gateway.resolvers.graph.connections import Edge, ListPage
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown, state_of
from gateway.resolvers.graph.owed import longest_wait, owed_entries
from gateway.resolvers.graph.page_info import PageInfo
from gateway.resolvers.graph.totals import total_count


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
class CustomerActivityConnection(ListPage):
    """A page of the activity feed, newest first.

    Without a range, a page passes over windows without activities. It shows activities of one window, or with
    `acrossWindows` of as many as fill it.

    window: The days that were searched, and the limits of the search.
    """

    zone: strawberry.Private[ZoneInfo]
    across_windows: strawberry.Private[bool]
    counted: strawberry.Private[FeedCounts | None]
    whole: strawberry.Private[FeedCounts | None]
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
        """Number of activities for each category asked for, in the whole window.

        With `acrossWindows` it is that of the whole feed. Null only after an error of the gateway itself.
        """
        return None if self.counted is None else self.counted.by_category()

    async def _total(self, info: Info) -> int:  # noqa: ARG002  # what a resolver gets
        if self.whole is None:
            raise NotKnown
        return self.whole.total()

    total_count = total_count(
        _total,
        "Number of activities on all pages, over all windows. Null if a system did not answer, or rows cannot be read. "
        "A type that its system cannot count is counted up to 1,000. Rows of pages that were not loaded count, also if "
        "they cannot be read.",
    )
    total_count_state = state_of(total_count)
