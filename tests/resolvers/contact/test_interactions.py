"""Interaction history: by day, with whom, by which means, about what."""

from typing import Any

import pytest
from support.rows import row
from support.utility import CUSTOMER
from support.world import World, catalog_text, world

from gateway.errors import SourceDown
from gateway.ids import global_id, parse_global_id

QUERY = """query($customer: ID!, $first: Int, $after: String, $range: DateRange) {
  customer(id: $customer) { interactions(first: $first, after: $after, range: $range) {
    days { date interactions { id readOnly party { __typename name } account { accountNumber }
      activities { id object { system recordType recordId } mediaItem { id } }
      mediaItems { id segments { sequence kind } } notes { text } } }
    nodes { id } pageInfo { hasNextPage endCursor } sources { system state } } } }"""
MEDIA = "query($id: ID!) { mediaItem(id: $id) { id isPartyKnown address segments { sequence } } }"
ONE = "query($id: ID!) { interaction(id: $id) { id status contact { name } mediaItems { id } } }"


async def history(at: World, **asked: Any) -> Any:
    """The interactions of customer C."""
    return (await at.ask(QUERY, customer=CUSTOMER, **asked))["customer"]["interactions"]


def talks(*moments: str, **said: Any) -> list[dict[str, Any]]:
    """An interaction at each of these moments."""
    return [row("Interaction", id=each, customer_id="C", started_at=each, **said) for each in moments]


def keys(nodes: Any) -> list[str]:
    """The systems' own keys of some entries."""
    return [parse_global_id(each["id"])[1] for each in nodes]


async def test_a_page_is_grouped_by_the_days_of_the_utility(at: World) -> None:
    at.held["Interaction"] = talks(
        "2026-11-10T04:59:00Z", "2026-11-10T05:00:00Z", "2026-11-09T23:00:00-05:00", "2026-11-01T05:30:00Z"
    )
    found = await history(at)
    assert [(each["date"], len(each["interactions"])) for each in found["days"]] == [
        ("2026-11-10", 1),
        ("2026-11-09", 2),
        ("2026-11-01", 1),
    ]
    grouped = [key for each in found["days"] for key in keys(each["interactions"])]
    assert grouped == keys(found["nodes"])


async def test_a_range_is_of_days_both_included(at: World) -> None:
    at.held["Interaction"] = talks(
        "2026-11-10T04:59:59Z", "2026-11-10T05:00:00Z", "2026-11-11T04:59:59Z", "2026-11-11T05:00:00Z"
    )
    found = await history(at, range={"since": "2026-11-10", "until": "2026-11-10"})
    assert keys(found["nodes"]) == ["2026-11-11T04:59:59Z", "2026-11-10T05:00:00Z"]


@pytest.mark.parametrize("first", [1, 2, 500])
async def test_pages_give_every_interaction_once(at: World, first: int) -> None:
    at.held["Interaction"] = [row("Interaction", id=f"{n}", customer_id="C") for n in range(5)]
    seen: list[str] = []
    after, more = None, True
    while more:
        page = await history(at, first=first, after=after)
        seen += keys(page["nodes"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("kind", "key", "name"),
    [
        ("PERSON", "H", "Person"),
        ("ORGANIZATION", "O", "Organization"),
        ("RELATIONSHIP", "R", "PartyRelationship"),
        (None, "H", "Person"),
        ("PERSON", None, None),
        ("PERSON", "nobody", None),
    ],
)
async def test_whom_it_was_with_is_told_by_its_kind_or_unknown(
    at: World, kind: Any, key: Any, name: Any
) -> None:
    at.held["Interaction"][0] |= {"party_kind": kind, "party_id": key}
    [day] = (await history(at))["days"]
    party = day["interactions"][0]["party"]
    assert (party and party["__typename"]) == name


async def test_everything_below_an_interaction_is_there(at: World) -> None:
    at.held["InteractionActivity"][0] |= {
        "object_system": "BILLING",
        "object_type": "Bill",
        "object_id": "B1",
    }
    at.held["MediaItem"][0]["segments"] = [
        {"sequence": n, "kind": kind, "started_at": "2026-10-05T13:30:00Z"}
        for n, kind in ((2, "AGENT"), (0, "IVR"), (1, "QUEUE"))
    ]
    [day] = (await history(at))["days"]
    [found] = day["interactions"]
    assert (found["readOnly"], found["account"]) == (True, {"accountNumber": "1001"})
    assert found["activities"][0]["object"] == {
        "system": "BILLING",
        "recordType": "Bill",
        "recordId": "B1",
    }
    assert found["activities"][0]["mediaItem"] == {"id": found["mediaItems"][0]["id"]}
    assert [each["kind"] for each in found["mediaItems"][0]["segments"]] == ["IVR", "QUEUE", "AGENT"]
    assert found["notes"] == [{"text": "said"}]


async def test_an_activity_about_nothing_has_no_object(at: World) -> None:
    [day] = (await history(at))["days"]
    assert day["interactions"][0]["activities"][0]["object"] is None


async def test_a_media_item_of_nobody_is_found_by_itself(at: World) -> None:
    stray = row("MediaItem", id="stray", interaction_id=None, is_party_known=False, address="+15550199")
    at.held["MediaItem"].append(stray)
    found = await at.ask(MEDIA, id=global_id("MediaItem", "stray"))
    assert (found["mediaItem"]["isPartyKnown"], found["mediaItem"]["address"]) == (False, "+15550199")
    assert (await at.ask(MEDIA, id=global_id("MediaItem", "none")))["mediaItem"] is None


async def test_an_interaction_is_found_by_its_own_id_and_no_other_kind(at: World) -> None:
    found = (await at.ask(ONE, id=global_id("Interaction", "I")))["interaction"]
    assert (found["status"], found["contact"], keys(found["mediaItems"])) == (
        "CLOSED",
        {"name": "Ada Alder"},
        ["M"],
    )
    result = await at.answer(ONE, id=global_id("MediaItem", "M"))
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


async def test_where_only_parties_are_known_the_party_is_asked() -> None:
    tables = {
        "Customer": [row("Customer", id="C", customer_number="1", party_id="H")],
        "Interaction": [row("Interaction", id="I", party_id="H")],
    }
    text = catalog_text((), lambda record, by: (record, by) != ("Interaction", "customer_id"))
    async with world(tables, text=text) as at:
        assert keys((await history(at))["nodes"]) == ["I"]


@pytest.mark.parametrize(("out", "state"), [(True, "NOT_CONFIGURED"), (False, "DOWN")])
async def test_no_interaction_store_and_a_dead_one_are_told_apart(out: bool, state: str) -> None:  # noqa: FBT001  # a case
    tables = {"Customer": [row("Customer", id="C", customer_number="1")]}
    async with world(tables, text=catalog_text(["INTERACTIONS"] if out else [])) as at:
        at.gate.down = {"INTERACTIONS": SourceDown}
        result = await at.answer(QUERY, customer=CUSTOMER)
        found: Any = (result.data or {})["customer"]["interactions"]
        assert (found["days"], found["nodes"], found["pageInfo"]) == (None, None, None)
        assert found["sources"] == [{"system": "INTERACTIONS", "state": state}]
        assert {each["extensions"]["code"] for each in result.errors} == (set() if out else {"SOURCE_DOWN"})
