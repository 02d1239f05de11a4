"""Makes a demo where there is none yet, and runs its systems and the gateway until Ctrl-C."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from asyncpg import PostgresError
from sqlalchemy import URL, make_url

from gateway_demo.generate.folder import Manifest, clear, is_finished, mark_finished
from gateway_demo.generate.progress import Progress, progress_on
from gateway_demo.launch.examples import write_examples
from gateway_demo.launch.processes import ChildFailed, ChildProcess, run_together
from gateway_demo.launch.welcome import fault_instructions
from gateway_demo.stores.backends import ForeignSchema
from gateway_demo.stores.schemas import DATABASES, SERVICES
from gateway_demo.systems.auth import credentials_from

HOST = "127.0.0.1"
NOW = "2026-11-15T12:00:00-05:00"
ZONE = "America/New_York"
CATALOG = Path(__file__).with_name("catalog.toml")
SERVE_COMMAND = (sys.executable, "-m", "gateway", "serve")
INTERRUPTED = 130


class Generate(Protocol):
    """What fills a folder, and a PostgreSQL database where one is named."""

    def __call__(
        self, folder: Path, *, customers: int, seed: int, database: str | None, progress: Progress
    ) -> None:
        """Write everything that the demo's systems hold."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What somebody wants of the demo."""

    folder: Path
    customers: int
    seed: int
    database: str | None
    port: int
    generate_only: bool
    faults: bool = False


@dataclass(frozen=True, slots=True)
class LaunchParts:
    """What a launch is made of: the generator, the gateway's command, and what is said when it runs."""

    generate: Generate
    welcome: Callable[[str], str]
    serve: Sequence[str] = SERVE_COMMAND


def launch(wish: DemoOptions, parts: LaunchParts) -> int:
    """The exit code: 0 after Ctrl-C, 1 when something failed, with a sentence that says what."""
    # A polite kill is the same wish as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _launch(wish, parts)
    except ChildFailed as error:
        return _fail(f"{error}; everything was ended")
    except (OSError, sqlite3.Error, PostgresError, ForeignSchema) as error:
        return _fail(f"the demo could not be made: {error}")
    except KeyboardInterrupt:
        _say("stopped")
        return INTERRUPTED if wish.generate_only else 0


def _launch(wish: DemoOptions, parts: LaunchParts) -> int:
    if not wish.generate_only and not _is_free(wish.port):
        return _fail(f"port {wish.port} is taken; PORT or --port names another")
    prepare(wish, parts.generate)
    if wish.generate_only:
        return 0
    address = f"http://{HOST}:{wish.port}"
    children = child_processes(wish, parts.serve, os.environ)
    said = [parts.welcome(address)]
    if wish.faults:
        said.append(fault_instructions(children[0].environment["DEMO_SYSTEMS_URL"]))
    asyncio.run(run_together(children, lambda: _say("\n".join(said), sys.stdout)))
    _say("stopped")
    return 0


def _fail(sentence: str) -> int:
    _say(f"gateway-demo: {sentence}.")
    return 1


def _say(sentence: str, stream: TextIO = sys.stderr) -> None:
    stream.write(f"{sentence}\n")
    stream.flush()


def prepare(wish: DemoOptions, generate: Generate) -> None:
    """Generate, unless the folder holds this very demo already."""
    making = Manifest(wish.customers, wish.seed, _named(wish.database))
    if is_finished(wish.folder, making):
        return
    clear(wish.folder, [*DATABASES, *SERVICES])
    generate(
        wish.folder,
        customers=wish.customers,
        seed=wish.seed,
        database=wish.database,
        progress=progress_on(sys.stderr),
    )
    mark_finished(wish.folder, making)


def child_processes(
    wish: DemoOptions, serve: Sequence[str], environment: Mapping[str, str]
) -> list[ChildProcess]:
    """The systems and the gateway, and what each must know."""
    port = _free_port()
    systems = f"http://{HOST}:{port}"
    known = {
        **environment,
        **credentials_from(environment).environment(),
        **_sources(wish, systems),
        "GATEWAY_CATALOG": str(CATALOG),
        "GATEWAY_NOW": NOW,
        "GATEWAY_ZONE": ZONE,
        "GATEWAY_EXAMPLES": str(write_examples(wish.folder)),
        "HOST": HOST,
        "PORT": f"{wish.port}",
    }
    served = ("--folder", str(wish.folder), "--port", f"{port}")
    command = (
        sys.executable,
        "-m",
        "gateway_demo.launch.serve_systems",
        *served,
        *(["--faults"] if wish.faults else []),
    )
    return [
        ChildProcess("the demo's systems", command, known, f"{systems}/health"),
        ChildProcess("the gateway", serve, known, f"http://{HOST}:{wish.port}/health"),
    ]


def _sources(wish: DemoOptions, systems: str) -> dict[str, str]:
    addresses = {f"DEMO_{name.upper()}_DSN": _dsn(wish, name) for name in DATABASES}
    schemas = {f"DEMO_{name.upper()}_SCHEMA": name if wish.database else "" for name in DATABASES}
    token = {"DEMO_INTERACTIONS_TOKEN_URL": f"{systems}/interactions/oauth/token"}
    return {"DEMO_SYSTEMS_URL": systems, **addresses, **schemas, **token}


def _dsn(wish: DemoOptions, system: str) -> str:
    if wish.database is None:
        store = wish.folder.resolve() / f"{system}.db"
        url = URL.create("sqlite+aiosqlite", database=str(store))
    else:
        url = make_url(wish.database).set(drivername="postgresql+asyncpg")
    return url.render_as_string(hide_password=False)


def _named(database: str | None) -> str | None:
    # The marker lies open in the folder; a password does not.
    return None if database is None else make_url(database).render_as_string(hide_password=True)


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with closing(socket.create_server((HOST, 0))) as listening:
        return int(listening.getsockname()[1])
