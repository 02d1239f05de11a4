"""Imports point down: rooms stand on floors, and the import graph has no circle."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import gateway

HOUSE = Path(gateway.__file__).parent
ROOT_FILES = 9

# From the ground up. A room imports from the floors below it, never from its own floor or above.
# A room is a package; `resolvers` and `sources` have further rooms, listed where they stand.
FLOORS = [
    "errors  validation  access",
    "concurrency",
    "contract  ids  languages",
    "telemetry  mapping  config  sources.base",
    "sources.http  sources.sql",
    "sources.greenbutton  store",
    "sources.rest  sources.graphql  sources.files",
    "sources",
    "cache  resilience  authentication",
    "cache.redis",
    "catalog",
    "loading  pipeline",
    "resolvers.graph",
    "resolvers.party",
    "resolvers.service  resolvers.account  resolvers.contact",
    "resolvers.billing  resolvers.usage",
    "resolvers.collections",
    "resolvers.activity  resolvers.comparisons",
    "resolvers.insights.model",
    "resolvers.insights.facts",
    "resolvers.insights.rules",
    "resolvers.insights",
    "resolvers.customer360",
    "resolvers.search",
    "resolvers",
    "limits",
    "execution",
    "server  runtime",
    "app  check  commands",
    "__main__",
]
FLOOR = {room: number for number, line in enumerate(FLOORS) for room in line.split()}

# Libraries that a room does not import.
FORBIDDEN = {
    "contract": ("strawberry", "graphql", "aiohttp", "sqlalchemy", "starlette"),
    "sources": ("strawberry", "graphql", "starlette", "uvicorn"),
    "mapping": ("aiohttp", "sqlalchemy", "starlette"),
    "catalog": ("strawberry", "aiohttp", "sqlalchemy", "starlette"),
    "loading": ("strawberry", "aiohttp", "sqlalchemy", "starlette"),
    "resolvers": ("aiohttp", "sqlalchemy", "starlette", "tomllib"),
}


def module_name(file: Path) -> str:
    parts = ("gateway", *file.relative_to(HOUSE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


FILES = {module_name(file): file for file in sorted(HOUSE.rglob("*.py"))}


def room(module: str) -> str:
    """The package of a module inside `gateway`, or the module itself where it lies in the root."""
    parts = module.split(".")[1:]
    is_package = FILES[module].name == "__init__.py"
    return ".".join(parts if is_package or len(parts) == 1 else parts[:-1])


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions and `if TYPE_CHECKING`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: relative imports are not used"
            for each in node.names:
                full = f"{node.module}.{each.name}"
                yield full if full in FILES else node.module or ""


GRAPH = {name: {each for each in imports(file) if each in FILES} for name, file in FILES.items()}
MODULES = [name for name in FILES if name != "gateway"]


def test_every_room_stands_on_a_floor() -> None:
    assert {room(name) for name in MODULES} == set(FLOOR)


def test_the_root_has_few_files() -> None:
    assert len(list(HOUSE.glob("*.py"))) <= ROOT_FILES


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    mine = room(name)
    others = {room(each) for each in GRAPH[name] if each != "gateway"} - {mine}
    assert {each for each in others if FLOOR[each] >= FLOOR[mine]} == set()


def test_the_import_graph_has_no_circle() -> None:
    TopologicalSorter(GRAPH).prepare()


@pytest.mark.parametrize("name", [name for name in MODULES if name.split(".")[1] in FORBIDDEN])
def test_rooms_do_not_import_foreign_libraries(name: str) -> None:
    libraries = {each.split(".")[0] for each in imports(FILES[name])}
    assert libraries & set(FORBIDDEN[name.split(".")[1]]) == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name.split(".")[1] == "resolvers"])
def test_resolvers_do_not_import_sources(name: str) -> None:
    assert not {each for each in GRAPH[name] if each.startswith("gateway.sources")}


def test_the_product_does_not_import_the_demo() -> None:
    for name, file in FILES.items():
        assert not {each for each in imports(file) if each.startswith("gateway_demo")}, name
