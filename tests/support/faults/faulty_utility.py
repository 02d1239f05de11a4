"""A gateway over the demo utility, in process, whose every system can have bad days.

Real: the utility's data, its REST systems behind real sockets with the demo's own stand-in before them, its
databases (see `faulty_sql`), the demo's catalog, the engine with all that surrounds its sources. The clock
of the context stands still, so that two answers can be compared.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from gateway.config.settings import from_environment
from gateway.contract.batch import Fetch
from gateway.execution.engine import Engine
from gateway.pipeline import PipelineBuilder
from gateway.runtime import load_catalog, open_runtime
from gateway.sources.sql.place import SqlSettings
from gateway_demo.faults.model import Fault, FaultSchedule
from gateway_demo.faults.proxy import FaultProxy
from gateway_demo.generate.generator import generate
from gateway_demo.launch.launcher import CATALOG, NOW
from gateway_demo.launch.serve_systems import systems_app
from gateway_demo.stores.schemas import DATABASES
from gateway_demo.systems.auth import Credentials
from gateway_demo.systems.services import SERVICES
from support.demo.faulty_systems import served_with_faults
from support.demo.running_demo import environment
from support.faults.faulty_sql import surrounded
from support.faults.requests import GraphQLRequest, ResponseBody

CUSTOMERS = 76  # every planted case, and one of no interest
REST = tuple(Path(service.database).stem for service in SERVICES)
SYSTEMS = (*REST, *DATABASES)
LONG, SHORT = 30.0, 0.15  # seconds of patience: nobody loses it by chance, or does soon
MAX_IN_FLIGHT = 4  # calls to one system at a time
MAX_BYTES = 400_000  # bytes of an answer: more than any healthy one has


@dataclass
class FaultyUtility:
    """The generated systems, what befalls them, and the environment of a gateway over them."""

    folder: Path
    faults: FaultSchedule
    known: Mapping[str, str]
    healthy: dict[object, ResponseBody] = field(default_factory=dict)


@contextmanager
def faulty_utility(folder: Path) -> Iterator[FaultyUtility]:
    """A small utility, generated here, whose REST systems answer."""
    generate(folder, customers=CUSTOMERS)
    faults = FaultSchedule(SYSTEMS)
    roots = {service.root: Path(service.database).stem for service in SERVICES}
    with served_with_faults(FaultProxy(systems_app(folder, Credentials()), faults, roots)) as address:
        yield FaultyUtility(folder, faults, environment(int(address.rpartition(":")[2]), folder))


class FaultyGateway:
    """A gateway over that utility: asks it, and lets things go wrong."""

    def __init__(self, utility: FaultyUtility, engine: Engine, pipeline: PipelineBuilder) -> None:
        self.utility, self.engine, self.pipeline = utility, engine, pipeline
        self.faults = utility.faults
        engine.now = lambda: datetime.fromisoformat(NOW)

    async def ask(self, question: GraphQLRequest) -> ResponseBody:
        """The body of the response."""
        return (await self.engine.execute(question.text, dict(question.variables))).body()

    async def ask_healthy(self, question: GraphQLRequest) -> ResponseBody:
        """The body where nothing is wrong; each question is asked once for all tests."""
        known = self.utility.healthy
        asked = (question.text, msgspec.json.encode(question.variables, order="sorted"))
        if asked not in known:
            self.faults.clear()
            known[asked] = await self.ask(question)
            assert "errors" not in known[asked], known[asked]["errors"]
        return known[asked]

    def systems_of(self, source: str) -> frozenset[str]:
        """What callers call a source: the systems of all records that it has a part in."""
        lookups = self.engine.systems.items()
        return frozenset(name for name, found in lookups if any(each.source == source for each in found))

    def befall(self, source: str, *faults: Fault) -> None:
        """Let these faults, and no others, befall one system."""
        self.faults.put(source, faults)


@asynccontextmanager
async def faulty_gateway(
    utility: FaultyUtility,
    impatient: Sequence[str] = (),
    words: str = "breaker = false\nretry = false\n",
) -> AsyncIterator[FaultyGateway]:
    """A gateway for as long as the context lasts; `words` stand at every source of its catalog.

    It is `impatient` with these systems, and very patient with all others.
    """
    file = utility.folder / f"catalog of {' '.join(impatient)} {abs(hash(words))}.toml"
    file.write_text(_catalog(impatient, words), encoding="utf-8")
    env = {**utility.known, "GATEWAY_CATALOG": str(file), "GATEWAY_DEADLINE_MS": "60000"}
    config, opened = from_environment(env), AsyncExitStack()
    catalog = load_catalog(config, env)

    def wrap(name: str, fetch: Fetch) -> Fetch:
        settings = catalog.sources[name].settings
        if not isinstance(settings, SqlSettings):
            return fetch
        database, faulty = surrounded(name, settings, utility.faults)
        opened.push_async_callback(database.close)
        return faulty

    utility.faults.clear()
    async with opened, open_runtime(config, catalog, wrap) as runtime:
        yield FaultyGateway(utility, runtime.engine, runtime.pipeline)
    utility.faults.clear()


def _catalog(impatient: Sequence[str], words: str) -> str:
    def more(found: re.Match[str]) -> str:
        name = found[1]
        size = f"max_bytes = {MAX_BYTES}\nat_once = {MAX_IN_FLIGHT}\n" if name in REST else ""
        return f"{found[0]}timeout = {SHORT if name in impatient else LONG}\n{size}{words}"

    return re.sub(r"(?m)^\[sources\.(\w+)\]\n", more, CATALOG.read_text(encoding="utf-8"))
