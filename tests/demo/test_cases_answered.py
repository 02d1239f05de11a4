"""The gateway's answers show the purpose of every planted case of people, times and care."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.demo.case_checks import TODAY, account_view, customer, usage
from support.demo.feed_queries import instant
from support.demo.running_demo import GatewayClient
from support.demo.truth import NEW_YORK, midnight, opaque
from support.documents import document

from gateway_demo.cases.care import CARE
from gateway_demo.cases.index import BY_NAME
from gateway_demo.cases.people import PEOPLE

Check = Callable[[Any], Any]
TIED = instant("2026-10-20T10:15:00-04:00")


def restrictions(account: Any) -> list[tuple[str, bool]]:
    """The contact restrictions, and whether each is active today."""
    return [(each["channel"], each["isActive"]) for each in account["customer"]["party"]["restrictions"]]


def needs(account: Any) -> dict[str, bool]:
    """The special needs, and whether each is open."""
    return {each["kind"]: each["until"] is None for each in account["customer"]["party"]["specialNeeds"]}


def activities(account: Any, kind: str) -> list[Any]:
    """The activities of a type in the newest window, newest first."""
    return [each for each in account["activities"]["nodes"] if each["__typename"] == kind]


def at(activity: Any) -> datetime:
    """The time of an activity."""
    return instant(activity["occurredAt"])


def outages(account: Any) -> list[str]:
    """The statuses of current outages."""
    return [each["status"] for each in account["outages"]]


CHECKS: dict[str, Check] = {
    "plain residential": lambda a: (
        {each["serviceType"] for each in a["serviceAgreements"]} == {"ELECTRIC", "GAS", "WATER"}
        and len(a["persons"]) == 2
        and len({each["__typename"] for each in a["activities"]["nodes"]}) >= 7
    ),
    "landlord with 40 accounts": lambda a: (
        a["customer"]["party"]["__typename"] == "Organization"
        and len(a["customer"]["all"]) == 40
        and len(a["customer"]["accounts"]) == 32
    ),
    "busy window": lambda a: len(a["activities"]["nodes"]) > 300,
    "prospect with a former account": lambda a: (
        a["customer"]["dashboard"]["available"] and "PROSPECT" in a["customer"]["party"]["roles"]
    ),
    "vacant premise": lambda a: a["status"] == "FINALED" and a["customer"]["party"]["roles"] == ["FORMER_CUSTOMER"],
    "wrong number": lambda a: opaque("Call", "CLWRONG0001") not in {each["id"] for each in activities(a, "Call")},
    "null-account calls, one account": lambda a: (
        [each["account"] for each in activities(a, "Call") if each["account"] is None] == [None, None]
    ),
    "null-account calls, two accounts": lambda a: (
        len(a["customer"]["accounts"]) == 2 and all(each["account"] is not None for each in activities(a, "Call"))
    ),
    "window edges": lambda a: (
        [at(each) for each in a["activities"]["nodes"]][:4]
        == [midnight(TODAY, NEW_YORK)] * 2 + [midnight(TODAY, NEW_YORK) - timedelta(seconds=1)] * 2
    ),
    "ties in time": lambda a: sum(at(each) == TIED for each in a["activities"]["nodes"]) >= 10,
    "the repeated hour": lambda a: len(activities(a, "Call")) >= 2,
    "card number in a transcript": lambda a: len(activities(a, "Chat")[0]["transcript"]) == 5,
    "Central time": lambda a: a["timeZone"] == "America/Chicago",
    "organization and its contact": lambda a: (
        a["customer"]["party"]["__typename"] == "PartyRelationship"
        and a["customer"]["party"]["organization"]["name"] == "Maple Leaf Bakery"
        and a["customer"]["party"]["person"]["name"]
    ),
    "restricted, now": lambda a: restrictions(a) == [("PHONE", True)],
    "restricted, formerly": lambda a: restrictions(a) == [("EMAIL", False)],
    "restricted, soon": lambda a: restrictions(a) == [("ALL", False)],
    "special needs": lambda a: needs(a) == {"LIFE_SUPPORT": True, "HEARING": True, "MEDICAL": False},
    "accents": lambda a: a["customer"]["party"]["name"] == "Zoë Núñez-Østergård",
    "same name, first": lambda a: a["customer"]["party"]["name"] == "John Smith",
    "same name, second": lambda a: a["customer"]["party"]["name"] == "John Smith",
    "unreachable": lambda a: a["customer"]["party"]["contactPoints"] == [],
    "just moved in": lambda a: a["bills"]["nodes"] == [] and a["payments"]["nodes"] == [],
    "moves in next week": lambda a: (
        a["status"] == "PENDING" and {each["status"] for each in a["serviceAgreements"]} == {"PENDING_START"}
    ),
    "active outage": lambda a: (
        outages(a) == ["CREW_ASSIGNED"]
        and a["outages"][0]["estimatedRestoration"] > a["outages"][0]["startedAt"]
        and activities(a, "OutageCall")
    ),
    "planned outage, life support": lambda a: outages(a) == ["PLANNED"] and a["premises"][0]["lifeSupport"] is True,
    "repeated outages": lambda a: outages(a) == [] and [each["status"] for each in a["allOutages"]] == ["RESTORED"] * 3,
    "open interaction": lambda a: (
        [
            (each["status"], each["wrapUp"] and each["wrapUp"]["result"])
            for each in a["customer"]["interactions"]["nodes"][:2]
        ]
        == [("OPEN", None), ("CLOSED", {"code": "CALLBACK"})]
    ),
    "open requests": lambda a: (
        Counter(each["state"] for each in a["serviceRequests"]["nodes"]) == {"IN_PROGRESS": 1, "OPEN": 1, "CLOSED": 2}
        and len(a["open"]["nodes"]) == 1
        and {each["severity"] for each in a["serviceRequests"]["nodes"]} >= {"CRITICAL", "HIGH"}
    ),
    "alerts": lambda a: len(a["alerts"]) == 3 and len(a["inForce"]) == 1,
    "moving out": lambda a: (
        [(each["kind"], each["state"]) for each in a["serviceOrders"]["nodes"]] == [("DISABLE_SERVICE", "WAITING")]
    ),
    "visit tomorrow": lambda a: [each["scheduledFrom"][:10] for each in a["fieldOrders"]["nodes"]] == ["2026-11-16"],
    "visit missed": lambda a: [each["state"] for each in a["fieldOrders"]["nodes"]] == ["DISPATCHED"],
    "order stuck": lambda a: {each["state"] for each in a["serviceOrders"]["nodes"]} == {"VALIDATION_ERROR", "WAITING"},
    "repeated contact": lambda a: activities(a, "Call")[0]["resolution"]["code"] == "UNRS",
    "bounced mail": lambda a: activities(a, "EmailMessage")[0]["delivery"] == "BOUNCED",
    "case and rebate": lambda a: (
        [each["isOpen"] for each in activities(a, "Case")] == [True]
        and [(each["status"]["code"], each["approved"]) for each in activities(a, "RebateClaim")] == [("REVW", None)]
    ),
}
WITHOUT_ACCOUNT = {
    "prospect never attached": ("PROSPECT_NEVER_ATTACHED", "CRM_ACCOUNT_PAGE", ["PROSPECT"]),
    "prospect once attached": ("NO_BILLING_ACCOUNT", "CUSTOMER_DASHBOARD", ["PROSPECT"]),
    "CRM-only contact": ("CRM_ONLY", "CRM_ACCOUNT_PAGE", ["CONTACT"]),
}


def test_every_case_of_people_and_care_has_a_check() -> None:
    assert set(CHECKS) | set(WITHOUT_ACCOUNT) == {planted.name for planted in (*PEOPLE, *CARE)}


@pytest.mark.parametrize("name", CHECKS)
def test_a_case_shows_its_purpose(gateway: GatewayClient, name: str) -> None:
    answer = account_view(gateway, name)
    assert CHECKS[name](answer), answer


@pytest.mark.parametrize("name", WITHOUT_ACCOUNT)
def test_customers_without_accounts_have_no_dashboard(gateway: GatewayClient, name: str) -> None:
    answer = customer(gateway, name)
    reason, landing, roles = WITHOUT_ACCOUNT[name]
    assert answer["dashboard"] == {"available": False, "reason": reason, "landing": landing}
    assert (answer["party"]["roles"], answer["accounts"]) == (roles, [])


def test_an_address_without_an_account_is_found_and_vacant(gateway: GatewayClient) -> None:
    hits = gateway.ask(document("search"), by={"address": "12 Elm St, Riverton"})["search"]["nodes"]
    assert [(each["id"], each["isVacant"]) for each in hits] == [
        (opaque("Premise", BY_NAME["vacant premise"].other_id), True)
    ]


def test_usage_after_an_account_closed_is_not_the_accounts(gateway: GatewayClient) -> None:
    assert usage(gateway, "vacant premise", "DAY", "2026-10-26", "2026-11-14") == []
    assert usage(gateway, "vacant premise", "DAY", "2026-05-20", "2026-05-31") != []


def test_a_wrong_number_is_a_media_item_without_party(gateway: GatewayClient) -> None:
    item = opaque("MediaItem", BY_NAME["wrong number"].other_id)
    query = "query($id: ID!) { mediaItem(id: $id) { isPartyKnown media segments { kind } } }"
    answer = gateway.ask(query, id=item)["mediaItem"]
    assert (answer["isPartyKnown"], answer["media"], len(answer["segments"])) == (False, "TELEPHONE", 3)


def test_two_people_of_one_name_are_both_found(gateway: GatewayClient) -> None:
    hits = gateway.ask(document("search"), by={"name": "john smith"}, first=100)["search"]["nodes"]
    both = {opaque("Customer", BY_NAME[f"same name, {which}"].customer_id) for which in ("first", "second")}
    assert both <= {each["id"] for each in hits}
