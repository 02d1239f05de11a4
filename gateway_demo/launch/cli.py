"""`gateway-demo`: generates the demo utility where it is not there yet, and runs all of it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gateway_demo.generate.generator import DEFAULT_CUSTOMERS, DEFAULT_SEED, generate
from gateway_demo.launch.launcher import DemoOptions, LaunchParts, launch
from gateway_demo.launch.welcome import welcome

_PORTS = range(1, 65536)
_POSTGRES = ("postgresql://", "postgres://", "postgresql+asyncpg://")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the demo: 0 after Ctrl-C."""
    return launch(_wish(arguments), LaunchParts(generate, welcome))


def _wish(arguments: Sequence[str] | None) -> DemoOptions:
    parser = argparse.ArgumentParser(prog="gateway-demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/demo"))
    parser.add_argument("--customers", type=_customers, default=DEFAULT_CUSTOMERS)
    parser.add_argument("--seed", type=_whole, default=DEFAULT_SEED)
    parser.add_argument("--database", type=_database, metavar="postgresql://...")
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"))
    parser.add_argument("--generate-only", action="store_true")
    parser.add_argument(
        "--faults", action="store_true", help="let the REST systems have bad days, steered by HTTP"
    )
    return DemoOptions(**vars(parser.parse_args(arguments)))


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from error


def _customers(text: str) -> int:
    if _whole(text) < 1:
        raise argparse.ArgumentTypeError("a utility without customers has nothing to show")
    return _whole(text)


def _port(text: str) -> int:
    if _whole(text) not in _PORTS:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return _whole(text)


def _database(text: str) -> str:
    if not text.startswith(_POSTGRES):
        raise argparse.ArgumentTypeError("only postgresql://user@host/database is understood")
    return text


if __name__ == "__main__":
    sys.exit(main())
