"""python -m bench: measures, prints ratios and figures, writes JSON."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import uvloop

from bench.load import BrokenAnswer
from bench.measuring import Pace, measure, plain
from bench.table import lines
from gateway_demo.generate.generator import DEFAULT_CUSTOMERS, DEFAULT_SEED, generate
from gateway_demo.launch.launcher import DemoOptions, prepare

QUICK = Pace(0.5, 1, (1, 16))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after a measurement, 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each server and concurrency")
    parser.add_argument("--quick", action="store_true", help="a look, in less than 40 seconds")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="the demo's databases")
    given = parser.parse_args(arguments)
    wish = DemoOptions(
        given.folder, DEFAULT_CUSTOMERS, DEFAULT_SEED, database=None, port=0, generate_only=True
    )
    prepare(wish, generate)
    pace = QUICK if given.quick else Pace(given.seconds, 3, (1, 16, 64))
    try:
        with TemporaryDirectory() as ready:
            bench = uvloop.run(measure(given.folder, Path(ready), pace, _say))
    except BrokenAnswer as error:
        _say(f"bench: {error}")
        return 1
    given.json.write_bytes(msgspec.json.format(msgspec.json.encode(plain(bench))))
    sys.stdout.write("\n".join(lines(bench)) + "\n")
    return 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
