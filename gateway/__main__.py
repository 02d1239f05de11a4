"""The command line: `gateway serve`, `gateway check`, `gateway keys` and others, and the commands of other packages."""

# ruff: noqa: T201  # commands print
import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from importlib.metadata import entry_points

from gateway.access.audiences import AUDIENCES
from gateway.app import make_app
from gateway.check import format_results, probe_sources
from gateway.commands.audit import audit
from gateway.commands.explain import explain
from gateway.commands.keys import keys
from gateway.config.settings import from_environment
from gateway.errors import ConfigError
from gateway.execution.engine import Engine
from gateway.execution.garbage import FullCollections
from gateway.execution.schema import GatewaySchema
from gateway.runtime import load_catalog
from gateway.server import listening
from gateway.server.graphiql import example_variables
from gateway.store.database import driver_of, store_error
from gateway.telemetry import logs, tracing

log = logging.getLogger("gateway")


def serve(_arguments: Sequence[str]) -> int:
    """Serve the gateway until it is stopped."""
    config = from_environment(os.environ)
    logs.configure_logging(config.log_format)
    if error := asyncio.run(store_error(config.callers.store)):
        log.warning("GATEWAY_STORE cannot be used yet: %s", error)
    traces = tracing.otlp_tracing() if config.traces else None
    app = make_app(config, load_catalog(config), while_open=collected, tracing=traces)
    listening.serve(app, config)
    return 0


def collected(engine: Engine) -> AbstractContextManager[None]:
    return FullCollections().scheduled(engine.largest)


def check(arguments: Sequence[str]) -> int:
    """Check configuration and catalog without serving."""
    options = check_options().parse_args(arguments)
    config = from_environment(os.environ)
    catalog = load_catalog(config)
    example_variables(config.examples)
    if config.traces:
        tracing.exporter_class()
    if config.callers.store is not None:
        driver_of(config.callers.store)
    print(f"{config.catalog}: {len(catalog.sources)} sources, {len(catalog.entries)} lookups, no errors.")
    if not options.connect:
        return 0
    results = asyncio.run(probe_sources(catalog))
    print(format_results(results))
    store = asyncio.run(store_error(config.callers.store))
    if store:
        print(f"GATEWAY_STORE cannot be used: {store}.")
    return 1 if store or any(result.error for result in results) else 0


def check_options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gateway check", description=check.__doc__)
    parser.add_argument("--connect", action="store_true", help="also probe the store, and every lookup at its source")
    return parser


def schema(arguments: Sequence[str]) -> int:
    """Print the GraphQL schema."""
    parser = argparse.ArgumentParser(prog="gateway schema", description=schema.__doc__)
    parser.add_argument("--audience", choices=sorted(AUDIENCES), help="print the part that an audience knows")
    print(GatewaySchema().for_audience(parser.parse_args(arguments).audience).as_str())
    return 0


COMMANDS = {"serve": serve, "check": check, "schema": schema, "keys": keys, "audit": audit, "explain": explain}


def command_line(others: Iterable[str] = ()) -> argparse.ArgumentParser:
    """The parser of the first word; each command parses its own arguments."""
    parser = argparse.ArgumentParser(
        prog="gateway",
        description="The Customer 360 Gateway.",
        epilog="\n".join(f"{name:8}{command.__doc__}" for name, command in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=[*COMMANDS, *sorted(others)])
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def main() -> int:
    """Run a command. Exit with 2 if the configuration is invalid.

    Other packages offer commands as entry points of the group `gateway.commands`, as the demo does.
    """
    others = entry_points(group="gateway.commands")
    options = command_line(others.names).parse_args()
    logs.configure_logging("text")
    try:
        command = COMMANDS.get(options.command) or others[options.command].load()
        return command(options.arguments)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
