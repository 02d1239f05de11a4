"""The position of a page in its list."""

from dataclasses import field

from gateway.access.audiences import PARTNER
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.owed import OwedEntries
from gateway.resolvers.graph.tags import known_to


@described
@known_to(PARTNER)
class PageInfo:
    """Position of a page in its list.

    has_next_page: True if more entries follow, or may follow because a system did not answer.
    has_previous_page: True if this page was requested with a cursor.
    start_cursor: Cursor of the first entry; null on an empty page.
    end_cursor: Cursor to pass as `after` for the next page. After a failure the same cursor asks the missing
        systems again. Null on an empty page of a search.
    owed: Entries that are missing up to `endCursor`, for each system that did not answer. Empty in lists that
        are null while their system is away.
    retry_after_seconds: Seconds to wait before asking for them with `endCursor`; null if nothing is owed, or no
        time is known.
    """

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
    owed: list[OwedEntries] = field(default_factory=list)
    retry_after_seconds: int | None = None
