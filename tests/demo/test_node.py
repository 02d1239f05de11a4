"""Every record with an id is found by it, with its source system and the address to open it."""

from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

NODE = """
query Node($id: ID!) {
  node(id: $id) {
    __typename id source { system recordType recordId nodeId openMode url }
    ... on CustomerActivity { account { id } }
  }
}
"""
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
KINDS = '{ __type(name: "Node") { possibleTypes { name } } }'
# The ids of each type: store, table, column, and a condition.
STORED = {
    "Customer": ("crm", "customer", "id", "1"),
    "Person": ("crm", "party", "id", "id LIKE '7%'"),
    "Organization": ("crm", "party", "id", "id LIKE 'O%'"),
    "PartyRelationship": ("crm", "party", "id", "id LIKE 'R%'"),
    "ContactRestriction": ("crm", "restriction", "id", "1"),
    "BillingAccount": ("cis", "CI_ACCT", "ACCT_ID", "1"),
    "Premise": ("cis", "CI_PREM", "PREM_ID", "1"),
    "ServicePoint": ("cis", "CI_SP", "SP_ID", "1"),
    "ServiceAgreement": ("cis", "CI_SA", "SA_ID", "1"),
    "Bill": ("billing", "BL_BILL", "BILL_ID", "1"),
    "BillSegment": ("billing", "BL_BSEG", "BSEG_ID", "1"),
    "Adjustment": ("billing", "BL_ADJ", "ADJ_ID", "1"),
    "Payment": ("payments", "pay", "pay_id", "1"),
    "Call": ("contact_center", "call", "id", "1"),
    "Chat": ("contact_center", "chat", "id", "1"),
    "EmailMessage": ("email", "email", "id", "1"),
    "ServiceTask": ("self_service", "service_task", "id", "1"),
    "ServiceRequest": ("service", "service_request", "id", "1"),
    "CustomerContact": ("cis", "CI_CC", "CC_ID", "1"),
    "Case": ("cis", "CI_CASE", "CASE_ID", "1"),
    "RebateClaim": ("cis", "CI_REBATE", "CLAIM_ID", "1"),
    "ServiceOrder": ("service_orders", "service_order", "id", "1"),
    "FieldOrder": ("field_work", "field_order", "id", "1"),
    "OutageCall": ("outage", "outage_call", "id", "1"),
    "OutageEvent": ("outage", "outage", "id", "1"),
    "CollectionProcess": ("collections", "CC_COLL_PROC", "COLL_PROC_ID", "1"),
    "SeveranceProcess": ("collections", "CC_SEV_PROC", "SEV_PROC_ID", "1"),
    "WriteOffProcess": ("collections", "CC_WO_PROC", "WO_PROC_ID", "1"),
    "PayPlanOverdueProcess": ("collections", "CC_PPOD_PROC", "PPOD_PROC_ID", "1"),
    "CutProcess": ("collections", "CC_CUT_PROC", "CUT_PROC_ID", "1"),
    "PaymentArrangement": ("collections", "CC_PAY_ARR", "PA_ID", "1"),
    "PayPlan": ("collections", "CC_PAY_PLAN", "PP_ID", "1"),
    "CreditRatingHistory": ("collections", "CC_RATING_ENTRY", "ENTRY_ID", "1"),
    "CashOnlyHistory": ("collections", "CC_CASH_ENTRY", "ENTRY_ID", "1"),
    "Interaction": ("interactions", "interaction", "id", "1"),
    "InteractionActivity": ("interactions", "interaction_activity", "id", "1"),
    "MediaItem": ("interactions", "media_item", "id", "1"),
}
# Types that open in their own system, with the address; all others are shown in place. A name in braces is
# a column that the address contains beside the id.
OPENED = {
    "Customer": "https://crm.riverton.example/accounts/{customer_number}",
    "Person": "https://crm.riverton.example/parties/",
    "Organization": "https://crm.riverton.example/parties/",
    "PartyRelationship": "https://crm.riverton.example/parties/",
    "ContactRestriction": "https://crm.riverton.example/parties/{party_id}/restrictions/",
    "BillingAccount": "https://cis.riverton.example/accounts/{ACCT_NBR}",
    "Premise": "https://cis.riverton.example/premises/",
    "ServicePoint": "https://cis.riverton.example/service-points/",
    "ServiceAgreement": "https://cis.riverton.example/accounts/{ACCT_ID}/agreements/",
    "OutageEvent": "https://outage.riverton.example/outages/",
    "PayPlan": "https://collections.riverton.example/pay-plans/",
    "ServiceRequest": "https://service.riverton.example/requests/",
    "CustomerContact": "https://cis.riverton.example/contacts/",
    "Case": "https://cis.riverton.example/cases/",
    "RebateClaim": "https://cis.riverton.example/rebates/",
    "ServiceOrder": "https://orders.riverton.example/service-orders/",
    "FieldOrder": "https://fieldwork.riverton.example/work-orders/",
    "CollectionProcess": "https://collections.riverton.example/collections/",
    "SeveranceProcess": "https://collections.riverton.example/severances/",
    "WriteOffProcess": "https://collections.riverton.example/write-offs/",
    "PayPlanOverdueProcess": "https://collections.riverton.example/overdue-plans/",
    "CutProcess": "https://collections.riverton.example/cuts/",
    "PaymentArrangement": "https://collections.riverton.example/arrangements/",
    "CreditRatingHistory": "https://collections.riverton.example/ratings/",
    "CashOnlyHistory": "https://collections.riverton.example/cash-only/",
}
IN_PLACE = {
    *("Call", "Chat", "EmailMessage", "ServiceTask", "Bill", "Payment", "OutageCall"),
    *("BillSegment", "Adjustment", "Interaction", "InteractionActivity", "MediaItem"),
}


def ids(demo: DemoFolder, kind: str, most: int = 3) -> list[str]:
    """The first, the middle and the last id of a type in its store."""
    store, table, column, where = STORED[kind]
    rows = demo.ask(store, f'SELECT {column} FROM "{table}" WHERE {where} ORDER BY 1')  # noqa: S608  # our own names
    stored = [str(row[0]) for row in rows]
    picked = {0: stored[0], 1: stored[len(stored) // 2], 2: stored[-1]}
    return list(dict.fromkeys(picked.values()))[:most]


def test_every_type_with_an_id_has_a_store(gateway: GatewayClient) -> None:
    kinds = gateway.ask(KINDS)["__type"]["possibleTypes"]
    assert {kind["name"] for kind in kinds} == set(STORED)


@pytest.mark.parametrize("kind", STORED)
def test_a_record_is_found_by_its_id(gateway: GatewayClient, demo: DemoFolder, kind: str) -> None:
    for key in ids(demo, kind):
        node = gateway.ask(NODE, id=opaque(kind, key))["node"]
        assert (node["__typename"], node["id"]) == (kind, opaque(kind, key))
        assert node["source"] == source(demo, kind, key)


def test_every_type_is_shown_in_place_or_opened() -> None:
    assert IN_PLACE | set(OPENED) == set(STORED)
    assert not IN_PLACE & set(OPENED)


def source(demo: DemoFolder, kind: str, key: str) -> dict[str, Any]:
    """The expected source of a record."""
    return {
        "system": STORED[kind][0].upper(),
        "recordType": kind,
        "recordId": key,
        "nodeId": opaque(kind, key),
        "openMode": "EXTERNAL_RECORD" if kind in OPENED else "DETAIL",
        "url": address(demo, kind, key) if kind in OPENED else None,
    }


def address(demo: DemoFolder, kind: str, key: str) -> str:
    """The address of a record: it ends with the id, unless it consists of other columns."""
    store, table, column, _ = STORED[kind]
    [row] = demo.ask(store, f'SELECT * FROM "{table}" WHERE {column} = ?', key)  # noqa: S608  # our own names
    url = OPENED[kind].format(**dict(row))
    return url + key if url.endswith("/") else url


def test_nodes_keep_the_requested_order(gateway: GatewayClient, demo: DemoFolder) -> None:
    ids_of_all = [opaque(kind, key) for kind in STORED for key in ids(demo, kind, most=2)]
    keys = [*ids_of_all[::-1], opaque("Bill", "999"), opaque("Call", "unknown")]
    nodes = gateway.ask(NODES, ids=keys)["nodes"]
    assert [each and each["id"] for each in nodes] == [*ids_of_all[::-1], None, None]
