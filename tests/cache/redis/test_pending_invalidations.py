"""What is owed to Redis once more while it is being done is not done yet."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.cache.callers import passes

from gateway.cache.redis.commands import Talk
from gateway.cache.redis.keys import Names
from gateway.cache.redis.pending_invalidations import MOST
from gateway.cache.redis.scripts import DROP, FORGET


@dataclass(slots=True)
class Redis:
    """A driver and its client in one: each command is done at once, and its answer comes when it is let."""

    said: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def client(self) -> "Redis":
        """Itself."""
        return self

    async def execute_command(self, _eval: str, script: str, *_: Any) -> list[int]:
        """Nothing was dropped, and there is no more."""
        self.said.append(script)
        await self.gate.wait()
        return [0, 0]


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize(
    ("owed", "script"), [(["a"], DROP), ([str(number) for number in range(MOST + 1)], FORGET)]
)
async def test_what_is_owed_again_while_it_is_being_done_is_done_again(
    owed: list[str],
    script: str,
    again: bool,  # noqa: FBT001  # the case
) -> None:
    redis = Redis()
    talk = Talk(redis, Names("c360"))  # type: ignore[arg-type]  # as far as it is used
    talk.owed.add(owed)
    settling = asyncio.create_task(talk.settle())
    await passes()
    assert redis.said == [script]
    if again:
        talk.owed.add(["a"])  # a change after Redis has done what was owed, and before we hear of that
    redis.gate.set()
    await settling
    assert redis.said == [script] * (1 + again)
    assert not talk.owed


async def test_a_drop_that_left_nothing_over_does_not_let_everything_be_forgotten_once_more() -> None:
    redis = Redis()
    talk = Talk(redis, Names("c360"))  # type: ignore[arg-type]  # as far as it is used
    talk.owed.add([str(number) for number in range(MOST + 1)])
    settling = asyncio.create_task(talk.settle())
    await passes()
    talk.owed.add([])
    redis.gate.set()
    await settling
    assert redis.said == [FORGET]
    assert not talk.owed


@pytest.mark.parametrize("owed", [["a"], [str(number) for number in range(MOST + 1)]])
async def test_what_nobody_heard_done_stays_owed(owed: list[str]) -> None:
    talk = Talk(Redis(), Names("c360"))  # type: ignore[arg-type]  # as far as it is used
    talk.owed.add(owed)
    settling = asyncio.create_task(talk.settle())
    await passes()
    settling.cancel()
    await passes()
    assert talk.owed
    assert not talk.settling.locked()
