"""The insights of work, outages and talks by the formulas, over the raw documents; nothing of the gateway.

A rule is named as its code is, and gives a severity and an amount for each time it is raised. Source of the
formulas: domain facts, section 4.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from support.demo.truth_insights_money import C, I, Result, W
from support.demo.truth_insights_people import life_support
from support.demo.truth_raw import NOW, Account, instant, months_before

DONE = {"DONE", "CANC", "DISC"}
OVER = {"COMPLETED", "CANCELLED", "FAILED"}


def _requests(account: Account) -> list[Any]:
    return account.rows("service", "service_request", "account_id")


def _open(account: Account) -> list[Any]:
    return [each for each in _requests(account) if each["status"] not in {"Resolved", "Closed"}]


def sr_open_high(account: Account) -> Iterator[Result]:
    if any(each["severity"] in {"High", "Critical"} for each in _open(account)):
        yield W, None


def sr_aged(account: Account) -> Iterator[Result]:
    before = NOW - timedelta(days=14)
    if any(
        (each["dueDate"] and instant(each["dueDate"]) < NOW) or instant(each["openedDate"]) < before
        for each in _open(account)
    ):
        yield W, None


def sr_repeat(account: Account) -> Iterator[Result]:
    after = NOW - timedelta(days=90)
    recent = [each for each in _requests(account) if instant(each["openedDate"]) > after]
    for times in Counter(each["category"]["code"] for each in recent if each["category"]).values():
        if times >= 3:
            yield W, None


def _orders(account: Account) -> list[Any]:
    return account.rows("service_orders", "service_order", "account_id")


def service_pending(account: Account) -> Iterator[Result]:
    moving = any(row["SA_STATUS_FLG"] in {"05", "30"} for row in account.rows("cis", "CI_SA"))
    if moving or any(each["state_cd"] not in DONE for each in _orders(account)):
        yield I, None


def order_stuck(account: Account) -> Iterator[Result]:
    before = NOW - timedelta(days=3)
    if any(
        each["state_cd"] == "VERR"
        or (each["state_cd"] == "WAIT" and each["requested_for"] and instant(each["requested_for"]) < before)
        for each in _orders(account)
    ):
        yield W, None


def field_visit(account: Account) -> Iterator[Result]:
    for each in account.rows("field_work", "field_order", "account_id"):
        if each["status"] in OVER or each["appointment"] is None:
            continue
        start, end = (_epoch(each["appointment"][name]) for name in ("start", "end"))
        if (end or start) < NOW:
            yield W, None
        elif start <= NOW + timedelta(hours=48):
            yield I, None


def _epoch(milliseconds: int | None) -> Any:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _outages(account: Account) -> list[Any]:
    outages_by_id = {}
    for premise in account.premises:
        for row in account.raw.rows("outage", "outage_premise", "premise_id", premise["PREM_ID"]):
            for each in account.raw.rows("outage", "outage", "id", row["outage_id"]):
                outages_by_id[each["OutageId"]] = each
    return list(outages_by_id.values())


def outage_active(account: Account) -> Iterator[Result]:
    for each in _outages(account):
        if each["Status"] in {"RESTORED", "CANCELLED"}:
            continue
        end = each["EstimatedRestoration"]
        begun = instant(each["StartedAt"]) <= NOW and (end is None or instant(end) > NOW)
        if each["Status"] != "PLANNED" or begun:
            yield C, None


def outage_planned(account: Account) -> Iterator[Result]:
    vital = any(severity == C for severity, _ in life_support(account))
    for each in _outages(account):
        soon = NOW < instant(each["StartedAt"]) <= NOW + timedelta(days=7)
        if each["Status"] == "PLANNED" and soon:
            yield (C if vital else I), None


def outage_repeat(account: Account) -> Iterator[Result]:
    clock = NOW.astimezone(account.zone).time()
    after = datetime.combine(months_before(account.today, 12), clock, account.zone)
    counted = [
        each
        for each in _outages(account)
        if each["Status"] not in {"CANCELLED", "PLANNED"} and instant(each["StartedAt"]) > after
    ]
    if len(counted) >= 3:
        yield W, None


def _talks(account: Account) -> Iterator[tuple[datetime, str]]:
    for kind in ("call", "chat"):
        for each in account.contacts("contact_center", kind):
            yield instant(each["started_at"]), each["interaction_id"] or each[f"{kind}_id"]
    for each in account.contacts("interactions", "interaction"):
        yield instant(each["start"]), each["interaction_id"]
    for row in account.rows("cis", "CI_CC"):
        yield instant(row["CC_DTTM"]), row["CC_ID"]


def repeat_contact(account: Account) -> Iterator[Result]:
    after = NOW - timedelta(days=14)
    if len({name for started, name in _talks(account) if started > after}) >= 3:
        yield W, None


def interaction_open(account: Account) -> Iterator[Result]:
    for each in account.interactions():
        if each["status"] == "O":
            yield I, None


def last_call_unresolved(account: Account) -> Iterator[Result]:
    calls, chats = (account.contacts("contact_center", kind) for kind in ("call", "chat"))
    answered = [(instant(each["started_at"]), each["call_id"], each) for each in calls if each["ended_at"]]
    answered += [(instant(each["started_at"]), each["chat_id"], each) for each in chats if each["ended_at"]]
    newest = max(answered, key=lambda each: each[:2], default=(NOW, "", None))[2]
    if newest is None or instant(newest["started_at"]) < NOW - timedelta(days=30):
        return
    if newest["disposition"] is None or newest["disposition"]["code"] == "UNRS":
        yield W, None


def callback_due(account: Account) -> Iterator[Result]:
    midnight = datetime.combine(account.today + timedelta(days=1), time(), account.zone)
    for each in account.interactions():
        if each["callback_due"] and instant(each["callback_due"]) < midnight:
            yield W, None


RULES = (
    sr_open_high,
    sr_aged,
    sr_repeat,
    service_pending,
    order_stuck,
    field_visit,
    outage_active,
    outage_planned,
    outage_repeat,
    repeat_contact,
    interaction_open,
    last_call_unresolved,
    callback_due,
)
