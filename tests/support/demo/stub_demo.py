"""Launches a demo whose generator writes empty stores and whose gateway is the given command."""

import sqlite3
import sys
import threading
from pathlib import Path

from gateway_demo.generate.progress import Progress
from gateway_demo.launch.launcher import DemoOptions, LaunchParts, launch
from gateway_demo.systems.services import SERVICES


def _generate_empty_stores(
    folder: Path, *, customers: int, seed: int, database: str | None, progress: Progress
) -> None:
    for service in SERVICES:
        store = sqlite3.connect(folder / service.database)
        store.execute("CREATE TABLE demo (seed, database)")
        store.execute("INSERT INTO demo VALUES (?, ?)", (seed, database))
        store.commit()
        store.close()
    progress(customers, customers)


def _generate_forever(*_: object, **__: object) -> None:
    sys.stdout.write("generating\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    generator, folder, port, only, *serve = sys.argv[1:]
    options = DemoOptions(Path(folder), 1, 1, None, int(port), generate_only=only == "only")
    generate = _generate_forever if generator == "endless" else _generate_empty_stores
    sys.exit(launch(options, LaunchParts(generate, "it runs at {}".format, serve)))
