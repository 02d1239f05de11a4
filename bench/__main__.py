"""python -m bench: measure the gateway, print ratios and figures, and write JSON."""

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
    """Measure and report. Exit with 1 if an answer is wrong."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each server and concurrency")
    parser.add_argument("--quick", action="store_true", help="a quick look, in about a minute")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="the demo's databases")
    options = parser.parse_args(arguments)
    demo = DemoOptions(options.folder, DEFAULT_CUSTOMERS, DEFAULT_SEED, database=None, port=0, generate_only=True)
    prepare(demo, generate)
    pace = QUICK if options.quick else Pace(options.seconds, 3, (1, 16, 64))
    try:
        with TemporaryDirectory() as ready:
            bench = uvloop.run(measure(options.folder, Path(ready), pace, _say))
    except BrokenAnswer as error:
        _say(f"bench: {error}")
        return 1
    options.json.write_bytes(msgspec.json.format(msgspec.json.encode(plain(bench))))
    sys.stdout.write("\n".join(lines(bench)) + "\n")
    return 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
