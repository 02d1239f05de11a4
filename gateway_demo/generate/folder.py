"""Knows whether a folder holds a finished demo, and of which making: a marker is written last."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

MARKER = "demo.json"
# An old journal beside a new store would be played back into it.
_ENDINGS = (".db", ".db-journal", ".db-wal", ".db-shm")


def _makers() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a demo was made from: other parameters or another generator make another demo."""

    customers: int
    seed: int
    database: str | None
    generator: str = field(default_factory=_makers)


def is_finished(folder: Path, making: Manifest) -> bool:
    """Whether the demo in this folder is finished, and the one that is wanted."""
    try:
        found = json.loads((folder / MARKER).read_text())
    except (FileNotFoundError, ValueError):
        return False
    return bool(found == asdict(making))


def clear(folder: Path, systems: Iterable[str]) -> None:
    """Take away the stores of an earlier demo, the marker first; whatever else is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).unlink(missing_ok=True)
    for system in systems:
        for ending in _ENDINGS:
            (folder / f"{system}{ending}").unlink(missing_ok=True)


def mark_finished(folder: Path, making: Manifest) -> None:
    """Say that everything is there; half a marker is never seen."""
    draft = folder / f"{MARKER}.part"
    draft.write_text(json.dumps(asdict(making), indent=2) + "\n")
    draft.replace(folder / MARKER)
