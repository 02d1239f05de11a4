"""Where records live and how they are opened: in place or by link, by type, and what others mention."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.utility import utility
from support.world import World, catalog_text, world

from gateway.ids import global_id
from gateway.resolvers.records import NODES, RECORDS

SOURCE = """query($id: ID!) { node(id: $id) { source { ...Ref } } }
  fragment Ref on SourceRef { system recordType recordId nodeId openMode url }"""
OBJECT = """query($id: ID!) { node(id: $id) { ... on InteractionActivity { object { ...Ref } } } }
  fragment Ref on SourceRef { system recordType recordId nodeId openMode url }"""
ACTIVITY = global_id("InteractionActivity", "IA")
KEYS = {name: rows[0]["id"] for name, rows in utility(1).items() if name in NODES}
# As the seeds say (ACT-5), type by type.
DETAIL = {
    "Adjustment", "Bill", "BillSegment", "Call", "Chat", "EmailMessage", "Interaction", "InteractionActivity",
    "MediaItem", "OutageCall", "Payment", "ServiceTask",
}  # fmt: skip
LINKS = {
    "Customer": ("https://crm.example/accounts/{customer_number}", "https://crm.example/accounts/C-1"),
    "ServiceAgreement": ("https://cis.example/{account_id}/{id}", "https://cis.example/A1/G1"),
    "ContactRestriction": ("https://crm.example/{reason}", None),
    "Bill": ("https://billing.example/?bill={id}", "https://billing.example/?bill=B1"),
}


@pytest.fixture
async def linked() -> AsyncIterator[World]:
    """The small utility, with links for some types."""
    text = catalog_text()
    for kind, (link, _) in LINKS.items():
        text = text.replace(f"[records.{kind}]\n", f'[records.{kind}]\nlink = "{link}"\n')
    async with world(utility(1), text=text) as made:
        yield made


def mode(kind: str) -> str:
    """How records of this type are opened."""
    return "DETAIL" if kind in DETAIL else "EXTERNAL_RECORD"


@pytest.mark.parametrize("kind", sorted(NODES))
async def test_every_record_says_where_it_lives_and_how_to_open_it(linked: World, kind: str) -> None:
    of: Any = RECORDS[kind]
    found = (await linked.ask(SOURCE, id=global_id(kind, KEYS[kind])))["node"]["source"]
    assert found == {
        "system": of.SYSTEM.name,
        "recordType": kind,
        "recordId": KEYS[kind],
        "nodeId": global_id(kind, KEYS[kind]),
        "openMode": mode(kind),
        "url": LINKS.get(kind, ("", None))[1],
    }


async def mentioned(at: World, **said: Any) -> Any:
    """What the activity was about, when its system says this."""
    at.held["InteractionActivity"][0] |= {f"object_{name}": each for name, each in said.items()}
    found = (await at.ask(OBJECT, id=ACTIVITY))["node"]["object"]
    assert at.gate.asked() == ["InteractionActivity by id x 1"]
    return found


@pytest.mark.parametrize("kind", sorted(NODES))
@pytest.mark.parametrize("told", [True, False])
async def test_what_an_activity_was_about_opens_as_that_record_does(
    linked: World, kind: str, *, told: bool
) -> None:
    of: Any = RECORDS[kind]
    found = await mentioned(linked, system=of.SYSTEM.name if told else None, type=kind, id=KEYS[kind])
    own = (await linked.ask(SOURCE, id=global_id(kind, KEYS[kind])))["node"]["source"]
    # A link that names other fields needs the record itself; nobody reads it for that.
    needs_more = "{id}" not in LINKS.get(kind, ("{id}", ""))[0] or kind == "ServiceAgreement"
    assert found == {**own, "url": None if needs_more else own["url"]}


@pytest.mark.parametrize(("system", "kind"), [("SALES", "Opportunity"), ("SERVICE", "Bill"), ("CIS", "Note")])
async def test_a_record_that_is_none_of_ours_is_named_and_not_claimed(
    at: World, system: str, kind: str
) -> None:
    assert await mentioned(at, system=system, type=kind, id="7") == {
        "system": system,
        "recordType": kind,
        "recordId": "7",
        "nodeId": None,
        "openMode": "EXTERNAL_RECORD",
        "url": None,
    }


@pytest.mark.parametrize(
    "said",
    [
        {"system": "BILLING", "type": "Bill", "id": None},
        {"system": "BILLING", "type": None, "id": "B1"},
        {"system": None, "type": "Opportunity", "id": "7"},
    ],
)
async def test_what_is_told_by_halves_is_unknown(at: World, said: Any) -> None:
    assert await mentioned(at, **said) is None
