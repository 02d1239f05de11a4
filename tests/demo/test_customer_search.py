import sqlite3

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.tiny_utility import KEY, SystemsClient, ids

from gateway_demo.systems.customer_search import statement
from gateway_demo.writers.search_terms import name_terms, name_words


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "José"}, ["A1", "A2", "B0"]),
        ({"name": "NUN jos"}, ["A1"]),
        ({"name": "José-Nú"}, ["A1"]),
        ({"name": "ose"}, []),
        ({"phone": "555-200-0100"}, ["A2"]),
        ({"phone": "+1 (555) 200-0100"}, ["A2"]),
        ({"email": " J@x.org"}, ["A2"]),
        ({"accountNumber": "4417-1"}, ["A2"]),
        ({"accountNumber": "44 171"}, ["A2"]),
        ({"identifierLast4": "1234"}, ["A3"]),
        ({"name": "jos", "phone": "15552000100"}, ["A2"]),
        ({"name": "jos", "accountNumber": "44171", "email": "j@x.org"}, ["A2"]),
        ({"name": "nunez", "phone": "15552000100"}, []),
        ({"phone": "1555200010"}, []),
        ({"name": "zz"}, []),
    ],
)
async def test_search_finds_by_every_kind_of_term(
    caller: SystemsClient, given: dict[str, object], expected: list[str]
) -> None:
    _, response = await caller.get("/crm/search", *given.items(), login=KEY)
    assert ids(response["items"]) == expected


async def test_search_pages_by_a_cursor(caller: SystemsClient) -> None:
    given = ("name", "jos"), ("pageSize", 2)
    _, one = await caller.get("/crm/search", *given, login=KEY)
    _, two = await caller.get("/crm/search", *given, ("cursor", one["nextCursor"]), login=KEY)
    assert ids(one["items"] + two["items"]) == ["A1", "A2", "B0"]
    assert two["nextCursor"] is None


async def test_exact_names_come_before_prefix_matches(caller: SystemsClient) -> None:
    _, response = await caller.get("/crm/search", ("name", "joseph"), login=KEY)
    assert ids(response["items"]) == ["A2", "B0"]  # B0 is Joseph, too, and Josephine beside
    _, response = await caller.get("/crm/search", ("name", "josephi"), login=KEY)
    assert ids(response["items"]) == ["B0"]
    _, response = await caller.get("/crm/search", ("name", "j"), login=KEY)
    assert ids(response["items"]) == ["A1", "A2", "B0"]


@pytest.mark.parametrize(
    ("name", "searches"),
    [
        ("Mr O'Brien", ["O'Brien", "O\u2019Brien", "OBrien", "obrien", "o brien", "brien", "O'B"]),
        ("Zoë Núñez-Østergård", ["Nunez-Ostergard", "nunez ostergard", "NuñezOstergard", "z ostergard"]),
        ("Anna D'Angelo-Li", ["d'angelo li", "dangelo", "angelo", "a d"]),
        ("St. John Café", ["st john", "ST. JOHN", "cafe"]),
    ],
)
def test_every_spelling_of_a_name_matches_its_terms(name: str, searches: list[str]) -> None:
    terms = name_terms(name)
    for each in searches:
        assert all(any(term.startswith(word) for term in terms) for word in name_words(each)), each


@pytest.mark.parametrize("count", [1, 2, 5])
def test_searches_read_only_their_index_without_sorting(demo: DemoFolder, count: int) -> None:
    store = sqlite3.connect(demo.folder / "crm.db")
    values = ["name", "a", "b"] * count
    plan = [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {statement(count)}", values)]
    store.close()
    steps = [step for step in plan if "search_term" in step or step.startswith(("SEARCH", "SCAN"))]
    assert len(steps) == count
    assert all(step.startswith("SEARCH") and "COVERING INDEX" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in plan)
