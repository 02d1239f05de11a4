"""One source behind the middleware that catalog words ask for."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from gateway.cache.store import BoundedMemory, MemoryStore
from gateway.catalog.loader import parse_catalog
from gateway.contract.batch import Answer, Answers, Fetch
from gateway.contract.paths import Key
from gateway.errors import SourceError
from gateway.pipeline import build_pipeline
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.telemetry.source_stats import SourceStats
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


class Pipeline:
    """The middleware of one source around the upstream of a test."""

    def __init__(self, fetch: Fetch, words: Sequence[str]) -> None:
        self.catalog = parse_catalog(CATALOG.format(words="\n".join(words)), {}, RECORDS, RELATIONS)
        store = MemoryStore(BoundedMemory(1000, 10_000_000, time.time))
        self.built = build_pipeline(self.catalog, "desk", fetch, store)
        self.lookup = self.catalog.entries["ServiceRequest", "id"].lookup

    async def ask(self, *keys: Key, remaining: float | None = None) -> Answers:
        return await self.built.fetch(batch(*keys, remaining=remaining, lookup=self.lookup))

    @property
    def stats(self) -> SourceStats:
        return self.built.stats


@asynccontextmanager
async def pipeline(upstream: Fetch, *words: str) -> AsyncIterator[Pipeline]:
    at = Pipeline(upstream, words)
    async with aclosing(at.built):
        yield at


def kinds(answers: Answers) -> set[type[Answer] | type[SourceError]]:
    return {type(answer) for answer in answers.values()}
