"""Whole lists, loaded to be counted: one bounded load for each stream.

No system counts what the filters of a list leave out. So records are counted, and a list that is too long is not.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from gateway.contract.batch import Window
from gateway.loading.loader import Loader
from gateway.loading.merge import PageBounds, Results, Stream, StreamPage, stream_records

MAX_COUNTED = 1_000  # of one key


async def whole_streams(loader: Loader, streams: Sequence[Stream], bounds: PageBounds) -> list[StreamPage]:
    """Load all records of a bounded list; a stream with too many for one key is not `exhausted`."""
    return list(await asyncio.gather(*(_whole_stream(loader, stream, bounds) for stream in streams)))


async def _whole_stream(loader: Loader, stream: Stream, bounds: PageBounds) -> StreamPage:
    if stream.error is not None:
        is_failure = stream.error.is_failure
        return StreamPage(stream, [], stream.failures, failed=is_failure, exhausted=not is_failure)
    window = _window(stream, bounds)
    results: Results = await asyncio.gather(*(loader.load(stream.record, by, key, window) for by, key in stream.keys))
    if any(result.list_failure for result in results):
        return StreamPage(stream, [], results, failed=True)
    limit = window.limit
    is_cut = limit is not None and any(len(result.listed) + result.unreadable >= limit for result in results)
    return StreamPage(stream, list(stream_records(stream, results, window, bounds)), results, exhausted=not is_cut)


def _window(stream: Stream, bounds: PageBounds) -> Window:
    """The window of the list's first page but for its limit, so that one batch serves both."""
    limit = None if stream.unlimited else MAX_COUNTED + 1
    window = Window(bounds.since, bounds.until, limit, None, bounds.zone)
    is_future = bounds.until is not None and bounds.until > bounds.now
    return replace(window, until=None) if is_future else window
