"""A source dressed as a catalog says, for tests of what its words do."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.store import MemoryStore
from gateway.catalog.loader import parse_catalog
from gateway.contract.batch import Answer, Answers, Fetch, Key
from gateway.errors import SourceError
from gateway.pipeline import PipelineBuilder
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.telemetry.source_stats import SourceStats
from support.batches import batch

CATALOG = """[sources.desk]
kind = "memory"
naming = "snake_case"
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
        catalog = parse_catalog(CATALOG.format(words="\n".join(words)), {}, RECORDS, RELATIONS)
        self.pipeline = PipelineBuilder(catalog, MemoryStore(BoundedMemory(1000, 10_000_000, time.time)))
        self.fetch = self.pipeline.build("desk", fetch)
        self.lookup = catalog.entries["ServiceRequest", "id"].lookup

    async def ask(self, *keys: Key, left: float | None = None) -> Answers:
        """What these keys are told."""
        return await self.fetch(batch(*keys, left=left, lookup=self.lookup))

    @property
    def stats(self) -> SourceStats:
        """What was counted."""
        return self.pipeline.source_stats["desk"]


@asynccontextmanager
async def dressed(upstream: Fetch, *words: str) -> AsyncIterator[At]:
    at = At(upstream, words)
    async with aclosing(at.pipeline):
        yield at


def kinds(answers: Answers) -> set[type[Answer] | type[SourceError]]:
    return {type(each) for each in answers.values()}
