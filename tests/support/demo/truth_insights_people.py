"""The insights of collections and customers by the formulas, over the raw rows; nothing of the gateway.

A rule is named as its code is, and gives a severity and an amount for each time it is raised. Source of the
formulas: domain facts, section 4.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from support.demo.demo_folders import one
from support.demo.truth_insights_money import C, I, Result, W
from support.demo.truth_raw import Account, dollars, months_before

UNKNOWN = "UNKNOWN"
VITAL_NEEDS = {"LIFE_SUPPORT", "SENSITIVE_LOAD"}
PHONES = {"HOME_PHONE", "MOBILE_PHONE"}
PROCESSES = {
    "COLL": "COLL_PROC_ID",
    "SEV": "SEV_PROC_ID",
    "CUT": "CUT_PROC_ID",
    "WO": "WO_PROC_ID",
    "PPOD": "PPOD_PROC_ID",
}


def _going_on(account: Account, *kinds: str) -> list[tuple[str, Any]]:
    return [
        (row[PROCESSES[kind]], row)
        for kind in kinds
        for row in account.rows("collections", f"CC_{kind}_PROC")
        if row["STAT_CD"] == "10"
    ]


def _amounts(account: Account, kind: str) -> Iterator[Result]:
    for _, row in _going_on(account, kind):
        yield C, Decimal(row["PROC_AMT"])


def _profile(account: Account) -> Any:
    return one(account.rows("collections", "CC_PROFILE"))


def in_collections(account: Account) -> Iterator[Result]:
    if _going_on(account, "COLL"):
        yield C, Decimal(_profile(account)["IN_COLL_AMT"])


def disconnect_pending(account: Account) -> Iterator[Result]:
    for key, row in _going_on(account, "SEV", "CUT"):
        events = account.raw.rows("collections", "CC_PROC_EVT", "PROC_ID", key)
        if any(each["STAT_CD"] in {"10", "15"} and each["EVT_TYPE_CD"] == "CUT" for each in events):
            yield C, Decimal(row["PROC_AMT"])


def disconnected_nonpay(account: Account) -> Iterator[Result]:
    agreements = [row for row in account.rows("cis", "CI_SA") if row["SA_STATUS_FLG"] == "20"]
    supplied = {point for row in agreements for point in json.loads(row["SP_IDS"])}
    if any(row["SP_STAT_CD"] == "CNP" and row["SP_ID"] in supplied for row in account.points):
        yield C, None


def life_support(account: Account) -> Iterator[Result]:
    switches = {premise["LIFE_SUPPORT_SW"] for premise in account.premises}
    if "Y" in switches or any(_needs_power(account, row["PER_ID"]) for row in _people(account)):
        yield C, None
    elif None in switches:
        yield UNKNOWN, None


def _people(account: Account) -> list[Any]:
    return account.rows("cis", "CI_ACCT_PER")


def _needs_power(account: Account, person: str) -> bool:
    party = one(account.raw.rows("crm", "party", "id", person))
    return any(
        need["type"] in VITAL_NEEDS and account.holds(need, "from", "to") for need in party.get("specialNeeds", [])
    )


def disconnect_vs_life_support(account: Account) -> Iterator[Result]:
    if any(disconnect_pending(account)):
        yield from life_support(account)


def write_off_active(account: Account) -> Iterator[Result]:
    yield from _amounts(account, "WO")


def pay_plan_overdue(account: Account) -> Iterator[Result]:
    yield from _amounts(account, "PPOD")


def pa_active(account: Account) -> Iterator[Result]:
    for row in account.rows("collections", "CC_PAY_ARR"):
        if row["STAT_CD"] == "20":
            yield I, Decimal(row["NEXT_BILL_AMT"]) if row["NEXT_BILL_AMT"] else None


def pa_broken(account: Account) -> Iterator[Result]:
    since = months_before(account.today, 12).isoformat()
    for row in account.rows("collections", "CC_PAY_ARR"):
        if row["STAT_CD"] == "40" and (row["END_DT"] or row["START_DT"]) >= since:
            yield W, None


def pay_plan_at_risk(account: Account) -> Iterator[Result]:
    for plan in account.rows("collections", "CC_PAY_PLAN"):
        payments = account.raw.rows("collections", "CC_PP_PAY", "PP_ID", plan["PP_ID"])
        due = [row for row in payments if row["DUE_DT"] < account.today.isoformat()]
        missing = sum(Decimal(row["SCHED_AMT"]) - Decimal(row["RECV_AMT"]) for row in due)
        if plan["STAT_CD"] == "20" and missing > 0:
            yield W, Decimal(missing)


def credit_rating_low(account: Account) -> Iterator[Result]:
    profile = _profile(account)
    if profile["RATING"] < profile["RATING_THRESH"]:
        yield W, None


def credit_rating_drop(account: Account) -> Iterator[Result]:
    after = account.today - timedelta(days=90)
    entries = account.rows("collections", "CC_RATING_ENTRY")
    if sum(row["AFF_BY"] for row in entries if account.local_day(row["CRE_DTTM"]) > after) <= -50:
        yield I, None


def cash_only(account: Account) -> Iterator[Result]:
    profile = _profile(account)
    if profile["CASH_SCORE"] > profile["CASH_THRESH"]:
        yield C, None


def collection_exempt(account: Account) -> Iterator[Result]:
    postponed = _profile(account)["POSTPONE_DT"]
    if postponed and postponed >= account.today.isoformat():
        yield I, None


def other_account_debt(account: Account) -> Iterator[Result]:
    others = [account.raw.account(key) for key in account.siblings if key != account.id]
    owed = [one(each.rows("billing", "BL_ACCT_BAL"))["PAST_DUE_CENTS"] for each in others]
    if any(cents > 0 for cents in owed) or any(_going_on(each, "COLL") for each in others):
        yield W, dollars(sum(cents for cents in owed if cents > 0)) or None


def multi_account(account: Account) -> Iterator[Result]:
    if len(account.siblings) > 1:
        yield I, None


def _party(account: Account) -> Any:
    customer = one(account.raw.rows("crm", "customer", "id", account.customer))
    return one(account.raw.rows("crm", "party", "id", customer["partyId"]))


def contact_restricted(account: Account) -> Iterator[Result]:
    rows = account.raw.rows("crm", "restriction", "party_id", _party(account)["id"])
    for _channel in {row["channel"] for row in rows if account.holds(row["period"], "from", "to")}:
        yield W, None


def account_alert(account: Account) -> Iterator[Result]:
    for row in account.rows("cis", "CI_ACCT_ALERT"):
        if account.holds(row):
            yield W, None


def contact_data_stale(account: Account) -> Iterator[Result]:
    today = account.today.isoformat()
    points = _party(account)["contactPoints"]
    kinds = {each["type"] for each in points if each["validTo"] is None or each["validTo"] >= today}
    mails = account.raw.rows("email", "email", "customer_id", account.customer)
    sent = max(
        (each for each in mails if each["direction"] == "OUTBOUND"), key=lambda each: each["sentAt"], default=None
    )
    bounced = sent is not None and sent["deliveryState"] == "bounced"
    if not kinds & PHONES or "EMAIL" not in kinds or bounced:
        yield I, None


RULES = (
    in_collections,
    disconnect_pending,
    disconnected_nonpay,
    disconnect_vs_life_support,
    write_off_active,
    pay_plan_overdue,
    pa_active,
    pa_broken,
    pay_plan_at_risk,
    credit_rating_low,
    credit_rating_drop,
    cash_only,
    collection_exempt,
    other_account_debt,
    life_support,
    contact_restricted,
    account_alert,
    contact_data_stale,
    multi_account,
)
