"""Interactions by day, with party, media items, activities and notes."""

from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.answers import all_pages, keys
from support.rows import row
from support.utility import CUSTOMER

from gateway.errors import SourceDown
from gateway.ids import global_id

QUERY = """query($customer: ID!, $first: Int, $after: String, $range: DateRange) {
  customer(id: $customer) { interactions(first: $first, after: $after, range: $range) {
    days { date interactions { id readOnly party { __typename name } account { accountNumber }
      activities { id object { system recordType recordId } mediaItem { id } }
      mediaItems { id segments { sequence kind } } notes { text } } }
    nodes { id } pageInfo { hasNextPage endCursor } sources { system state } } } }"""
MEDIA = "query($id: ID!) { mediaItem(id: $id) { id isPartyKnown address segments { sequence } } }"
ONE = "query($id: ID!) { interaction(id: $id) { id status contact { name } mediaItems { id } } }"


async def history(at: Harness, **arguments: Any) -> Any:
    """The interactions of customer C."""
    return (await at.ask(QUERY, customer=CUSTOMER, **arguments))["customer"]["interactions"]


def talks(*moments: str, **fields: Any) -> list[dict[str, Any]]:
    """An interaction at each of these instants, which are also their ids."""
    return [row("Interaction", id=each, customer_id="C", started_at=each, **fields) for each in moments]


async def test_a_page_is_grouped_by_the_days_of_the_utility(at: Harness) -> None:
    at.held["Interaction"] = talks(
        "2026-11-10T04:59:00Z", "2026-11-10T05:00:00Z", "2026-11-09T23:00:00-05:00", "2026-11-01T05:30:00Z"
    )
    page = await history(at)
    assert [(each["date"], len(each["interactions"])) for each in page["days"]] == [
        ("2026-11-10", 1),
        ("2026-11-09", 2),
        ("2026-11-01", 1),
    ]
    grouped = [key for each in page["days"] for key in keys(each["interactions"])]
    assert grouped == keys(page["nodes"])


async def test_a_range_includes_both_days(at: Harness) -> None:
    at.held["Interaction"] = talks(
        "2026-11-10T04:59:59Z", "2026-11-10T05:00:00Z", "2026-11-11T04:59:59Z", "2026-11-11T05:00:00Z"
    )
    page = await history(at, range={"since": "2026-11-10", "until": "2026-11-10"})
    assert keys(page["nodes"]) == ["2026-11-11T04:59:59Z", "2026-11-10T05:00:00Z"]


@pytest.mark.parametrize("first", [1, 2, 500])
async def test_pages_give_every_interaction_once(at: Harness, first: int) -> None:
    at.held["Interaction"] = [row("Interaction", id=f"{n}", customer_id="C") for n in range(5)]
    pages = await all_pages(lambda after: history(at, first=first, after=after))
    assert [key for page in pages for key in keys(page["nodes"])] == ["4", "3", "2", "1", "0"]


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
async def test_the_party_has_its_own_kind_or_is_null(at: Harness, kind: Any, key: Any, name: Any) -> None:
    at.held["Interaction"][0] |= {"party_kind": kind, "party_id": key}
    [day] = (await history(at))["days"]
    party = day["interactions"][0]["party"]
    assert (party and party["__typename"]) == name


async def test_an_interaction_has_activities_media_items_and_notes(at: Harness) -> None:
    at.held["InteractionActivity"][0] |= {"object_system": "BILLING", "object_type": "Bill", "object_id": "B1"}
    at.held["MediaItem"][0]["segments"] = [
        {"sequence": n, "kind": kind, "started_at": "2026-10-05T13:30:00Z"}
        for n, kind in ((2, "AGENT"), (0, "IVR"), (1, "QUEUE"))
    ]
    [day] = (await history(at))["days"]
    [interaction] = day["interactions"]
    assert (interaction["readOnly"], interaction["account"]) == (True, {"accountNumber": "1001"})
    assert interaction["activities"][0]["object"] == {"system": "BILLING", "recordType": "Bill", "recordId": "B1"}
    assert interaction["activities"][0]["mediaItem"] == {"id": interaction["mediaItems"][0]["id"]}
    assert [each["kind"] for each in interaction["mediaItems"][0]["segments"]] == ["IVR", "QUEUE", "AGENT"]
    assert interaction["notes"] == [{"text": "said"}]


async def test_an_activity_without_object_is_null(at: Harness) -> None:
    [day] = (await history(at))["days"]
    assert day["interactions"][0]["activities"][0]["object"] is None


async def test_a_media_item_without_interaction_is_found_by_id(at: Harness) -> None:
    stray = row("MediaItem", id="stray", interaction_id=None, is_party_known=False, address="+15550199")
    at.held["MediaItem"].append(stray)
    data = await at.ask(MEDIA, id=global_id("MediaItem", "stray"))
    assert (data["mediaItem"]["isPartyKnown"], data["mediaItem"]["address"]) == (False, "***-***-0199")
    assert (await at.ask(MEDIA, id=global_id("MediaItem", "none")))["mediaItem"] is None


async def test_an_interaction_is_found_only_by_its_own_id(at: Harness) -> None:
    interaction = (await at.ask(ONE, id=global_id("Interaction", "I")))["interaction"]
    assert (interaction["status"], interaction["contact"], keys(interaction["mediaItems"])) == (
        "CLOSED",
        {"name": "Ada Alder"},
        ["M"],
    )
    result = await at.answer(ONE, id=global_id("MediaItem", "M"))
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


async def test_interactions_are_found_by_party_without_a_customer_lookup() -> None:
    tables = {
        "Customer": [row("Customer", id="C", customer_number="1", party_id="H")],
        "Interaction": [row("Interaction", id="I", party_id="H")],
    }
    text = catalog_text((), lambda record, by: (record, by) != ("Interaction", "customer_id"))
    async with harness(tables, text=text) as at:
        assert keys((await history(at))["nodes"]) == ["I"]


@pytest.mark.parametrize(("missing", "state"), [(True, "NOT_CONFIGURED"), (False, "DOWN")])
async def test_a_missing_interaction_system_differs_from_a_failing_one(missing: bool, state: str) -> None:  # noqa: FBT001  # a case
    tables = {"Customer": [row("Customer", id="C", customer_number="1")]}
    async with harness(tables, text=catalog_text(["INTERACTIONS"] if missing else [])) as at:
        at.gate.down = {"INTERACTIONS": SourceDown}
        result = await at.answer(QUERY, customer=CUSTOMER)
        page: Any = (result.data or {})["customer"]["interactions"]
        assert (page["days"], page["nodes"], page["pageInfo"]) == (None, None, None)
        assert page["sources"] == [{"system": "INTERACTIONS", "state": state}]
        assert {each["extensions"]["code"] for each in result.errors} == (set() if missing else {"SOURCE_DOWN"})
