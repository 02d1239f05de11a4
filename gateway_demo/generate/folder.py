"""The manifest of a demo folder: written last, it marks the demo as finished."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

MANIFEST = "demo.json"
# SQLite would replay an old journal into a new file.
_SUFFIXES = (".db", ".db-journal", ".db-wal", ".db-shm")


def _generator_version() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parameters and the generator version a demo was generated from."""

    customers: int
    seed: int
    database: str | None
    generator: str = field(default_factory=_generator_version)


def is_finished(folder: Path, manifest: Manifest) -> bool:
    """Whether the folder holds a finished demo with this manifest."""
    try:
        stored = json.loads((folder / MANIFEST).read_text())
    except (FileNotFoundError, ValueError):
        return False
    return bool(stored == asdict(manifest))


def clear(folder: Path, systems: Iterable[str]) -> None:
    """Delete the manifest and stores of an earlier demo; other files stay."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    for system in systems:
        for suffix in _SUFFIXES:
            (folder / f"{system}{suffix}").unlink(missing_ok=True)


def mark_finished(folder: Path, manifest: Manifest) -> None:
    """Write the manifest atomically."""
    draft = folder / f"{MANIFEST}.part"
    draft.write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    draft.replace(folder / MANIFEST)
