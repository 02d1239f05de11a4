"""A source dressed as a catalog says, for tests of what its words do."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.store import MemoryStore
from gateway.catalog.loader import read
from gateway.contract.batch import Answer, Answers, Fetch, Key
from gateway.errors import SourceError
from gateway.pipeline import Dresser
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.telemetry.source_stats import Tally
from support.batches import batch

CATALOG = """[sources.desk]
kind = "memory"
spelling = "snake_case"
{words}
[records.ServiceRequest]
source = "desk"
at = "requests"
by.id = {{}}
by.account_id = {{}}
"""


class At:
    """A source dressed as a catalog says, before an upstream of the test's own."""

    def __init__(self, fetch: Fetch, words: Sequence[str]) -> None:
        catalog = read(CATALOG.format(words="\n".join(words)), {}, RECORDS, RELATIONS)
        self.dresser = Dresser(catalog, MemoryStore(BoundedMemory(1000, 10_000_000, time.time)))
        self.fetch = self.dresser.dressed("desk", fetch)
        self.lookup = catalog.entries["ServiceRequest", "id"].lookup

    async def ask(self, *keys: Key, left: float | None = None) -> Answers:
        """What these keys are told."""
        return await self.fetch(batch(*keys, left=left, lookup=self.lookup))

    @property
    def tally(self) -> Tally:
        """What was counted."""
        return self.dresser.tallies["desk"]


@asynccontextmanager
async def dressed(upstream: Fetch, *words: str) -> AsyncIterator[At]:
    at = At(upstream, words)
    async with aclosing(at.dresser):
        yield at


def kinds(answers: Answers) -> set[type[Answer] | type[SourceError]]:
    return {type(each) for each in answers.values()}
