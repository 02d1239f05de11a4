"""gateway serve · check · schema: what an operator types."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence

import uvicorn

from gateway.app import make_app
from gateway.check import format_results, probe_sources
from gateway.config.settings import from_environment
from gateway.errors import ConfigError
from gateway.execution.schema import make_schema
from gateway.runtime import load_catalog
from gateway.server.example_queries import ExamplesError, example_variables
from gateway.telemetry import logs
from gateway.telemetry import otlp as exporting


def serve(_arguments: Sequence[str]) -> int:
    """Serve until told to stop."""
    config = from_environment(os.environ)
    logs.configure_logging(config.log_format)
    tracing = exporting.otlp_tracing() if config.traces else None
    app = make_app(config, load_catalog(config), when_open=settle, tracing=tracing)
    uvicorn.run(
        app, host=config.host, port=config.port, access_log=False, server_header=False, log_config=None
    )
    return 0


def settle() -> None:
    """Spare the schema, which stays, from every search for garbage: a tenth of a second each time.

    And search less often: a request makes thousands of objects, and leaves next to none in circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(3_000, 10, 10)


def check(arguments: Sequence[str]) -> int:
    """Say everything that is wrong with configuration and catalog, without serving."""
    parser = argparse.ArgumentParser(prog="gateway check")
    parser.add_argument("--connect", action="store_true", help="ask every source one small question")
    options = parser.parse_args(arguments)
    config = from_environment(os.environ)
    catalog = load_catalog(config)
    example_variables(config.examples)
    if config.traces:
        exporting.exporter_class()
    print(f"{config.catalog}: {len(catalog.sources)} sources, {len(catalog.entries)} lookups, nothing wrong.")  # noqa: T201  # a command speaks
    if not options.connect:
        return 0
    asked = asyncio.run(probe_sources(catalog))
    print(format_results(asked))  # noqa: T201  # a command speaks
    return 0 if all(each.ok for each in asked) else 1


def schema(_arguments: Sequence[str]) -> int:
    """Print the schema."""
    print(make_schema().as_str())  # noqa: T201  # a command speaks
    return 0


COMMANDS = {"serve": serve, "check": check, "schema": schema}


def main() -> int:
    """Run the command; 2 when configuration is wrong."""
    parser = argparse.ArgumentParser(prog="gateway", description="The Customer 360 Gateway.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    logs.configure_logging("text")
    try:
        return COMMANDS[options.command](options.arguments)
    except (ConfigError, ExamplesError) as error:
        print(error, file=sys.stderr)  # noqa: T201  # a command speaks
        return 2


if __name__ == "__main__":
    sys.exit(main())
