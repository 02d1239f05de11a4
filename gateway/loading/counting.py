"""Numbers of records of a bounded list, by stream: from its first page, else counted by a database, else by reading."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.contract.batch import Window
from gateway.errors import SourceError
from gateway.loading.list_totals import can_count, count_records, counts_many
from gateway.loading.loader import Loader
from gateway.loading.merge import PageBounds, Results, Stream, StreamPage, stream_records

MAX_COUNTED = 1_000  # records of one key that are read to be counted


@dataclass(frozen=True, slots=True)
class StreamCount:
    """The number of records of one stream; None if it is not known."""

    stream: Stream
    number: int | None
    not_configured: bool = False


def count_of(page: StreamPage) -> StreamCount:
    """The number of records on a page, if it holds the whole stream."""
    is_known = page.exhausted and not page.failed and not page.unreadable
    return StreamCount(page.stream, len(page.records) if is_known else None, page.not_configured)


async def count_streams(
    loader: Loader, streams: Sequence[Stream], bounds: PageBounds, first_page: Sequence[StreamPage] = ()
) -> list[StreamCount]:
    """Count each stream. `first_page`: pages of the same bounds; what they hold whole is not asked for again."""
    loaded = {page.name: page for page in first_page}
    return list(await asyncio.gather(*(_count(loader, each, bounds, loaded.get(each.name)) for each in streams)))


async def load_uncountable(loader: Loader, streams: Sequence[Stream], bounds: PageBounds) -> None:
    """Load the streams that are counted by reading. The loader keeps them for `count_streams`.

    Beside a first page of the same bounds they cost no batch more: its batches read further.
    """
    reading = [stream for stream in streams if stream.error is None and not counts_many(loader, stream)]
    await asyncio.gather(*(_whole_stream(loader, stream, bounds) for stream in reading))


async def _count(loader: Loader, stream: Stream, bounds: PageBounds, page: StreamPage | None) -> StreamCount:
    if page is None and stream.error is not None:
        return StreamCount(stream, None, not_configured=not stream.error.is_failure)
    if page is not None and (page.exhausted or page.failed or page.unreadable):
        return count_of(page)
    if not counts_many(loader, stream):
        whole = await _whole_stream(loader, stream, bounds)
        is_known = whole.exhausted or whole.failed or whole.unreadable
        if is_known or not can_count(loader, stream):
            return count_of(whole)
    try:
        return StreamCount(stream, await count_records(loader, [stream], bounds))
    except SourceError:
        return StreamCount(stream, None)


async def _whole_stream(loader: Loader, stream: Stream, bounds: PageBounds) -> StreamPage:
    """All records of a stream; it is not `exhausted` if a key has too many."""
    window = _window(stream, bounds)
    results: Results = await asyncio.gather(*(loader.load(stream.record, by, key, window) for by, key in stream.keys))
    if any(result.list_failure for result in results):
        return StreamPage(stream, [], results, failed=True)
    limit = window.limit
    is_cut = limit is not None and any(len(result.listed) + result.unreadable >= limit for result in results)
    records = await stream_records(stream, results, window, bounds)
    return StreamPage(stream, records, results, exhausted=not is_cut)


def _window(stream: Stream, bounds: PageBounds) -> Window:
    """The window of the list's first page but for its limit, so that lists of one document share a batch."""
    limit = None if stream.unlimited else MAX_COUNTED + 1
    window = Window(bounds.since, bounds.until, limit, None, bounds.zone)
    is_future = bounds.until is not None and bounds.until > bounds.now
    return replace(window, until=None) if is_future else window
