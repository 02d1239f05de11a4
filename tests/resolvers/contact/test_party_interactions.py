"""Interactions of accounts and parties, each shown once and loaded once."""

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.answers import all_pages, keys
from support.resolvers.interaction_queries import BY, history, talk
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER

from gateway.errors import SourceDown
from gateway.ids import global_id, parse_global_id


async def test_an_account_shows_its_own_interactions(at: Harness) -> None:
    at.held["Interaction"] = [
        talk("2026-11-10T12:00:00Z"),
        talk("2026-11-09T12:00:00Z", account_id="A2"),
        talk("2026-11-08T12:00:00Z", account_id=None),
        talk("2026-11-07T12:00:00Z", customer_id=None),
    ]
    page = await history(at, "BillingAccount", "A1")
    assert keys(page["nodes"]) == ["2026-11-10T12:00:00Z", "2026-11-07T12:00:00Z"]
    assert at.gate.batch_names() == [
        "AccountReference by account_id x 1",
        "BillingAccount by id x 1",
        "Interaction by account_id x 1",
    ]
    assert len(at.gate.rounds) == 2


async def test_an_only_account_also_shows_interactions_without_account(alone: Harness) -> None:
    alone.held["Interaction"] = [
        talk("2026-11-10T12:00:00Z"),
        talk("2026-11-08T12:00:00Z", account_id=None),
        talk("2026-11-07T12:00:00Z", customer_id=None),
        talk("2026-11-06T12:00:00Z", customer_id="D", account_id=None),
    ]
    page = await history(alone, "BillingAccount", "A1")
    assert keys(page["nodes"]) == [f"2026-11-{day}T12:00:00Z" for day in ("10", "08", "07")]


async def test_interactions_of_fifty_accounts_are_one_batch(at: Harness) -> None:
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on BillingAccount {
      interactions(first: 3) { nodes { id } } } } }"""
    at.held["BillingAccount"] = [row("BillingAccount", id=f"A{n}", customer_id="C", status="ACTIVE") for n in range(50)]
    at.held["AccountReference"] = [
        row("AccountReference", account_id=f"A{n}", customer_id="C", customer_accounts=50) for n in range(50)
    ]
    at.held["Interaction"] = [talk(f"2026-11-{day:02}T12:00:00Z", account_id="A7") for day in range(1, 9)]
    nodes = (await at.ask(query, ids=[global_id("BillingAccount", f"A{n}") for n in range(50)]))["nodes"]
    assert [len(each["interactions"]["nodes"]) for each in nodes] == [0] * 7 + [3] + [0] * 42
    assert at.gate.batch_names() == [
        "AccountReference by account_id x 50",
        "BillingAccount by id x 50",
        "Interaction by account_id x 50",
    ]
    assert at.gate.batches[-1].window.limit == 4


async def test_newest_and_all_interactions_of_a_customer_are_one_load(at: Harness) -> None:
    query = """query($id: ID!) { customer(id: $id) {
      newest: interactions(first: 5) { nodes { id } }
      interactions(all: true, first: 5) { nodes { id } } } }"""
    await at.ask(query, id=CUSTOMER)
    assert at.gate.batch_names() == ["Customer by id x 1", "Interaction by customer_id x 1"]


async def test_a_missing_account_lookup_is_reported_as_not_configured(at: Harness) -> None:
    text = catalog_text((), lambda record, by: record != "Interaction" or by in ("id", "party_id"))
    async with harness(at.held, text=text) as other:
        page = await history(other, "BillingAccount", "A1")
        assert (page["nodes"], page["days"], page["pageInfo"]) == (None, None, None)
        assert page["sources"] == [{"system": "INTERACTIONS", "state": "NOT_CONFIGURED"}]
        assert keys((await history(other, "Person", "H"))["nodes"]) == ["I"]


@pytest.fixture
def bakery(at: Harness) -> Harness:
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
async def test_an_interaction_is_found_from_each_of_its_parties(bakery: Harness, kind: str, key: str) -> None:
    page = await history(bakery, kind, key)
    ids = keys(page["nodes"])
    assert set(ids) == BELONGS[kind, key]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids, key="HORSTPK".index, reverse=True)


@pytest.mark.parametrize(("kind", "key"), BELONGS)
async def test_interactions_of_a_party_take_at_most_two_rounds(bakery: Harness, kind: str, key: str) -> None:
    await history(bakery, kind, key)
    between = {"Person": "person_id", "Organization": "organization_id"}.get(kind)
    assert [[each.lookup.name for each in batches] for batches in bakery.gate.rounds] == [
        [f"{kind} by id"],
        *([[f"PartyRelationship by {between}"]] if between else []),
        ["Interaction by party_id"],
    ]


@pytest.mark.parametrize("first", [1, 2, 500])
async def test_pages_of_a_party_give_each_interaction_once(bakery: Harness, first: int) -> None:
    bakery.held["Interaction"] += [talk("2026-10-01T12:00:00Z", id=f"t{n}", party_id="HORS"[n % 4]) for n in range(9)]
    pages = await all_pages(lambda after: history(bakery, "Person", "H", first=first, after=after))
    theirs = [each for each in bakery.held["Interaction"] if each["party_id"] in "HRS"]
    expected = sorted(theirs, key=lambda each: (each["started_at"], each["id"]), reverse=True)
    nodes = [node for page in pages for node in page["nodes"]]
    assert keys(nodes) == [each["id"] for each in expected]


async def test_an_interaction_under_two_keys_is_shown_once(bakery: Harness) -> None:
    bakery.held["Interaction"] = [talk("2026-11-10T12:00:00Z", id="one", party_id=key) for key in "HR"]
    assert keys((await history(bakery, "Person", "H"))["nodes"]) == ["one"]


@pytest.mark.parametrize("kind", ["Person", "Organization"])
async def test_unknown_relationships_make_the_history_unknown(bakery: Harness, kind: str) -> None:
    between = "PartyRelationship by person_id" if kind == "Person" else "PartyRelationship by organization_id"
    bakery.gate.down = {between: SourceDown}
    result = await bakery.answer(BY[kind], id=global_id(kind, kind[0] if kind[0] == "O" else "H"))
    page = result.data["node"]["interactions"]
    assert (page["nodes"], page["days"], page["pageInfo"]) == (None, None, None)
    assert page["sources"] == [{"system": "CRM", "state": "DOWN"}]
    assert {each["extensions"]["source"] for each in result.errors} == {"CRM"}


async def test_without_relationship_lookups_a_party_has_its_own_interactions(bakery: Harness) -> None:
    text = catalog_text((), lambda record, by: record != "PartyRelationship" or by == "id")
    async with harness(bakery.held, text=text) as at:
        assert keys((await history(at, "Person", "H"))["nodes"]) == ["H"]


async def test_a_relationship_without_parties_has_its_own_interactions(bakery: Harness) -> None:
    bakery.held["PartyRelationship"][0] |= {"person_id": None, "organization_id": None}
    assert keys((await history(bakery, "PartyRelationship", "R"))["nodes"]) == ["R"]


async def test_the_party_of_a_customer_finds_interactions_of_any_kind(bakery: Harness) -> None:
    query = "query($id: ID!) { customer(id: $id) { party { interactions { nodes { id } } } } }"
    bakery.held["Customer"][0] |= {"party_id": "R", "party_kind": "RELATIONSHIP"}
    party = (await bakery.ask(query, id=CUSTOMER))["customer"]["party"]
    assert set(keys(party["interactions"]["nodes"])) == {"R", "H", "O"}


async def test_an_account_found_by_id_has_interactions(at: Harness) -> None:
    query = "query($id: ID!) { billingAccount(id: $id) { interactions { nodes { id readOnly } } } }"
    nodes = (await at.ask(query, id=ACCOUNT))["billingAccount"]["interactions"]["nodes"]
    assert [(parse_global_id(each["id"])[1], each["readOnly"]) for each in nodes] == [("I", True)]
