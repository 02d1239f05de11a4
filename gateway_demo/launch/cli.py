"""`gateway-demo`: generates the demo utility if needed, then runs its systems and the gateway."""

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
    """Run the demo; return its exit code, 0 after Ctrl-C."""
    return launch(demo_options(arguments), LaunchParts(generate, welcome))


def demo_options(arguments: Sequence[str] | None) -> DemoOptions:
    parser = argparse.ArgumentParser(prog="gateway-demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/demo"))
    parser.add_argument("--customers", type=_customers, default=DEFAULT_CUSTOMERS)
    parser.add_argument("--seed", type=_integer, default=DEFAULT_SEED)
    parser.add_argument("--database", type=_database, metavar="postgresql://...")
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"))
    parser.add_argument("--generate-only", action="store_true")
    parser.add_argument("--faults", action="store_true", help="serve the systems with an HTTP API for injecting faults")
    return DemoOptions(**vars(parser.parse_args(arguments)))


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an integer") from error


def _customers(text: str) -> int:
    if _integer(text) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return _integer(text)


def _port(text: str) -> int:
    if _integer(text) not in _PORTS:
        raise argparse.ArgumentTypeError("must be a port from 1 to 65535")
    return _integer(text)


def _database(text: str) -> str:
    if not text.startswith(_POSTGRES):
        raise argparse.ArgumentTypeError("must be a URL like postgresql://user@host/database")
    return text


if __name__ == "__main__":
    sys.exit(main())
