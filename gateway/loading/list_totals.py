"""The number of records of a list, from systems that can count."""

import asyncio
from collections.abc import Sequence

from gateway.contract.batch import Window
from gateway.loading.loader import Loader
from gateway.loading.merge import PageBounds, Stream


async def count_records(loader: Loader, streams: Sequence[Stream], bounds: PageBounds) -> int | None:
    """The number of records of all streams; None if not each of them can be counted exactly.

    Counts of many lists are one question for each lookup. Raises the failure of one.
    """
    counted = [stream for stream in streams if stream.error is None or stream.error.is_failure]
    if not all(can_count(loader, stream) for stream in counted):
        return None
    window = Window(bounds.since, bounds.until, zone=bounds.zone, count=True)
    keys = [(stream.record, by, key) for stream in counted for by, key in stream.keys]
    results = await asyncio.gather(*(loader.load(record, by, key, window) for record, by, key in keys))
    for result in results:
        if result.failure is not None:
            raise result.failure
    counts = [0 if result.not_configured else result.count for result in results]
    return None if None in counts else sum(count for count in counts if count is not None)


def can_count(loader: Loader, stream: Stream) -> bool:
    """Whether the list has all records of one key. Those of several keys may have records in common."""
    return _is_of_one_key(stream) and all(loader.can_count(stream.record, by) for by, _ in stream.keys)


def counts_many(loader: Loader, stream: Stream) -> bool:
    """Whether such a list is counted in one question with others. A service is asked for each: rows may be cheaper."""
    return _is_of_one_key(stream) and all(loader.counts_many(stream.record, by) for by, _ in stream.keys)


def _is_of_one_key(stream: Stream) -> bool:
    return stream.error is None and not stream.is_filtered and len(stream.keys) == 1
