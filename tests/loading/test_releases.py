"""Whatever resolvers ask for, one pass of the event loop hands out a bounded number of records."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.loading.finder import LoadResult
from gateway.loading.releases import SLICE, Releases, ResultFuture

SIZES = st.lists(st.sampled_from([0, 1, 7, SLICE - 1, SLICE, 3 * SLICE]), max_size=60)


async def passes_of(releases: Releases, futures: list[ResultFuture]) -> list[int]:
    """The records that each pass of the event loop hands out, until all futures are done."""
    sizes, before = [releases.objects], releases.objects
    while not all(future.done() for future in futures):
        await asyncio.sleep(0)
        sizes.append(releases.objects - before)
        before = releases.objects
    return sizes


@given(SIZES)
@settings(max_examples=60)
def test_a_pass_hands_out_a_slice_or_one_longer_list(sizes: list[int]) -> None:
    async def check() -> None:
        releases = Releases()
        loop = asyncio.get_running_loop()
        futures: list[ResultFuture] = [loop.create_future() for _ in sizes]
        results = [LoadResult([0] * size) for size in sizes]
        for future, result in zip(futures, results, strict=True):
            releases.hand(future, result)
        handed = await passes_of(releases, futures)
        assert max(handed) < SLICE + max([0, *sizes])
        assert [future.result() for future in futures] == results
        assert releases.objects == sum(sizes)

    asyncio.run(check())


async def test_a_finished_shared_result_waits_for_its_turn() -> None:
    releases = Releases()
    result = LoadResult([0] * SLICE)
    assert releases.take(result)
    assert not releases.take(result)
    await asyncio.sleep(0)
    assert releases.take(result)


async def test_more_records_than_allowed_are_reported() -> None:
    excesses: list[int] = []
    releases = Releases(max_objects=2)
    releases.on_excess = lambda: excesses.append(releases.objects)
    assert releases.take(LoadResult([1, 2]))
    assert excesses == []
    assert releases.take(LoadResult([3]))
    assert releases.take(LoadResult([4]))
    assert excesses == [3]  # once: the execution is already ending


async def test_an_abandoned_future_does_not_stop_the_others() -> None:
    releases = Releases()
    futures: list[ResultFuture] = [asyncio.get_running_loop().create_future() for _ in range(3)]
    releases.hand(futures[0], LoadResult([0] * SLICE))
    for future in futures[1:]:
        releases.hand(future, LoadResult([0]))
    futures[1].cancel()
    await asyncio.sleep(0)
    assert futures[2].result().records == [0]


@given(st.lists(st.integers(0, 2 * SLICE), max_size=40), SIZES)
@settings(max_examples=60)
def test_a_pass_has_room_for_bounded_work(works: list[int], sizes: list[int]) -> None:
    async def check() -> None:
        releases, loop, passed, done = Releases(), asyncio.get_running_loop(), [0], list[tuple[int, int]]()

        async def work(records: int) -> None:
            if (future := releases.turn(records)) is not None:
                await future
            done.append((passed[0], records))

        futures: list[ResultFuture] = [loop.create_future() for _ in sizes]
        tasks = [asyncio.create_task(work(records)) for records in works]
        for future, size in zip(futures, sizes, strict=True):
            releases.hand(future, LoadResult([0] * size))
        while not all(each.done() for each in [*tasks, *futures]):
            await asyncio.sleep(0)
            passed[0] += 1
        assert sorted(records for _, records in done) == sorted(works)
        for number in range(passed[0] + 1):
            in_pass = [records for at, records in done if at == number]
            assert sum(in_pass) <= 2 * SLICE + max([0, *in_pass])  # what began in the pass before, and its own

    asyncio.run(check())
