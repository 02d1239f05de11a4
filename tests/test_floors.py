"""Imports only point down, and what lies on one floor does not see its neighbours."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway

HOUSE = Path(gateway.__file__).parent

# From the ground up. A file may import what lies on the floors below it; neighbours do not see each other.
# `resolvers`, `sources` and `demo` are folders: inside them every file sees the others.
FLOORS = [
    "errors  fitting  annotations  examples  lines  thresholds  tally  hanging_up  events_proof",
    "limits  ids  specs  sources  graphiql  addresses  misspelt",
    "rules  convert  complaints  documents  deep_links  outcomes  wishes  incoming",
    "getters",
    "config  days  mapping  guarding  readable  hearing",
    "keeping",
    "policies  seeing",
    "catalog",
    "finder  catalog_sources  dress",
    "waiting",
    "loaders  catalog_records",
    "context  feed  catalog_reading",
    "resolvers",
    "records",
    "schema  events_reading",
    "engine",
    "endpoint  events",
    "running",
    "app",
    "check  demo",
    "__main__",
]
FLOOR = {name: number for number, line in enumerate(FLOORS) for name in line.split()}

# Who may not know of what, whatever floor it is on.
STRANGERS = {
    "sources": ("strawberry", "graphql", "starlette", "uvicorn"),
    "resolvers": ("aiohttp", "sqlalchemy", "starlette", "tomllib"),
    "finder": ("strawberry", "aiohttp", "sqlalchemy", "starlette"),
    "feed": ("strawberry", "aiohttp", "sqlalchemy", "starlette"),
    "loaders": ("strawberry", "aiohttp", "sqlalchemy", "starlette"),
    "mapping": ("strawberry", "aiohttp", "sqlalchemy", "starlette"),
    "catalog": ("strawberry", "aiohttp", "sqlalchemy", "starlette"),
}
# The demo stands for other people's systems: they know nothing of the gateway that asks them.
# Its examples name records of the graph, as whoever pastes a query does.
DEMO_KNOWS = {"examples": {"ids"}}


def imported(file: Path) -> Iterator[str]:
    """Every module a file imports, by its full name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: say imports in full"
            yield from _named(node.module or "", [each.name for each in node.names])


def _named(module: str, names: list[str]) -> list[str]:
    inside = module == "gateway" or module.startswith("gateway.")
    folder = HOUSE.joinpath(*module.split(".")[1:]) if inside else None
    if folder is None or not folder.is_dir():
        return [module]
    return [f"{module}.{name}" if _is_module(folder, name) else module for name in names]


def _is_module(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").exists() or (folder / name).is_dir()


def part(name: str) -> str:
    """The part of the house that a file or a module of ours is."""
    return name.split(".")[1] if "." in name else "__init__"


def module(file: Path) -> str:
    return ".".join(("gateway", *file.relative_to(HOUSE).with_suffix("").parts))


FILES = {module(file): file for file in sorted(HOUSE.rglob("*.py"))}
OURS = [name for name in FILES if part(name) != "__init__"]


def test_every_part_has_its_floor() -> None:
    assert {part(name) for name in OURS} == set(FLOOR)


@pytest.mark.parametrize("name", OURS)
def test_imports_only_point_down(name: str) -> None:
    below = {part(each) for each in imported(FILES[name]) if each.startswith("gateway.")} - {part(name)}
    assert {each for each in below if FLOOR[each] >= FLOOR[part(name)]} == set()


@pytest.mark.parametrize("name", [name for name in OURS if part(name) in STRANGERS])
def test_strangers_stay_strangers(name: str) -> None:
    met = {each.split(".")[0] for each in imported(FILES[name])}
    assert met & set(STRANGERS[part(name)]) == set()


@pytest.mark.parametrize("name", [name for name in OURS if part(name) == "resolvers"])
def test_resolvers_know_no_technology_and_read_no_files(name: str) -> None:
    sources = {each for each in imported(FILES[name]) if each.startswith("gateway.sources")}
    assert sources <= {"gateway.sources.base", "gateway.sources.times", "gateway.sources.windows"}
    assert not {each for each in imported(FILES[name]) if each.startswith("gateway.catalog_")}


def test_the_demos_generator_and_systems_know_nothing_of_the_gateway() -> None:
    for name in OURS:
        if part(name) == "demo":
            allowed = DEMO_KNOWS.get(name.rpartition(".")[2], set())
            known = {part(each) for each in imported(FILES[name]) if each.startswith("gateway.")} - {"demo"}
            assert known <= allowed, name
