"""The demo is a separate package: its rooms stand on floors, and only its launcher knows the gateway."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import gateway_demo

HOUSE = Path(gateway_demo.__file__).parent
PROJECT = tomllib.loads((HOUSE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# From the ground up. A room imports from the floors below it.
FLOORS = ["plan", "stores", "writers", "cases  systems", "generate  faults", "launch", "__main__"]
FLOOR = {room: number for number, line in enumerate(FLOORS) for room in line.split()}


def module_name(file: Path) -> str:
    parts = ("gateway_demo", *file.relative_to(HOUSE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


FILES = {module_name(file): file for file in sorted(HOUSE.rglob("*.py"))}
MODULES = [name for name in FILES if name != "gateway_demo"]


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in FILES else node.module or ""


def room(module: str) -> str:
    return module.split(".")[1]


GRAPH = {name: {module for module in imports(file) if module in FILES} for name, file in FILES.items()}


def test_every_room_stands_on_a_floor() -> None:
    assert {room(name) for name in MODULES} == set(FLOOR)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    others = {room(module) for module in GRAPH[name] if module != "gateway_demo"} - {room(name)}
    assert {other for other in others if FLOOR[other] >= FLOOR[room(name)]} == set()


def test_the_import_graph_has_no_circle() -> None:
    TopologicalSorter(GRAPH).prepare()


@pytest.mark.parametrize("name", MODULES)
def test_only_the_launcher_knows_the_gateway(name: str) -> None:
    foreign = {module for module in imports(FILES[name]) if module.split(".")[0] == "gateway"}
    assert foreign <= ({"gateway.ids", "gateway.commands.keys"} if room(name) == "launch" else set())


def test_modules_do_not_repeat_the_name_of_their_room() -> None:
    assert [name for name in MODULES if name.split(".")[-1] == name.split(".")[-2]] == []


def test_the_extra_lists_every_library_that_the_demo_imports() -> None:
    extra = {re.split(r"[\[<>=]", library)[0] for library in PROJECT["optional-dependencies"]["demo"]}
    libraries = {module.split(".")[0] for file in FILES.values() for module in imports(file)}
    libraries -= {*sys.stdlib_module_names, "gateway", "gateway_demo"}
    assert extra == libraries | {"httptools"}  # of which uvicorn's protocol is made
