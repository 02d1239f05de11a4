"""However it is used, it holds no more than it may, and what was used last."""

from collections import OrderedDict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.cache.callers import Watch

from gateway.cache.memory_backend import BoundedMemory, Held

MOST_ENTRIES = 4
MOST_BYTES = 100
NAMES = st.sampled_from("abcdefg")
TAGS = st.lists(st.sampled_from("xyz"), unique=True, max_size=3).map(tuple)
STEPS = st.one_of(
    st.tuples(st.just("set"), NAMES, st.builds(Held, st.integers(), st.integers(1, 120), TAGS)),
    st.tuples(st.just("get"), NAMES, st.none()),
    st.tuples(st.just("delete"), NAMES, st.none()),
    st.tuples(st.just("drop"), TAGS, st.none()),
    st.tuples(st.just("go"), st.integers(1, 6), st.none()),
)
TTL = 10.0


class Naive:
    """What is held, said as plainly as can be: from the least recently used to the most."""

    def __init__(self) -> None:
        self.held: OrderedDict[str, tuple[float, Held]] = OrderedDict()

    def set(self, name: str, value: Held, now: float) -> None:
        """The new, then as many of the oldest out as it takes."""
        self.held.pop(name, None)
        if value.bytes <= MOST_BYTES:
            self.held[name] = (now + TTL, value)
        while len(self.held) > MOST_ENTRIES or self.bytes > MOST_BYTES:
            self.held.popitem(last=False)

    def get(self, name: str, now: float) -> Held | None:
        """What is there and not over."""
        known = self.held.pop(name, None)
        if known is None or known[0] <= now:
            return None
        self.held[name] = known
        return known[1]

    def drop(self, tags: tuple[str, ...]) -> int:
        """All that has one of these."""
        found = [name for name, (_, value) in self.held.items() if set(value.tags) & set(tags)]
        for name in found:
            del self.held[name]
        return len(found)

    @property
    def bytes(self) -> int:
        """Of all."""
        return sum(value.bytes for _, value in self.held.values())


async def step(memory: BoundedMemory, naive: Naive, watch: Watch, does: tuple[str, Any, Any]) -> None:
    """The same to both, and the same said by both."""
    what, which, held = does
    if what == "set":
        await memory.set(which, held, ttl=TTL)
        naive.set(which, held, watch())
    elif what == "get":
        assert await memory.get(which) == naive.get(which, watch())
    elif what == "delete":
        assert await memory.delete(which) == (naive.held.pop(which, None) is not None)
    elif what == "drop":
        assert memory.drop(which) == naive.drop(which)
    else:
        watch.seconds += which


@given(steps=st.lists(STEPS, max_size=40))
@settings(max_examples=200)
async def test_whatever_is_done_it_holds_what_it_should_and_counts_what_it_holds(
    steps: list[tuple[str, Any, Any]],
):
    watch, naive = Watch(), Naive()
    memory = BoundedMemory(MOST_ENTRIES, MOST_BYTES, watch)
    for each in steps:
        await step(memory, naive, watch, each)
        assert memory.counted.entries == len(naive.held) <= MOST_ENTRIES
        assert memory.counted.bytes == naive.bytes <= MOST_BYTES
    for name in list(naive.held):
        assert await memory.get(name) == naive.get(name, watch())


@given(steps=st.lists(STEPS, max_size=40))
async def test_once_all_has_been_let_go_nothing_is_left_to_be_dropped(steps: list[tuple[str, Any, Any]]):
    watch, naive = Watch(), Naive()
    memory = BoundedMemory(MOST_ENTRIES, MOST_BYTES, watch)
    for each in steps:
        await step(memory, naive, watch, each)
    await memory.clear()
    assert (memory.counted.entries, memory.counted.bytes) == (0, 0)
    assert memory.drop("xyz") == 0
    assert not memory._about  # noqa: SLF001  # the index of tags


async def test_the_least_recently_used_goes_first():
    memory = BoundedMemory(2, MOST_BYTES, Watch())
    await memory.set("a", Held(1, 1))
    await memory.set("b", Held(2, 1))
    await memory.get("a")
    await memory.set("c", Held(3, 1))
    assert [await memory.exists(name) for name in "abc"] == [True, False, True]
    assert memory.counted.evicted == 1


async def test_what_is_larger_than_all_room_is_not_held_and_drives_nothing_out():
    memory = BoundedMemory(2, MOST_BYTES, Watch())
    await memory.set("a", Held(1, 60))
    await memory.set("b", Held(2, MOST_BYTES + 1))
    assert [await memory.exists(name) for name in "ab"] == [True, False]


async def test_what_is_over_is_gone_and_takes_no_room():
    watch = Watch()
    memory = BoundedMemory(2, MOST_BYTES, watch)
    await memory.set("a", Held(1, 60, ("x",)), ttl=5)
    watch.seconds += 5
    assert await memory.get("a") is None
    assert (memory.counted.entries, memory.counted.bytes, memory.drop(["x"])) == (0, 0, 0)
