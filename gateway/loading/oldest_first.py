"""Lists with the oldest records first.

Sources give the newest rows of a window. So a list is read from its end to the position of its page. Each page reads
less than the one before. A list that is longer than the limit is refused, and never read in part.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from gateway.concurrency.slices import sorted_in_slices
from gateway.contract.batch import Window
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.loading.loader import Loader
from gateway.loading.merge import MergedPage, PageBounds, Results, Stream, StreamPage, every, stream_records
from gateway.loading.positions import KeysetPosition, StreamPositions

MAX_RECORDS = 1_000  # of one key, from the position of a page to the end of its list


async def merge_oldest_first(
    loader: Loader, streams: Sequence[Stream], bounds: PageBounds, positions: StreamPositions, first: int
) -> MergedPage:
    """Load the next `first` records of all streams, oldest first. Raises BadInput for a list that is too long."""
    positions = replace(positions, oldest_first=True)
    loading = (_load_stream(loader, stream, bounds, positions.of(stream.name)) for stream in streams)
    pages = await asyncio.gather(*loading)
    merged = await sorted_in_slices([record for page in pages for record in page.records], itemgetter(0))
    total = len(merged) if positions.at_start and all(page.exhausted for page in pages) else None
    return MergedPage(merged[:first], len(merged) > first, positions, list(pages), None, bounds.until, total)


async def _load_stream(
    loader: Loader, stream: Stream, bounds: PageBounds, position: KeysetPosition | None
) -> StreamPage:
    """Load the records of a stream from a position on, in one load for each key."""
    if stream.error is not None:
        is_failure = stream.error.is_failure
        return StreamPage(stream, [], stream.failures, failed=is_failure, exhausted=not is_failure)
    window = _window(stream, bounds, position)
    results: Results = await asyncio.gather(*(loader.load(stream.record, by, key, window) for by, key in stream.keys))
    if any(result.failure if stream.whole else result.list_failure for result in results):
        return StreamPage(stream, [], results, failed=True)
    if window.limit is not None and any(len(each.listed) + each.unreadable >= window.limit for each in results):
        message = (
            f"More than {MAX_RECORDS:,} entries: read the newest first, or narrow `filter` by `since` and `until`."
        )
        raise BadInput(message, Reason.LIST_TOO_LONG, "orderBy", limit=MAX_RECORDS)
    is_newer = (lambda order: order > position.sort_key()) if position else every
    records = await stream_records(stream, results, window, bounds, is_newer)
    return StreamPage(stream, records, results, exhausted=True)


def _window(stream: Stream, bounds: PageBounds, position: KeysetPosition | None) -> Window:
    since = bounds.since
    if position is not None:
        since = position.time if since is None else max(since, position.time)
    is_future = bounds.until is not None and bounds.until > bounds.now
    limit = None if stream.unlimited else MAX_RECORDS + 1
    return Window(since, None if is_future else bounds.until, limit, None, bounds.zone)
