"""Generates a demo if needed, then runs its systems and the gateway until Ctrl-C."""

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
from gateway_demo.launch.demo_keys import key_instructions, make_demo_keys
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
    """The generator: fills a folder, and a PostgreSQL database if one is given."""

    def __call__(self, folder: Path, *, customers: int, seed: int, database: str | None, progress: Progress) -> None:
        """Write the stores of all systems."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The command line options of the demo."""

    folder: Path
    customers: int
    seed: int
    database: str | None
    port: int
    generate_only: bool
    faults: bool = False


@dataclass(frozen=True, slots=True)
class LaunchParts:
    """The parts of a launch: the generator, the welcome text and the gateway's command."""

    generate: Generate
    welcome: Callable[[str], str]
    serve: Sequence[str] = SERVE_COMMAND


def launch(options: DemoOptions, parts: LaunchParts) -> int:
    """Run the demo; return 0 after Ctrl-C, or 1 after printing an error."""
    # SIGTERM stops the demo as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _launch(options, parts)
    except ChildFailed as error:
        return _fail(f"{error}; all processes were stopped")
    except (OSError, sqlite3.Error, PostgresError, ForeignSchema) as error:
        return _fail(f"the demo could not be generated: {error}")
    except KeyboardInterrupt:
        _print("stopped")
        return INTERRUPTED if options.generate_only else 0


def _launch(options: DemoOptions, parts: LaunchParts) -> int:
    if not options.generate_only and not _is_free(options.port):
        return _fail(f"port {options.port} is in use; set PORT or --port to another one")
    prepare(options, parts.generate)
    if options.generate_only:
        return 0
    address = f"http://{HOST}:{options.port}"
    keys = make_demo_keys(options.folder)
    children = child_processes(options, parts.serve, {**os.environ, **keys.environment()})
    messages = [parts.welcome(address), key_instructions(address, keys)]
    if options.faults:
        messages.append(fault_instructions(children[0].environment["DEMO_SYSTEMS_URL"]))
    messages.append("\nCtrl-C stops everything.")
    asyncio.run(run_together(children, lambda: _print("\n".join(messages), sys.stdout)))
    _print("stopped")
    return 0


def _fail(message: str) -> int:
    _print(f"gateway-demo: {message}.")
    return 1


def _print(message: str, stream: TextIO = sys.stderr) -> None:
    stream.write(f"{message}\n")
    stream.flush()


def prepare(options: DemoOptions, generate: Generate) -> None:
    """Generate the demo, unless the folder already holds it."""
    manifest = Manifest(options.customers, options.seed, _without_password(options.database))
    if is_finished(options.folder, manifest):
        return
    clear(options.folder, [*DATABASES, *SERVICES])
    generate(
        options.folder,
        customers=options.customers,
        seed=options.seed,
        database=options.database,
        progress=progress_on(sys.stderr),
    )
    mark_finished(options.folder, manifest)


def child_processes(options: DemoOptions, serve: Sequence[str], environment: Mapping[str, str]) -> list[ChildProcess]:
    """The commands and environments of the demo's systems and of the gateway."""
    port = _free_port()
    systems = f"http://{HOST}:{port}"
    child_environment = {
        **environment,
        **credentials_from(environment).environment(),
        **_sources(options, systems),
        "GATEWAY_CATALOG": str(CATALOG),
        "GATEWAY_NOW": NOW,
        "GATEWAY_ZONE": ZONE,
        "GATEWAY_EXAMPLES": str(write_examples(options.folder)),
        "HOST": HOST,
        "PORT": f"{options.port}",
    }
    arguments = ("--folder", str(options.folder), "--port", f"{port}")
    command = (
        sys.executable,
        "-m",
        "gateway_demo.launch.serve_systems",
        *arguments,
        *(["--faults"] if options.faults else []),
    )
    return [
        ChildProcess("the demo's systems", command, child_environment, f"{systems}/health"),
        ChildProcess("the gateway", serve, child_environment, f"http://{HOST}:{options.port}/health"),
    ]


def _sources(options: DemoOptions, systems: str) -> dict[str, str]:
    addresses = {f"DEMO_{name.upper()}_DSN": _dsn(options, name) for name in DATABASES}
    schemas = {f"DEMO_{name.upper()}_SCHEMA": name if options.database else "" for name in DATABASES}
    token = {"DEMO_INTERACTIONS_TOKEN_URL": f"{systems}/interactions/oauth/token"}
    return {"DEMO_SYSTEMS_URL": systems, **addresses, **schemas, **token}


def _dsn(options: DemoOptions, system: str) -> str:
    if options.database is None:
        store = options.folder.resolve() / f"{system}.db"
        url = URL.create("sqlite+aiosqlite", database=str(store))
    else:
        url = make_url(options.database).set(drivername="postgresql+asyncpg")
    return url.render_as_string(hide_password=False)


def _without_password(database: str | None) -> str | None:
    # The manifest is a plain file in the demo folder.
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
