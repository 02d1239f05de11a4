"""The gateway's answers show the purpose of every planted case of money and usage."""

from collections.abc import Callable
from typing import Any

import pytest
from support.demo.case_checks import TODAY, account_view, active, amount, usage
from support.demo.running_demo import GatewayClient

from gateway_demo.cases.money import MONEY

Telling = Callable[[Any], Any]


def newest(account: Any) -> Any:
    """The newest bill."""
    return account["bills"]["nodes"][0]


def unpaid(account: Any) -> int:
    """The number of unpaid bills before the first paid one."""
    return sum(amount(bill["unpaidAmount"]) > 0 for bill in account["bills"]["nodes"])


def behind(account: Any) -> bool:
    """Whether a pay plan has received less than was due by today."""
    [plan] = account["payPlans"]
    due = [each for each in plan["payments"] if each["dueOn"] < TODAY]
    return sum(amount(each["received"]) for each in due) < sum(amount(each["amount"]) for each in due)


def returned(account: Any) -> int:
    """The number of returned payments."""
    return sum(each["status"] == "RETURNED" for each in account["payments"]["nodes"])


def waiting(account: Any) -> set[str]:
    """The status of the next event of each active process."""
    going = [each for each in account["creditProcesses"] if each["processStatus"] == "ACTIVE"]
    return {each["nextEvent"]["status"] for each in going if each["nextEvent"]}


def perday(account: Any) -> list[float]:
    """The charges per day of each bill, newest first."""
    return [amount(bill["currentCharges"]) / bill["period"]["days"] for bill in account["bills"]["nodes"]]


def programs(account: Any) -> set[str]:
    """The account's programs."""
    return {each["kind"] for each in account["programs"]}


TELLING: dict[str, Telling] = {
    "collection active": lambda a: unpaid(a) == 2 and active(a) == {"CollectionProcess"},
    "severance active": lambda a: (
        unpaid(a) == 3 and "SeveranceProcess" in active(a) and "AWAITING_FIELD_WORK" in waiting(a)
    ),
    "cut pending": lambda a: any(each.get("cutOn", "") > TODAY for each in a["creditProcesses"]),
    "disconnected for non-payment": lambda a: (
        unpaid(a) == 5 and any(s["state"] == "CUT_FOR_NON_PAYMENT" for p in a["premises"] for s in p["servicePoints"])
    ),
    "write-off active": lambda a: (
        "WriteOffProcess" in active(a) and a["status"] == "FINALED" and amount(a["balance"]["current"]) > 0
    ),
    "written off": lambda a: newest(a)["status"] == "WRITTEN_OFF" and not active(a),
    "arrangement active": lambda a: (
        [(each["status"], each["installments"], each["installmentsBilled"]) for each in a["paymentArrangements"]]
        == [("ACTIVE", 6, 4)]
    ),
    "arrangement broken": lambda a: [each["status"] for each in a["paymentArrangements"]] == ["BROKEN"],
    "pay plan active": lambda a: a["payPlans"][0]["status"] == "ACTIVE" and not behind(a),
    "pay plan at risk": lambda a: a["payPlans"][0]["status"] == "ACTIVE" and behind(a),
    "pay plan overdue": lambda a: a["payPlans"][0]["status"] == "BROKEN" and "PayPlanOverdueProcess" in active(a),
    "cash only": lambda a: returned(a) == 3 and a["creditProfile"]["isCashOnly"] is True,
    "low rating": lambda a: a["creditProfile"]["creditRating"] < a["creditProfile"]["ratingThreshold"],
    "disconnection at a life-support premise": lambda a: (
        "SeveranceProcess" in active(a)
        and a["premises"][0]["lifeSupport"] is True
        and {"kind": "LIFE_SUPPORT", "until": None} in a["customer"]["party"]["specialNeeds"]
    ),
    "collection postponed": lambda a: (
        unpaid(a) == 4 and a["creditProfile"]["postponeReviewUntil"] > TODAY and not active(a)
    ),
    "past due": lambda a: unpaid(a) == 1 and amount(a["balance"]["pastDue"]) > 0 and not active(a),
    "final bill": lambda a: newest(a)["isFinal"] and newest(a)["dueOn"] == "2026-11-18" and a["status"] == "FINALED",
    "estimated bills": lambda a: [each["isEstimated"] for each in a["bills"]["nodes"]][:4] == [True, True, True, False],
    "net metering": lambda a: "NET_METERING" in programs(a),
    "water leak": lambda a: {each["serviceType"] for each in a["serviceAgreements"]} == {"WATER"},
    "gas only": lambda a: {each["serviceType"] for each in a["serviceAgreements"]} == {"GAS"},
    "budget billing": lambda a: "BUDGET_BILLING" in programs(a) and a["balance"]["payoff"] != a["balance"]["current"],
    "autopay": lambda a: (
        a["autopay"]["nextDrawOn"] == "2026-11-17"
        and [(each["dueOn"], each["origin"]) for each in a["scheduledPayments"]] == [("2026-11-17", "AUTOPAY")]
    ),
    "deposit": lambda a: amount(a["balance"]["deposit"]) == 150,
    "credit balance": lambda a: amount(a["balance"]["current"]) < 0,
    "payment returned": lambda a: returned(a) == 1,
    "higher bill": lambda a: perday(a)[0] > 1.2 * max(perday(a)[1], perday(a)[12]),
    "long period": lambda a: newest(a)["period"]["days"] >= a["bills"]["nodes"][1]["period"]["days"] + 4,
    "due soon": lambda a: newest(a)["dueOn"] == "2026-11-17" and unpaid(a) == 1 and not a["scheduledPayments"],
    "bill held": lambda a: newest(a)["issuedOn"] < "2026-10-15",
    "bill pending": lambda a: (newest(a)["status"], newest(a)["issuedOn"]) == ("PENDING", TODAY),
    "canceled bill": lambda a: (
        "CANCELED" in {each["status"] for each in a["bills"]["nodes"]}
        and "60" in {each["status"]["code"] for each in a["adjustments"]["nodes"]}
    ),
    "pays late": lambda a: unpaid(a) <= 1 and len(a["payments"]["nodes"]) >= 10,
    "pays in parts": lambda a: len(a["payments"]["nodes"]) == 40,
    "no usage": lambda a: {each["serviceType"] for each in a["serviceAgreements"]} == {"ELECTRIC"},
    "energy assistance": lambda a: "LOW_INCOME" in programs(a),
}


def test_every_case_of_money_has_a_check() -> None:
    assert set(TELLING) == {planted.name for planted in MONEY}


@pytest.mark.parametrize("name", TELLING)
def test_a_case_shows_its_purpose(gateway: GatewayClient, name: str) -> None:
    answer = account_view(gateway, name)
    assert TELLING[name](answer), answer


def test_net_metering_has_delivered_and_received_energy(gateway: GatewayClient) -> None:
    billed = usage(gateway, "net metering", "BILL_PERIOD", "2026-01-01")
    assert {each["flow"] for each in billed} == {"DELIVERED", "RECEIVED"}
    assert all(float(each["total"]) > 0 for each in billed)


def test_a_leak_flows_at_every_hour(gateway: GatewayClient) -> None:
    [water] = usage(gateway, "water leak", "HOUR", "2026-11-08", "2026-11-13")
    assert len(water["readings"]) == 6 * 24
    assert all(float(each["value"]) > 0 for each in water["readings"])


def test_zero_usage_for_forty_five_days_is_read_not_missing(gateway: GatewayClient) -> None:
    [power] = usage(gateway, "no usage", "DAY", "2026-10-10", "2026-11-12")
    assert {(float(each["value"]), each["quality"]) for each in power["readings"]} == {(0.0, "ACTUAL")}


def test_estimated_reads_are_marked(gateway: GatewayClient) -> None:
    for each in usage(gateway, "estimated bills", "BILL_PERIOD", "2026-05-01"):
        assert [reading["quality"] for reading in each["readings"]][-3:] == ["ESTIMATED"] * 3


def test_disconnected_accounts_have_no_usage(gateway: GatewayClient) -> None:
    powered = usage(gateway, "disconnected for non-payment", "DAY", "2026-10-15", "2026-11-12")
    electric = [each for each in powered if each["serviceType"] == "ELECTRIC"]
    values = {reading["value"] for each in electric for reading in each["readings"]} - {None}
    assert {float(value) for value in values} == {0.0}
