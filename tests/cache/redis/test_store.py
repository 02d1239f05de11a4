"""Several gateways over one Redis: what one learns all know, and what one drops is gone for all."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.cache.redis_servers import MISSED, URL, Process, corner, listening, place, process

ADA, BEN = "4417-0000-0101", "Ben, 555-0100"


@pytest.fixture
async def here() -> AsyncIterator[tuple[str, Any]]:
    """A corner of the Redis that runs: its prefix, and a plain client."""
    async with corner() as made:
        yield made


@pytest.fixture
async def two(here: tuple[str, Any]) -> AsyncIterator[tuple[Process, Process]]:
    """Two gateways in it."""
    async with listening(URL, here[0]) as one, listening(URL, here[0]) as other:
        yield one, other


async def test_what_one_learns_the_other_knows(two: tuple[Process, Process]):
    one, other = two
    await one.put(ADA, "Bill#1", rows=[{"id": 1, "sum": 2.5}])
    assert await other.rows(ADA) == ({"id": 1, "sum": 2.5},)
    assert await other.rows(BEN) is None


async def test_what_one_drops_is_gone_for_all_and_all_are_told(two: tuple[Process, Process]):
    one, other = two
    await one.put(ADA, "Bill#1", "Bill.account_id")
    await one.put(BEN, "Bill#2", "Bill.account_id")
    assert await other.store.drop(["Bill#1", "Bill#\ud800", "Bill#404"]) == 1
    assert (await one.rows(ADA), await one.rows(BEN)) == (None, ({"id": 1},))
    await one.ears.hear("Bill#1", "Bill#\ud800", "Bill#404")
    await other.ears.hear("Bill#1", "Bill#\ud800", "Bill#404")
    assert await one.store.drop(["Bill.account_id"]) == 1
    assert await other.rows(BEN) is None


async def test_however_many_are_about_a_tag_all_of_them_are_dropped(two: tuple[Process, Process]):
    one, other = two
    for number in range(1_201):
        await one.put(str(number), "Bill.account_id", f"Bill#{number}")
    assert await other.store.drop([f"Bill#{number}" for number in range(600)]) == 600
    assert await other.store.drop(["Bill.account_id"]) == 601
    assert not any(await one.store.get_many([place(str(number)) for number in range(1_201)]))


async def test_an_answer_is_not_put_by_whoever_has_not_heard_of_a_drop_yet(two: tuple[Process, Process]):
    one, other = two
    listener = one.store.listener
    assert listener is not None
    before = listener.last
    await other.store.drop(["Bill#1"])
    await one.ears.hear("Bill#1")
    heard, listener.last = listener.last, before  # as if the news were still on its way
    await one.put(ADA, "Bill#1")
    await one.put(BEN, "Bill#2")
    assert (await other.rows(ADA), await other.rows(BEN)) == (None, ({"id": 1},))
    listener.last = heard
    await one.put(ADA, "Bill#1")
    assert await other.rows(ADA) == ({"id": 1},)


async def test_an_answer_is_not_put_by_whoever_has_not_heard_that_all_is_forgotten(
    two: tuple[Process, Process],
):
    one, other = two
    listener = one.store.listener
    assert listener is not None
    before = listener.last
    other.store.talk.owed.everything = True
    await other.store.settle()
    await one.ears.hear(*MISSED)
    listener.last = before  # as if the news were still on its way
    await one.put(ADA, "Bill#1")
    assert await other.rows(ADA) is None


async def test_who_does_not_listen_puts_nothing_there(here: tuple[str, Any]):
    async with listening(URL, here[0]) as one, process(URL, here[0]) as other:
        assert other.store.listener is not None
        if not other.store.listener.listening.is_set():
            await other.put(ADA, "Bill#1")
            assert await one.rows(ADA) is None
        await other.store.listener.listening.wait()
        assert await other.ears.told.get() == MISSED
        await other.put(ADA, "Bill#1")
        assert await one.rows(ADA) == ({"id": 1},)


async def test_everything_there_ends_by_itself_and_no_name_tells_a_key(
    two: tuple[Process, Process], here: tuple[str, Any]
):
    prefix, client = here
    await two[0].put(BEN, f"Bill.account_id={BEN}")
    await two[0].store.claim([place(BEN)])
    await two[0].store.drop([f"Bill.account_id={ADA}"])
    names = {name async for name in client.scan_iter(f"{prefix}:*")}  # a scan may tell one twice
    endless = [name for name in names if await client.pttl(name) < 0]
    assert sorted(endless) == [f"{prefix}:generation".encode(), f"{prefix}:last".encode()]
    assert len(names) == 7
    for name in names:
        assert not any(word in name for word in (b"Ben", b"555-", b"4417-", b"Bill"))


async def test_a_tag_lives_as_long_as_the_longest_of_its_values(
    two: tuple[Process, Process], here: tuple[str, Any]
):
    prefix, client = here
    await two[0].put(ADA, "Bill.account_id")
    (tag,) = [name async for name in client.scan_iter(f"{prefix}:about:*")]
    ((value, ends),) = await client.zrange(tag, 0, -1, withscores=True)
    assert ends - 1_000 < await client.pexpiretime(value) <= ends + 1
    assert await client.pexpiretime(tag) >= await client.pexpiretime(value)


async def test_of_several_only_one_may_ask(two: tuple[Process, Process], here: tuple[str, Any]):
    one, other = two
    assert await one.store.claim([place(ADA)]) == [True]
    assert await other.store.claim([place(ADA), place(BEN)]) == [False, True]
    assert await one.store.claim([place(ADA)]) == [True]  # its own
    await other.store.release([place(ADA)])  # none of its own
    assert await other.store.claim([place(ADA)]) == [False]
    await one.store.release([place(ADA)])
    assert await other.store.claim([place(ADA)]) == [True]
    ends = [await here[1].pttl(name) async for name in here[1].scan_iter(f"{here[0]}:*:asked")]
    assert all(0 < left <= 2_000 for left in ends)


async def test_what_is_too_large_or_has_no_form_in_bytes_is_not_remembered(two: tuple[Process, Process]):
    one, _ = two
    await one.put(ADA, "Bill#1", rows=[{"id": "x" * 2_000_000}])
    await one.put(BEN, "Bill#1", rows=[{"id": {1, 2}}])
    assert (await one.rows(ADA), await one.rows(BEN)) == (None, None)
    await one.put(ADA, *(f"Bill#{number}" for number in range(2_001)))
    assert await one.rows(ADA) is None


async def test_a_new_generation_believes_nothing_of_the_old(
    two: tuple[Process, Process], here: tuple[str, Any]
):
    one, other = two
    await one.put(ADA, "Bill#1")
    await here[1].unlink(f"{here[0]}:generation")  # thrown away for want of room, say
    assert await other.rows(ADA) is None
    await one.put(BEN, "Bill#2")  # begins the next
    await other.ears.hear(*MISSED)
    await one.ears.hear(*MISSED)
    assert await other.rows(ADA) is None
    await other.put(BEN, "Bill#2")
    assert await one.rows(BEN) == ({"id": 1},)
