"""References to records: owning system, way to open, and records mentioned by others."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.utility import utility

from gateway.ids import global_id
from gateway.resolvers.records import NODES, RECORDS

SOURCE = """query($id: ID!) { node(id: $id) { source { ...Ref } } }
  fragment Ref on SourceRef { system recordType recordId nodeId openMode url }"""
OBJECT = """query($id: ID!) { node(id: $id) { ... on InteractionActivity { object { ...Ref } } } }
  fragment Ref on SourceRef { system recordType recordId nodeId openMode url }"""
ACTIVITY = global_id("InteractionActivity", "IA")
KEYS = {name: rows[0]["id"] for name, rows in utility(1).items() if name in NODES}
# The types shown in place (ACT-5).
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
async def linked() -> AsyncIterator[Harness]:
    """The small utility, with links for some types."""
    text = catalog_text()
    for kind, (link, _) in LINKS.items():
        text = text.replace(f"[records.{kind}]\n", f'[records.{kind}]\nlink = "{link}"\n')
    async with harness(utility(1), text=text) as gateway:
        yield gateway


def mode(kind: str, url: str | None) -> str:
    """The expected open mode of a record; without a link, it is shown in place."""
    return "DETAIL" if kind in DETAIL or url is None else "EXTERNAL_RECORD"


@pytest.mark.parametrize("kind", sorted(NODES))
async def test_every_record_refers_to_its_system(linked: Harness, kind: str) -> None:
    record: Any = RECORDS[kind]
    reference = (await linked.ask(SOURCE, id=global_id(kind, KEYS[kind])))["node"]["source"]
    assert reference == {
        "system": record.SYSTEM.name,
        "recordType": kind,
        "recordId": KEYS[kind],
        "nodeId": global_id(kind, KEYS[kind]),
        "openMode": mode(kind, LINKS.get(kind, ("", None))[1]),
        "url": LINKS.get(kind, ("", None))[1],
    }


async def mentioned(at: Harness, **values: Any) -> Any:
    """The object of the activity, when its row has these values."""
    at.held["InteractionActivity"][0] |= {f"object_{name}": each for name, each in values.items()}
    reference = (await at.ask(OBJECT, id=ACTIVITY))["node"]["object"]
    assert at.gate.batch_names() == ["InteractionActivity by id x 1"]
    return reference


@pytest.mark.parametrize("kind", sorted(NODES))
@pytest.mark.parametrize("with_system", [True, False])
async def test_a_mentioned_record_opens_like_the_record_itself(
    linked: Harness, kind: str, *, with_system: bool
) -> None:
    record: Any = RECORDS[kind]
    reference = await mentioned(linked, system=record.SYSTEM.name if with_system else None, type=kind, id=KEYS[kind])
    record_reference = (await linked.ask(SOURCE, id=global_id(kind, KEYS[kind])))["node"]["source"]
    # A link with other fields than the id needs the record itself, which is not loaded for it.
    needs_more = "{id}" not in LINKS.get(kind, ("{id}", ""))[0] or kind == "ServiceAgreement"
    url = None if needs_more else record_reference["url"]
    assert reference == {**record_reference, "url": url, "openMode": mode(kind, url)}


@pytest.mark.parametrize(("system", "kind"), [("SALES", "Opportunity"), ("SERVICE", "Bill"), ("CIS", "Note")])
async def test_a_foreign_record_is_named_without_a_node_id(at: Harness, system: str, kind: str) -> None:
    assert await mentioned(at, system=system, type=kind, id="7") == {
        "system": system,
        "recordType": kind,
        "recordId": "7",
        "nodeId": None,
        "openMode": "NOT_OFFERED",
        "url": None,
    }


@pytest.mark.parametrize(
    "values",
    [
        {"system": "BILLING", "type": "Bill", "id": None},
        {"system": "BILLING", "type": None, "id": "B1"},
        {"system": None, "type": "Opportunity", "id": "7"},
    ],
)
async def test_an_incomplete_reference_is_null(at: Harness, values: Any) -> None:
    assert await mentioned(at, **values) is None
