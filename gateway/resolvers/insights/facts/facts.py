"""Every fact that rules are decided by: whose records, by which key, of which time.

Windows are chosen so that they join the questions which the lists of the same document ask.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from gateway.contract.batch import Window
from gateway.contract.times import midnight
from gateway.loading.finder import Found
from gateway.resolvers.account.cross_reference import AccountReference
from gateway.resolvers.account.parts import AccountAlert, ProgramEnrollment
from gateway.resolvers.billing.bills import AccountBalance, Bill, BillSegment
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, PaymentTender, ScheduledPayment
from gateway.resolvers.collections.credit import CreditProfile, CreditRatingHistory
from gateway.resolvers.collections.processes import (
    CollectionProcess,
    CutProcess,
    PayPlanOverdueProcess,
    ProcessEvent,
    ProcessStatus,
    SeveranceProcess,
    WriteOffProcess,
)
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.comparisons.bills import NO_SEGMENTS, Pair
from gateway.resolvers.comparisons.pairs import current_of, last_year_of, newest_bills, previous_of
from gateway.resolvers.comparisons.payment_history import BACK, YEAR, CameBack, last_payment, newest_payments
from gateway.resolvers.contact.conversations import Call, Chat, Direction, EmailMessage
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.insights.facts.newest import (
    ANY_AGE,
    NEWEST,
    Beyond,
    latest,
    listed,
    newest,
    newest_of,
    promised,
)
from gateway.resolvers.insights.model.fact import Case, Fact, failure, following, joined, of_account, settled
from gateway.resolvers.service.orders import FieldOrder, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement
from gateway.resolvers.service.requests import CustomerContact, ServiceRequest

INTERACTIONS_ASKED = 500  # every contact makes one, and any of them may have a call back due


def whole(case: Case) -> Window:
    """All of them: there are few."""
    return Window(zone=case.zone)


def recent(case: Case) -> Window:
    """What the last weeks brought."""
    days = max(case.on.set.contact_repeat_days, case.on.set.unresolved_days)
    return Window(since=case.now - timedelta(days=days + 1), limit=NEWEST, zone=case.zone)


def newest_interactions(info: Info) -> Window:
    """Interactions are a customer's too, whose list is asked in the utility's zone: one question for both."""
    return Window(limit=INTERACTIONS_ASKED, zone=info.context.zone)


def _paid(case: Case) -> Window:
    return newest_payments(case.zone)


def _met(case: Case) -> Window:
    return newest_interactions(case.info)


def _weeks(case: Case) -> datetime:
    return case.now - timedelta(days=max(case.on.set.contact_repeat_days, case.on.set.unresolved_days))


def _repeats(case: Case) -> datetime:
    return case.now - timedelta(days=case.on.set.request_repeat_days)


def _contacts(case: Case) -> datetime:
    return case.now - timedelta(days=case.on.set.contact_repeat_days)


def _returns(case: Case) -> date:
    return min(case.on.days_ago(case.on.set.returned_days), months_before(case.today, YEAR))


def _returned(case: Case) -> datetime:
    return midnight(_returns(case), case.zone)


def _is_paid(payments: Sequence[Payment]) -> bool:
    return last_payment(payments) is not None


def _is_sent(emails: Sequence[EmailMessage]) -> bool:
    return any(each.direction is Direction.OUTBOUND for each in emails)


async def _segments(case: Case) -> Found[BillSegment]:
    bills = await case.told(BILLS)
    now = current_of(bills.records)
    return following(bills, await case.each(BillSegment, "bill_id", [now.id] if now else []))


def beside(name: str, base_of: Callable[[Sequence[Bill], Bill], Bill | None]) -> Fact:
    """The newest complete bill beside another: one `Pair`, where the segments of both are known."""

    async def find(case: Case) -> Found[Pair]:
        bills = await case.told(BILLS)
        now = current_of(bills.records)
        both = (now, base_of(bills.records, now) if now else None)
        founds = await settled([case.ask(BillSegment, "bill_id", each.id) for each in both if each])
        own, others, *_ = [*founds, NO_SEGMENTS, NO_SEGMENTS]
        told = following(bills, joined(founds))
        return replace(told, records=[] if failure(fact, told) else [Pair(*both, own, others)])

    fact = Fact(name, BillSegment.SYSTEM, find)
    return fact


async def _came_back(case: Case) -> Found[CameBack]:
    """Of the time that counts. Tenders are asked only where a payment does not itself say enough."""
    payments = await case.told(PAYMENTS)
    since = _returns(case)
    back = [each for each in payments.records if each.status in BACK and each.paid_on > since]
    reasons = case.on.set.returned_reasons
    sure = [each for each in map(CameBack, back) if each.for_want_of_money(reasons)]
    others = [each for each in back if not CameBack(each).for_want_of_money(reasons)]
    founds = await settled([case.ask(PaymentTender, "payment_id", each.id) for each in others])
    told = [
        CameBack(each, None if failure(CAME_BACK, found) else found.records)
        for each, found in zip(others, founds, strict=True)
    ]
    return following(payments, replace(joined(founds), records=[*sure, *told]))


async def _events(case: Case) -> Found[ProcessEvent]:
    collecting, *cutting = await settled([case.told(each) for each in (COLLECTIONS, SEVERANCES, CUTS)])
    processes = joined([collecting, *cutting])
    active = [each.id for each in processes.records if each.process_status is ProcessStatus.ACTIVE]
    # Which collections go on decides nothing but IN_COLLECTIONS, which needs to know it itself.
    return following(joined(cutting), await case.each(ProcessEvent, "process_id", active))


async def _plan_payments(case: Case) -> Found[ScheduledPayment]:
    plans = await case.told(PLANS)
    active = [each.id for each in plans.records if each.status is ArrangementStatus.ACTIVE]
    return following(plans, await case.each(ScheduledPayment, "pay_plan_id", active))


REFERENCE = of_account("cross-reference", AccountReference, single=True)

BALANCE = of_account("balance", AccountBalance, single=True)
BILLS = of_account("bills", Bill, lambda case: newest_bills(case.zone))
SEGMENTS = Fact("segments of the newest bill", BillSegment.SYSTEM, _segments)
BESIDE_PREVIOUS = beside("the newest bill beside the one before", previous_of)
BESIDE_LAST_YEAR = beside("the newest bill beside that of last year", last_year_of)
PAYMENTS = of_account("payments", Payment, _paid)
LAST_PAYMENTS = newest_of(PAYMENTS, _paid, Beyond(found=_is_paid))
LATE_PAYMENTS = newest_of(PAYMENTS, _paid, Beyond(_returned))
CAME_BACK = Fact("payments that came back", PaymentTender.SYSTEM, _came_back)
AUTOPAY = of_account("autopay", AutopayInstruction)
SCHEDULED = of_account("scheduled payments", ScheduledPayment)

PROGRAMS = of_account("programs", ProgramEnrollment)
ALERTS = of_account("alerts", AccountAlert)
AGREEMENTS = of_account("service agreements", ServiceAgreement)

PROFILE = of_account("credit profile", CreditProfile, single=True)
RATINGS = of_account("credit rating history", CreditRatingHistory, newest)
COLLECTIONS = of_account("collection processes", CollectionProcess, whole)
SEVERANCES = of_account("severance processes", SeveranceProcess, whole)
CUTS = of_account("cut processes", CutProcess, whole)
WRITE_OFFS = of_account("write-off processes", WriteOffProcess, whole)
PLANS_OVERDUE = of_account("pay plan overdue processes", PayPlanOverdueProcess, whole)
EVENTS = Fact("events of active processes", ProcessEvent.SYSTEM, _events)
ARRANGEMENTS = of_account("payment arrangements", PaymentArrangement, whole)
PLANS = of_account("pay plans", PayPlan)
PLAN_PAYMENTS = Fact("payments of active pay plans", ScheduledPayment.SYSTEM, _plan_payments)

REQUESTS = latest("service requests", ServiceRequest, newest, ANY_AGE)
LATE_REQUESTS = newest_of(REQUESTS, newest, Beyond(_repeats))
SERVICE_ORDERS = listed("service orders", ServiceOrder, REFERENCE, newest, ANY_AGE)
FIELD_ORDERS = listed("field orders", FieldOrder, REFERENCE, newest, ANY_AGE)

CALLS = listed("calls", Call, REFERENCE, recent, Beyond(_weeks))
CHATS = listed("chats", Chat, REFERENCE, recent, Beyond(_weeks))
CONTACTS = latest("customer contacts", CustomerContact, recent, Beyond(_contacts))
EMAILS = listed("e-mails", EmailMessage, REFERENCE, newest, Beyond(found=_is_sent))
INTERACTIONS = promised("interactions", Interaction, _met, ANY_AGE)
LATE_INTERACTIONS = listed("interactions", Interaction, REFERENCE, _met, Beyond(_contacts))
