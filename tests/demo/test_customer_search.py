import pytest
from tiny_utility import KEY, Caller, ids


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "José"}, ["A1", "A2"]),
        ({"name": "NUN jos"}, ["A1"]),
        ({"name": "José-Nú"}, ["A1"]),
        ({"name": "ose"}, []),
        ({"phone": "555-200-0100"}, ["A2"]),
        ({"phone": "+1 (555) 200-0100"}, ["A2"]),
        ({"email": " J@x.org"}, ["A2"]),
        ({"accountNumber": "4417-1"}, ["A2"]),
        ({"identifierLast4": "1234"}, ["A3"]),
        ({"name": "jos", "phone": "15552000100"}, ["A2"]),
        ({"phone": "1555200010"}, []),
        ({"name": "%"}, []),
    ],
)
async def test_search_finds_by_every_kind_of_term(
    caller: Caller, given: dict[str, object], expected: list[str]
) -> None:
    _, found = await caller.get("/crm/search", *given.items(), login=KEY)
    assert ids(found["items"]) == expected


async def test_search_goes_on_by_a_cursor(caller: Caller) -> None:
    given = ("name", "jos"), ("pageSize", 1)
    _, one = await caller.get("/crm/search", *given, login=KEY)
    _, two = await caller.get("/crm/search", *given, ("cursor", one["nextCursor"]), login=KEY)
    assert ids(one["items"] + two["items"]) == ["A1", "A2"]
    assert two["nextCursor"] is None
