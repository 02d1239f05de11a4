"""Records by global id, and the refusal of invalid ids."""

from typing import Any

import pytest
from support.harness import Harness
from support.utility import ACCOUNT, utility

from gateway.ids import encode_opaque, global_id
from gateway.resolvers.records import NODES

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
LIST = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
SOURCE = """query($id: ID!) { node(id: $id) { ... on CustomerActivity {
  title account { id } source { system recordType recordId openMode url } } } }"""
IDS = {name: global_id(name, rows[0]["id"]) for name, rows in utility(1).items() if name in NODES}
JUNK = [
    "",
    "x",
    "QQ==",
    encode_opaque(b"Nothing:1"),
    encode_opaque(b"ProcessEvent:1"),
    encode_opaque(b"Bill"),
    "../Bill:1",
    "é",
]


@pytest.mark.parametrize("kind", sorted(NODES))
async def test_every_node_type_is_loaded_by_its_id_alone(at: Harness, kind: str) -> None:
    data = await at.ask(NODE, id=IDS[kind])
    assert data == {"node": {"__typename": kind, "id": IDS[kind]}}
    assert {batch.lookup.record for batch in at.gate.batches} - {"AccountReference"} == {kind}


@pytest.mark.parametrize("kind", sorted(NODES))
async def test_a_missing_node_is_null(at: Harness, kind: str) -> None:
    assert await at.ask(NODE, id=global_id(kind, "../none' or 1=1")) == {"node": None}


@pytest.mark.parametrize("text", JUNK)
async def test_an_invalid_id_is_refused_with_a_sentence(at: Harness, text: str) -> None:
    result = await at.answer(NODE, id=text)
    assert result.data == {"node": None}
    [error] = result.errors
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert "not an id of this graph" in error["message"]
    assert at.gate.batches == []


async def test_too_many_nodes_cost_their_field_alone(at: Harness) -> None:
    query = "query($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { id } }"
    result = await at.answer(query, ids=[ACCOUNT] * 101, id=ACCOUNT)
    assert result.data == {"nodes": None, "node": {"id": ACCOUNT}}
    assert [each["extensions"]["code"] for each in result.errors] == ["BAD_INPUT"]


async def test_nodes_keep_their_order_with_null_for_missing_ones(at: Harness) -> None:
    ids = [IDS["Call"], global_id("Call", "none"), IDS["Bill"], global_id("Call", "Call2"), IDS["Call"]]
    nodes = (await at.ask(LIST, ids=ids))["nodes"]
    assert [each and each["id"] for each in nodes] == [ids[0], None, *ids[2:]]
    assert at.gate.batch_names() == ["Bill by id x 1", "Call by id x 3"]


async def test_at_most_a_hundred_nodes_are_loaded(at: Harness) -> None:
    assert (await at.ask(LIST, ids=[]))["nodes"] == []
    assert len((await at.ask(LIST, ids=[ACCOUNT] * 100))["nodes"]) == 100
    result = await at.answer(LIST, ids=[ACCOUNT] * 101)
    assert result.errors[0]["message"] == "At most 100 ids at once, not 101."


@pytest.mark.parametrize(("kind", "mode"), [("Call", "DETAIL"), ("Case", "DETAIL")])
async def test_an_activity_refers_to_its_account_and_source(at: Harness, kind: str, mode: str) -> None:
    node: Any = (await at.ask(SOURCE, id=IDS[kind]))["node"]
    assert node["account"] == {"id": ACCOUNT}
    assert (node["source"]["recordType"], node["source"]["recordId"]) == (kind, f"{kind}1")
    assert (node["source"]["openMode"], node["source"]["url"]) == (mode, None)


async def test_an_unknown_time_zone_invalidates_only_its_own_account(at: Harness) -> None:
    at.held["BillingAccount"][0]["time_zone"] = "Nowhere/Secret"
    at.held["BillingAccount"][1]["time_zone"] = "America/Chicago"
    query = "query($a: ID!) { node(id: $a) { ... on BillingAccount { timeZone } } }"
    wrong = await at.answer(query, a=global_id("BillingAccount", "A1"))
    assert [error["extensions"]["code"] for error in wrong.errors] == ["SOURCE_MISREAD"]
    assert "Secret" not in str(wrong)
    assert await at.ask(query, a=global_id("BillingAccount", "A2")) == {"node": {"timeZone": "America/Chicago"}}
