"""A gateway over the demo utility, in process, with faults injected into every system.

The data, the REST systems behind real sockets, the databases, the catalog and the engine are the real ones.
The fault proxy of the demo stands before the REST systems; `faulty_sql` injects faults into the databases.
The engine's clock is fixed, so that two responses can be compared.
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
from gateway.contract.times import Clock
from gateway.execution.engine import Engine
from gateway.pipeline import Pipeline
from gateway.runtime import load_catalog, open_runtime
from gateway.sources.sql.place import SqlSettings
from gateway_demo.faults.model import Fault, FaultSchedule
from gateway_demo.faults.proxy import FaultProxy
from gateway_demo.launch.launcher import CATALOG, NOW
from gateway_demo.launch.serve_systems import systems_app
from gateway_demo.stores.schemas import DATABASES
from gateway_demo.systems.auth import Credentials
from gateway_demo.systems.services import SERVICES
from support.demo.demo_folders import DemoFolder
from support.demo.faulty_systems import served_with_faults
from support.demo.running_demo import environment
from support.faults.faulty_sql import with_faulty_driver
from support.faults.requests import GraphQLRequest, ResponseBody

REST = tuple(Path(service.database).stem for service in SERVICES)
SYSTEMS = (*REST, *DATABASES)
LONG, SHORT = 30.0, 0.15  # seconds of a timeout: never reached by chance, or reached soon
MAX_IN_FLIGHT = 4  # concurrent calls to a system
MAX_BYTES = 400_000  # bytes of a response body: more than any healthy one has


@dataclass
class FaultyUtility:
    """The systems of a demo, their faults, and the environment of a gateway over them."""

    catalogs: Path
    faults: FaultSchedule
    environment: Mapping[str, str]
    healthy: dict[object, ResponseBody] = field(default_factory=dict)


@contextmanager
def faulty_utility(demo: DemoFolder, catalogs: Path) -> Iterator[FaultyUtility]:
    """A demo whose REST systems run behind a fault proxy; `catalogs` is a folder for catalogs."""
    faults = FaultSchedule(SYSTEMS)
    roots = {service.root: Path(service.database).stem for service in SERVICES}
    with served_with_faults(FaultProxy(systems_app(demo.folder, Credentials()), faults, roots)) as address:
        port = int(address.rpartition(":")[2])
        yield FaultyUtility(catalogs, faults, environment(port, demo.folder))


class StoppedClock(Clock):
    """A clock that shows the demo's time for ever."""

    def __call__(self) -> datetime:
        return datetime.fromisoformat(NOW)


class FaultyGateway:
    """A gateway over the utility, with methods to ask it and to set faults."""

    def __init__(self, utility: FaultyUtility, engine: Engine, pipelines: Mapping[str, Pipeline]) -> None:
        self.utility, self.engine, self.pipelines = utility, engine, pipelines
        self.faults = utility.faults
        engine.now = StoppedClock()

    async def ask(self, request: GraphQLRequest) -> ResponseBody:
        return (await self.engine.execute(request.text, dict(request.variables))).body()

    async def ask_healthy(self, request: GraphQLRequest) -> ResponseBody:
        """The response without faults; each request is executed once for all tests."""
        responses = self.utility.healthy
        key = (request.text, msgspec.json.encode(request.variables, order="sorted"))
        if key not in responses:
            self.faults.clear()
            responses[key] = await self.ask(request)
            assert "errors" not in responses[key], responses[key]["errors"]
        return responses[key]

    def systems_of(self, source: str) -> frozenset[str]:
        """The names, in responses, of the systems whose records come from the source."""
        lookups = self.engine.systems.items()
        return frozenset(system for system, entries in lookups if any(entry.source == source for entry in entries))

    def set_faults(self, source: str, *faults: Fault) -> None:
        """Replace the faults of one system."""
        self.faults.put(source, faults)


@asynccontextmanager
async def faulty_gateway(
    utility: FaultyUtility, impatient: Sequence[str] = (), words: str = "breaker = false\nretry = false\n"
) -> AsyncIterator[FaultyGateway]:
    """Open a gateway; `words` are added to every source of its catalog.

    The `impatient` sources have a short timeout, all others a long one.
    """
    file = utility.catalogs / f"catalog of {' '.join(impatient)} {abs(hash(words))}.toml"
    file.write_text(_catalog(impatient, words), encoding="utf-8")
    env = {**utility.environment, "GATEWAY_CATALOG": str(file), "GATEWAY_DEADLINE_MS": "60000"}
    config, opened = from_environment(env), AsyncExitStack()
    catalog = load_catalog(config, env)

    def wrap(name: str, fetch: Fetch) -> Fetch:
        settings = catalog.sources[name].settings
        if not isinstance(settings, SqlSettings):
            return fetch
        database, faulty = with_faulty_driver(name, settings, utility.faults)
        opened.push_async_callback(database.close)
        return faulty

    utility.faults.clear()
    async with opened, open_runtime(config, catalog, wrap) as runtime:
        yield FaultyGateway(utility, runtime.engine, runtime.pipelines)
    utility.faults.clear()


def _catalog(impatient: Sequence[str], words: str) -> str:
    def with_words(table: re.Match[str]) -> str:
        name = table[1]
        size = f"max_bytes = {MAX_BYTES}\nmax_concurrent_calls = {MAX_IN_FLIGHT}\n" if name in REST else ""
        return f"{table[0]}timeout = {SHORT if name in impatient else LONG}\n{size}{words}"

    return re.sub(r"(?m)^\[sources\.(\w+)\]\n", with_words, CATALOG.read_text(encoding="utf-8"))
