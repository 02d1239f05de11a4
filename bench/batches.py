"""The batches of each document, counted around the fetches of a gateway in this process."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from bench.answers import SAMPLES
from bench.documents import Document
from gateway.config.settings import from_environment
from gateway.contract.batch import Answers, Batch, Fetch
from gateway.runtime import load_catalog, open_runtime


async def batches(documents: tuple[Document, ...], environment: Mapping[str, str]) -> dict[str, Counter[str]]:
    """The batches of all samples, by document and kind of source."""
    config = from_environment(environment)
    catalog = load_catalog(config, environment)
    counter: Counter[str] = Counter()

    def counted(name: str, fetch: Fetch) -> Fetch:
        async def through(batch: Batch) -> Answers:
            counter[catalog.sources[name].kind] += 1
            return await fetch(batch)

        return through

    by_document: dict[str, Counter[str]] = {}
    async with open_runtime(config, catalog, counted) as runtime:
        for document in documents:
            counter.clear()
            for body in document.bodies[:: len(document.bodies) // SAMPLES]:
                variables = msgspec.json.decode(body)["variables"]
                await runtime.engine.execute(document.text, variables)
            by_document[document.name] = Counter(counter)
    return by_document
