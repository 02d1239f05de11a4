"""Every fact that rules are decided by: whose records, by which key, of which time.

Windows are chosen so that they join the questions which the lists of the same document ask.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from gateway.contract.batch import Window
from gateway.contract.times import midnight
from gateway.loading.finder import LoadResult
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
from gateway.resolvers.comparisons.bill_pairs import (
    current_bill,
    last_year_bill,
    newest_bills_window,
    previous_bill,
)
from gateway.resolvers.comparisons.bills import NO_SEGMENTS, BillPair
from gateway.resolvers.comparisons.payment_history import (
    REVERSED_STATUSES,
    YEAR_MONTHS,
    ReversedPayment,
    last_payment,
    newest_payments_window,
)
from gateway.resolvers.contact.conversations import Call, Chat, Direction, EmailMessage
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.insights.facts.limited import (
    ANY_AGE,
    MAX_RECORDS,
    Completeness,
    latest,
    listed,
    newest,
    newest_of,
    promised,
)
from gateway.resolvers.insights.model.fact import (
    Evaluation,
    Fact,
    await_each,
    derived_from,
    failure,
    joined,
    of_account,
)
from gateway.resolvers.service.orders import FieldOrder, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement
from gateway.resolvers.service.requests import CustomerContact, ServiceRequest

MAX_INTERACTIONS = 500  # every contact makes one, and any of them may have a call back due


def whole(case: Evaluation) -> Window:
    """All of them: there are few."""
    return Window(zone=case.zone)


def recent(case: Evaluation) -> Window:
    """What the last weeks brought."""
    days = max(case.on.set.contact_repeat_days, case.on.set.unresolved_days)
    return Window(since=case.now - timedelta(days=days + 1), limit=MAX_RECORDS, zone=case.zone)


def interactions_window(info: Info) -> Window:
    """Interactions are a customer's too, whose list is asked in the utility's zone: one question for both."""
    return Window(limit=MAX_INTERACTIONS, zone=info.context.zone)


def _paid(case: Evaluation) -> Window:
    return newest_payments_window(case.zone)


def _met(case: Evaluation) -> Window:
    return interactions_window(case.info)


def _weeks(case: Evaluation) -> datetime:
    return case.now - timedelta(days=max(case.on.set.contact_repeat_days, case.on.set.unresolved_days))


def _repeats(case: Evaluation) -> datetime:
    return case.now - timedelta(days=case.on.set.request_repeat_days)


def _contacts(case: Evaluation) -> datetime:
    return case.now - timedelta(days=case.on.set.contact_repeat_days)


def _returns(case: Evaluation) -> date:
    return min(case.on.days_ago(case.on.set.returned_days), months_before(case.today, YEAR_MONTHS))


def _returned(case: Evaluation) -> datetime:
    return midnight(_returns(case), case.zone)


def _is_paid(payments: Sequence[Payment]) -> bool:
    return last_payment(payments) is not None


def _is_sent(emails: Sequence[EmailMessage]) -> bool:
    return any(each.direction is Direction.OUTBOUND for each in emails)


async def _segments(case: Evaluation) -> LoadResult[BillSegment]:
    bills = await case.told(BILLS)
    now = current_bill(bills.records)
    return derived_from(bills, await case.each(BillSegment, "bill_id", [now.id] if now else []))


def beside(name: str, base_of: Callable[[Sequence[Bill], Bill], Bill | None]) -> Fact:
    """The newest complete bill beside another: one `Pair`, where the segments of both are known."""

    async def find(case: Evaluation) -> LoadResult[BillPair]:
        bills = await case.told(BILLS)
        now = current_bill(bills.records)
        both = (now, base_of(bills.records, now) if now else None)
        founds = await await_each([case.load(BillSegment, "bill_id", each.id) for each in both if each])
        own, others, *_ = [*founds, NO_SEGMENTS, NO_SEGMENTS]
        told = derived_from(bills, joined(founds))
        return replace(told, records=[] if failure(fact, told) else [BillPair(*both, own, others)])

    fact = Fact(name, BillSegment.SYSTEM, find)
    return fact


async def _came_back(case: Evaluation) -> LoadResult[ReversedPayment]:
    """Of the time that counts. Tenders are asked only where a payment does not itself say enough."""
    payments = await case.told(PAYMENTS)
    since = _returns(case)
    back = [each for each in payments.records if each.status in REVERSED_STATUSES and each.paid_on > since]
    reasons = case.on.set.returned_reasons
    sure = [each for each in map(ReversedPayment, back) if each.for_lack_of_funds(reasons)]
    others = [each for each in back if not ReversedPayment(each).for_lack_of_funds(reasons)]
    founds = await await_each([case.load(PaymentTender, "payment_id", each.id) for each in others])
    told = [
        ReversedPayment(each, None if failure(REVERSED_PAYMENTS, found) else found.records)
        for each, found in zip(others, founds, strict=True)
    ]
    return derived_from(payments, replace(joined(founds), records=[*sure, *told]))


async def _events(case: Evaluation) -> LoadResult[ProcessEvent]:
    collecting, *cutting = await await_each(
        [case.told(each) for each in (COLLECTION_PROCESSES, SEVERANCE_PROCESSES, CUT_PROCESSES)]
    )
    processes = joined([collecting, *cutting])
    active = [each.id for each in processes.records if each.process_status is ProcessStatus.ACTIVE]
    # Which collections go on decides nothing but IN_COLLECTIONS, which needs to know it itself.
    return derived_from(joined(cutting), await case.each(ProcessEvent, "process_id", active))


async def _plan_payments(case: Evaluation) -> LoadResult[ScheduledPayment]:
    plans = await case.told(PAY_PLANS)
    active = [each.id for each in plans.records if each.status is ArrangementStatus.ACTIVE]
    return derived_from(plans, await case.each(ScheduledPayment, "pay_plan_id", active))


REFERENCE = of_account("cross-reference", AccountReference, single=True)

BALANCE = of_account("balance", AccountBalance, single=True)
BILLS = of_account("bills", Bill, lambda case: newest_bills_window(case.zone))
SEGMENTS = Fact("segments of the newest bill", BillSegment.SYSTEM, _segments)
PREVIOUS_BILL_PAIR = beside("the newest bill beside the one before", previous_bill)
LAST_YEAR_BILL_PAIR = beside("the newest bill beside that of last year", last_year_bill)
PAYMENTS = of_account("payments", Payment, _paid)
LAST_PAYMENTS = newest_of(PAYMENTS, _paid, Completeness(found=_is_paid))
RECENT_PAYMENTS = newest_of(PAYMENTS, _paid, Completeness(_returned))
REVERSED_PAYMENTS = Fact("payments that came back", PaymentTender.SYSTEM, _came_back)
AUTOPAY = of_account("autopay", AutopayInstruction)
SCHEDULED_PAYMENTS = of_account("scheduled payments", ScheduledPayment)

PROGRAMS = of_account("programs", ProgramEnrollment)
ALERTS = of_account("alerts", AccountAlert)
AGREEMENTS = of_account("service agreements", ServiceAgreement)

CREDIT_PROFILE = of_account("credit profile", CreditProfile, single=True)
CREDIT_RATINGS = of_account("credit rating history", CreditRatingHistory, newest)
COLLECTION_PROCESSES = of_account("collection processes", CollectionProcess, whole)
SEVERANCE_PROCESSES = of_account("severance processes", SeveranceProcess, whole)
CUT_PROCESSES = of_account("cut processes", CutProcess, whole)
WRITE_OFF_PROCESSES = of_account("write-off processes", WriteOffProcess, whole)
PAY_PLAN_OVERDUE_PROCESSES = of_account("pay plan overdue processes", PayPlanOverdueProcess, whole)
PROCESS_EVENTS = Fact("events of active processes", ProcessEvent.SYSTEM, _events)
ARRANGEMENTS = of_account("payment arrangements", PaymentArrangement, whole)
PAY_PLANS = of_account("pay plans", PayPlan)
PAY_PLAN_PAYMENTS = Fact("payments of active pay plans", ScheduledPayment.SYSTEM, _plan_payments)

SERVICE_REQUESTS = latest("service requests", ServiceRequest, newest, ANY_AGE)
RECENT_SERVICE_REQUESTS = newest_of(SERVICE_REQUESTS, newest, Completeness(_repeats))
SERVICE_ORDERS = listed("service orders", ServiceOrder, REFERENCE, newest, ANY_AGE)
FIELD_ORDERS = listed("field orders", FieldOrder, REFERENCE, newest, ANY_AGE)

CALLS = listed("calls", Call, REFERENCE, recent, Completeness(_weeks))
CHATS = listed("chats", Chat, REFERENCE, recent, Completeness(_weeks))
CONTACTS = latest("customer contacts", CustomerContact, recent, Completeness(_contacts))
EMAILS = listed("e-mails", EmailMessage, REFERENCE, newest, Completeness(found=_is_sent))
INTERACTIONS = promised("interactions", Interaction, _met, ANY_AGE)
RECENT_INTERACTIONS = listed("interactions", Interaction, REFERENCE, _met, Completeness(_contacts))
