"""Interactions of accounts and of parties: each belongs where it should, and is asked for once."""

import pytest
from support.http_sockets import BY, history, keys, talk
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER
from support.world import World, catalog_text, world

from gateway.errors import SourceDown
from gateway.ids import global_id, parse_global_id


async def test_an_account_s_interactions_are_its_own(at: World) -> None:
    at.held["Interaction"] = [
        talk("2026-11-10T12:00:00Z"),
        talk("2026-11-09T12:00:00Z", account_id="A2"),
        talk("2026-11-08T12:00:00Z", account_id=None),
        talk("2026-11-07T12:00:00Z", customer_id=None),
    ]
    page = await history(at, "BillingAccount", "A1")
    assert keys(page["nodes"]) == ["2026-11-10T12:00:00Z", "2026-11-07T12:00:00Z"]
    assert at.gate.asked() == [
        "AccountReference by account_id x 1",
        "BillingAccount by id x 1",
        "Interaction by account_id x 1",
    ]
    assert len(at.gate.rounds) == 2


async def test_an_only_account_has_those_about_no_account_too(alone: World) -> None:
    alone.held["Interaction"] = [
        talk("2026-11-10T12:00:00Z"),
        talk("2026-11-08T12:00:00Z", account_id=None),
        talk("2026-11-07T12:00:00Z", customer_id=None),
        talk("2026-11-06T12:00:00Z", customer_id="D", account_id=None),
    ]
    page = await history(alone, "BillingAccount", "A1")
    assert keys(page["nodes"]) == [f"2026-11-{day}T12:00:00Z" for day in ("10", "08", "07")]


async def test_fifty_accounts_ask_once(at: World) -> None:
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on BillingAccount {
      interactions(first: 3) { nodes { id } } } } }"""
    at.held["BillingAccount"] = [
        row("BillingAccount", id=f"A{n}", customer_id="C", status="ACTIVE") for n in range(50)
    ]
    at.held["AccountReference"] = [
        row("AccountReference", account_id=f"A{n}", customer_id="C", customer_accounts=50) for n in range(50)
    ]
    at.held["Interaction"] = [talk(f"2026-11-{day:02}T12:00:00Z", account_id="A7") for day in range(1, 9)]
    found = (await at.ask(query, ids=[global_id("BillingAccount", f"A{n}") for n in range(50)]))["nodes"]
    assert [len(each["interactions"]["nodes"]) for each in found] == [0] * 7 + [3] + [0] * 42
    assert at.gate.asked() == [
        "AccountReference by account_id x 50",
        "BillingAccount by id x 50",
        "Interaction by account_id x 50",
    ]
    assert at.gate.batches[-1].window.limit == 4


async def test_default_months_and_all_of_one_customer_are_one_question(at: World) -> None:
    query = """query($id: ID!) { customer(id: $id) {
      newest: interactions(first: 5) { nodes { id } }
      interactions(all: true, first: 5) { nodes { id } } } }"""
    await at.ask(query, id=CUSTOMER)
    assert at.gate.asked() == ["Customer by id x 1", "Interaction by customer_id x 1"]


async def test_where_interactions_are_not_kept_by_account_that_is_said(at: World) -> None:
    text = catalog_text((), lambda record, by: record != "Interaction" or by in ("id", "party_id"))
    async with world(at.held, text=text) as other:
        page = await history(other, "BillingAccount", "A1")
        assert (page["nodes"], page["days"], page["pageInfo"]) == (None, None, None)
        assert page["sources"] == [{"system": "INTERACTIONS", "state": "NOT_CONFIGURED"}]
        assert keys((await history(other, "Person", "H"))["nodes"]) == ["I"]


@pytest.fixture
def bakery(at: World) -> World:
    """Person H acts for organization O as R, and for P as S; T acts for O, too."""
    related = (("R", "H", "O"), ("S", "H", "P"), ("T", "K", "O"))
    at.held["PartyRelationship"] = [
        row("PartyRelationship", id=key, name=key, person_id=person, organization_id=organization)
        for key, person, organization in related
    ]
    at.held["Interaction"] = [
        talk(f"2026-11-{day}T12:00:00Z", id=key, party_id=key)
        for day, key in enumerate(("H", "O", "R", "S", "T", "P", "K"), start=10)
    ]
    return at


BELONGS = {
    ("Person", "H"): {"H", "R", "S"},
    ("Organization", "O"): {"O", "R", "T"},
    ("PartyRelationship", "R"): {"R", "H", "O"},
}


@pytest.mark.parametrize(("kind", "key"), BELONGS)
async def test_an_interaction_is_found_from_every_party_it_belongs_to(
    bakery: World, kind: str, key: str
) -> None:
    page = await history(bakery, kind, key)
    found = keys(page["nodes"])
    assert set(found) == BELONGS[kind, key]
    assert len(found) == len(set(found))
    assert found == sorted(found, key="HORSTPK".index, reverse=True)


@pytest.mark.parametrize(("kind", "key"), BELONGS)
async def test_a_party_s_interactions_are_two_rounds_after_the_party_at_most(
    bakery: World, kind: str, key: str
) -> None:
    await history(bakery, kind, key)
    between = {"Person": "person_id", "Organization": "organization_id"}.get(kind)
    assert [[each.lookup.name for each in batches] for batches in bakery.gate.rounds] == [
        [f"{kind} by id"],
        *([[f"PartyRelationship by {between}"]] if between else []),
        ["Interaction by party_id"],
    ]


@pytest.mark.parametrize("first", [1, 2, 500])
async def test_pages_of_a_party_give_each_interaction_once(bakery: World, first: int) -> None:
    bakery.held["Interaction"] += [
        talk("2026-10-01T12:00:00Z", id=f"t{n}", party_id="HORS"[n % 4]) for n in range(9)
    ]
    seen: list[str] = []
    after, more = None, True
    while more:
        page = await history(bakery, "Person", "H", first=first, after=after)
        seen += keys(page["nodes"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    theirs = [each for each in bakery.held["Interaction"] if each["party_id"] in "HRS"]
    expected = sorted(theirs, key=lambda each: (each["started_at"], each["id"]), reverse=True)
    assert seen == [each["id"] for each in expected]


async def test_a_row_told_under_two_keys_of_a_party_comes_once(bakery: World) -> None:
    bakery.held["Interaction"] = [talk("2026-11-10T12:00:00Z", id="one", party_id=key) for key in "HR"]
    assert keys((await history(bakery, "Person", "H"))["nodes"]) == ["one"]


@pytest.mark.parametrize("kind", ["Person", "Organization"])
async def test_while_the_relationships_are_unknown_so_is_the_history(bakery: World, kind: str) -> None:
    between = "PartyRelationship by person_id" if kind == "Person" else "PartyRelationship by organization_id"
    bakery.gate.down = {between: SourceDown}
    result = await bakery.answer(BY[kind], id=global_id(kind, kind[0] if kind[0] == "O" else "H"))
    found = result.data["node"]["interactions"]
    assert (found["nodes"], found["days"], found["pageInfo"]) == (None, None, None)
    assert found["sources"] == [{"system": "CRM", "state": "DOWN"}]
    assert {each["extensions"]["source"] for each in result.errors} == {"CRM"}


async def test_where_no_relationships_can_be_asked_for_a_party_has_its_own(bakery: World) -> None:
    text = catalog_text((), lambda record, by: record != "PartyRelationship" or by == "id")
    async with world(bakery.held, text=text) as at:
        assert keys((await history(at, "Person", "H"))["nodes"]) == ["H"]


async def test_a_relationship_that_names_nobody_has_its_own(bakery: World) -> None:
    bakery.held["PartyRelationship"][0] |= {"person_id": None, "organization_id": None}
    assert keys((await history(bakery, "PartyRelationship", "R"))["nodes"]) == ["R"]


async def test_a_customer_s_party_finds_by_whatever_kind_it_is(bakery: World) -> None:
    query = "query($id: ID!) { customer(id: $id) { party { interactions { nodes { id } } } } }"
    bakery.held["Customer"][0] |= {"party_id": "R", "party_kind": "RELATIONSHIP"}
    found = (await bakery.ask(query, id=CUSTOMER))["customer"]["party"]
    assert set(keys(found["interactions"]["nodes"])) == {"R", "H", "O"}


async def test_an_account_is_found_by_its_id_as_ever(at: World) -> None:
    query = "query($id: ID!) { billingAccount(id: $id) { interactions { nodes { id readOnly } } } }"
    found = (await at.ask(query, id=ACCOUNT))["billingAccount"]["interactions"]["nodes"]
    assert [(parse_global_id(each["id"])[1], each["readOnly"]) for each in found] == [("I", True)]
