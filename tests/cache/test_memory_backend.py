"""However it is used, the bounded memory holds no more than it may, and the values used last."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.cache.cached_sources import Clock

from gateway.cache.store import BoundedMemory

MAX_ENTRIES = 4
MAX_BYTES = 100
TTL = 10.0


@dataclass(frozen=True)
class Value:
    number: int
    size: int
    expires_at: float = float("inf")


NAMES = st.sampled_from("abcdefg")
STEPS = st.one_of(
    st.tuples(st.just("set"), NAMES, st.builds(Value, st.integers(), st.integers(1, 120))),
    st.tuples(st.just("get"), NAMES, st.none()),
    st.tuples(st.just("delete"), NAMES, st.none()),
    st.tuples(st.just("wait"), st.integers(1, 6), st.none()),
)


class Model:
    """The same in the plainest form: values from the least recently used to the most."""

    def __init__(self) -> None:
        self.values: OrderedDict[str, Value] = OrderedDict()

    def set(self, name: str, value: Value) -> None:
        self.values.pop(name, None)
        if value.size <= MAX_BYTES:
            self.values[name] = value
        while len(self.values) > MAX_ENTRIES or self.bytes > MAX_BYTES:
            self.values.popitem(last=False)

    def get(self, name: str, now: float) -> Value | None:
        value = self.values.pop(name, None)
        if value is None or value.expires_at <= now:
            return None
        self.values[name] = value
        return value

    @property
    def bytes(self) -> int:
        return sum(value.size for value in self.values.values())


async def step(memory: BoundedMemory, model: Model, clock: Clock, action: tuple[str, Any, Any]) -> None:
    """Do the same to both, and compare the results."""
    verb, name, value = action
    if verb == "set":
        value = replace(value, expires_at=clock() + TTL)
        await memory.set(name, value)
        model.set(name, value)
    elif verb == "get":
        assert await memory.get(name) == model.get(name, clock())
    elif verb == "delete":
        assert await memory.delete(name) == (model.values.pop(name, None) is not None)
    else:
        clock.seconds += name


@given(actions=st.lists(STEPS, max_size=40))
@settings(max_examples=200)
async def test_it_holds_and_counts_what_a_plain_model_holds(actions: list[tuple[str, Any, Any]]):
    clock, model = Clock(), Model()
    memory = BoundedMemory(MAX_ENTRIES, MAX_BYTES, clock)
    for action in actions:
        await step(memory, model, clock, action)
        assert len(memory.entries) == len(model.values) <= MAX_ENTRIES
        assert memory.entries.currsize == model.bytes <= MAX_BYTES
    names = list(model.values)
    assert await memory.multi_get(names) == [model.get(name, clock()) for name in names]
    await memory.clear()
    assert (len(memory.entries), memory.entries.currsize) == (0, 0)


async def test_the_least_recently_used_is_evicted_and_counted():
    memory = BoundedMemory(2, MAX_BYTES, Clock())
    await memory.set("a", Value(1, 1))
    await memory.set("b", Value(2, 1))
    await memory.get("a")
    await memory.set("c", Value(3, 1))
    assert [await memory.exists(name) for name in "abc"] == [True, False, True]
    assert memory.entries.evictions == 1


async def test_a_value_larger_than_the_memory_evicts_nothing():
    memory = BoundedMemory(2, MAX_BYTES, Clock())
    await memory.set("a", Value(1, 60))
    await memory.set("b", Value(2, MAX_BYTES + 1))
    assert [await memory.exists(name) for name in "ab"] == [True, False]
    assert memory.entries.evictions == 0


async def test_an_expired_value_is_gone_and_takes_no_memory():
    clock = Clock()
    memory = BoundedMemory(2, MAX_BYTES, clock)
    await memory.set("a", Value(1, 60, clock() + 5))
    clock.seconds += 5
    assert await memory.get("a") is None
    assert (len(memory.entries), memory.entries.currsize) == (0, 0)
