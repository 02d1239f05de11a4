"""Facts loaded by the account's own keys: bills, payments, collections, requests, contacts.

Windows equal those of the lists in the schema where they can: both are then one load.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from gateway.catalog.thresholds import Thresholds
from gateway.contract.batch import Window
from gateway.contract.times import midnight
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountAlert, ProgramEnrollment
from gateway.resolvers.billing.bills import AccountBalance, Bill, BillSegment
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, PaymentTender, ScheduledPayment
from gateway.resolvers.collections import processes
from gateway.resolvers.collections.credit import CreditProfile, CreditRatingHistory
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.comparisons import bill_pairs
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
from gateway.resolvers.insights.facts import limited
from gateway.resolvers.insights.model import fact
from gateway.resolvers.service.orders import FieldOrder, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement
from gateway.resolvers.service.requests import CustomerContact, ServiceRequest

MAX_INTERACTIONS = 500  # every contact makes one, and any of them may have a call back due


def whole(evaluation: fact.Evaluation) -> Window:
    """All records: an account has few."""
    return Window(zone=evaluation.context.zone)


def interactions_window(info: Info) -> Window:
    """The newest interactions, in the utility's zone as a customer's list loads them: one load for both."""
    return Window(limit=MAX_INTERACTIONS, zone=info.context.zone)


def _payments(evaluation: fact.Evaluation) -> Window:
    return newest_payments_window(evaluation.context.zone)


def _interactions(evaluation: fact.Evaluation) -> Window:
    return interactions_window(evaluation.info)


def _conversation_days(thresholds: Thresholds) -> int:
    """How far back rules about calls, chats and contacts look."""
    return max(thresholds.contact_repeat_days, thresholds.unresolved_days)


def _recent(evaluation: fact.Evaluation) -> Window:
    days = _conversation_days(evaluation.context.thresholds) + 1
    since = evaluation.context.now - timedelta(days=days)
    return Window(since=since, limit=limited.MAX_RECORDS, zone=evaluation.context.zone)


def _within(days: Callable[[Thresholds], int]) -> limited.Completeness[Any]:
    """Records of the last days that matter, by the utility's thresholds."""
    return limited.Completeness(
        lambda evaluation: evaluation.context.now - timedelta(days=days(evaluation.context.thresholds))
    )


def _reversals_since(evaluation: fact.Evaluation) -> date:
    context = evaluation.context
    recent = context.days_ago(context.thresholds.returned_days)
    return min(recent, months_before(context.today, YEAR_MONTHS))


async def _segments(evaluation: fact.Evaluation) -> LoadResult[BillSegment]:
    bills = await evaluation.result(BILLS)
    current = bill_pairs.current_bill(bills.records)
    ids = [current.id] if current else []
    return fact.derived_from(bills, await evaluation.load_all(BillSegment, "bill_id", ids))


def _bill_pair(name: str, base_of: Callable[[Sequence[Bill], Bill], Bill | None]) -> fact.Fact[bill_pairs.BillPair]:
    """The newest complete bill with another, as one `BillPair`; empty where segments failed to load."""

    async def load(evaluation: fact.Evaluation) -> LoadResult[bill_pairs.BillPair]:
        bills = await evaluation.result(BILLS)
        current = bill_pairs.current_bill(bills.records)
        base = base_of(bills.records, current) if current else None
        pending = [evaluation.load(BillSegment, "bill_id", bill.id) for bill in (current, base) if bill]
        segments = await fact.await_each(pending)
        result: LoadResult[Any] = fact.derived_from(bills, fact.combined(segments))
        current_segments, base_segments, *_ = [*segments, bill_pairs.NO_SEGMENTS, bill_pairs.NO_SEGMENTS]
        pair = bill_pairs.BillPair(current, base, current_segments, base_segments)
        return replace(result, records=[] if fact.failure(pairs, result) else [pair])

    pairs = fact.Fact(name, BillSegment.SYSTEM, load)
    return pairs


async def _reversed_payments(evaluation: fact.Evaluation) -> LoadResult[ReversedPayment]:
    """Tenders are loaded only for payments that do not give a decisive reason themselves."""
    payments = await evaluation.result(PAYMENTS)
    since, reasons = _reversals_since(evaluation), evaluation.context.thresholds.returned_reasons
    recent = [payment for payment in payments.records if payment.paid_on > since]
    reversals = [ReversedPayment(payment) for payment in recent if payment.status in REVERSED_STATUSES]
    certain = [reversal for reversal in reversals if reversal.for_lack_of_funds(reasons)]
    others = [reversal.payment for reversal in reversals if not reversal.for_lack_of_funds(reasons)]
    pending = [evaluation.load(PaymentTender, "payment_id", payment.id) for payment in others]
    tenders = await fact.await_each(pending)
    with_tenders = [
        ReversedPayment(payment, None if fact.failure(REVERSED_PAYMENTS, result) else result.records)
        for payment, result in zip(others, tenders, strict=True)
    ]
    result: LoadResult[Any] = fact.derived_from(payments, fact.combined(tenders))
    return replace(result, records=[*certain, *with_tenders])


async def _process_events(evaluation: fact.Evaluation) -> LoadResult[processes.ProcessEvent]:
    sources: tuple[fact.Fact[Any], ...] = (COLLECTION_PROCESSES, SEVERANCE_PROCESSES, CUT_PROCESSES)
    collection, *disconnections = await fact.await_each([evaluation.result(source) for source in sources])
    loaded = fact.combined([collection, *disconnections])
    active = [process.id for process in loaded.records if process.process_status is processes.ProcessStatus.ACTIVE]
    # Only IN_COLLECTIONS depends on collection processes, and requires them itself.
    events = await evaluation.load_all(processes.ProcessEvent, "process_id", active)
    return fact.derived_from(fact.combined(disconnections), events)


async def _pay_plan_payments(evaluation: fact.Evaluation) -> LoadResult[ScheduledPayment]:
    plans = await evaluation.result(PAY_PLANS)
    active = [plan.id for plan in plans.records if plan.status is ArrangementStatus.ACTIVE]
    return fact.derived_from(plans, await evaluation.load_all(ScheduledPayment, "pay_plan_id", active))


BALANCE = fact.of_account("balances", AccountBalance, single=True)
BILLS = fact.of_account("bills", Bill, lambda evaluation: bill_pairs.newest_bills_window(evaluation.context.zone))
SEGMENTS = fact.Fact("segments of the newest bill", BillSegment.SYSTEM, _segments)
PREVIOUS_BILL_PAIR = _bill_pair("pairs with the previous bill", bill_pairs.previous_bill)
LAST_YEAR_BILL_PAIR = _bill_pair("pairs with last year's bill", bill_pairs.last_year_bill)
PAYMENTS = fact.of_account("payments", Payment, _payments)
LAST_PAYMENTS = limited.newest_of(
    PAYMENTS, _payments, limited.Completeness(satisfied=lambda payments: last_payment(payments) is not None)
)
RECENT_PAYMENTS = limited.newest_of(
    PAYMENTS,
    _payments,
    limited.Completeness(lambda evaluation: midnight(_reversals_since(evaluation), evaluation.context.zone)),
)
REVERSED_PAYMENTS = fact.Fact("reversed payments", PaymentTender.SYSTEM, _reversed_payments)
AUTOPAY = fact.of_account("autopay instructions", AutopayInstruction)
SCHEDULED_PAYMENTS = fact.of_account("scheduled payments", ScheduledPayment)

PROGRAMS = fact.of_account("programs", ProgramEnrollment)
ALERTS = fact.of_account("alerts", AccountAlert)
AGREEMENTS = fact.of_account("service agreements", ServiceAgreement)

CREDIT_PROFILE = fact.of_account("credit profiles", CreditProfile, single=True)
CREDIT_RATINGS = fact.of_account("credit rating entries", CreditRatingHistory, limited.newest)
COLLECTION_PROCESSES = fact.of_account("collection processes", processes.CollectionProcess, whole)
SEVERANCE_PROCESSES = fact.of_account("severance processes", processes.SeveranceProcess, whole)
CUT_PROCESSES = fact.of_account("cut processes", processes.CutProcess, whole)
WRITE_OFF_PROCESSES = fact.of_account("write-off processes", processes.WriteOffProcess, whole)
PAY_PLAN_OVERDUE_PROCESSES = fact.of_account("pay plan overdue processes", processes.PayPlanOverdueProcess, whole)
PROCESS_EVENTS = fact.Fact("events of active processes", processes.ProcessEvent.SYSTEM, _process_events)
ARRANGEMENTS = fact.of_account("payment arrangements", PaymentArrangement, whole)
PAY_PLANS = fact.of_account("pay plans", PayPlan)
PAY_PLAN_PAYMENTS = fact.Fact("payments of active pay plans", ScheduledPayment.SYSTEM, _pay_plan_payments)

SERVICE_REQUESTS = limited.latest("service requests", ServiceRequest, limited.newest, limited.ANY_AGE)
RECENT_SERVICE_REQUESTS = limited.newest_of(
    SERVICE_REQUESTS, limited.newest, _within(lambda limits: limits.request_repeat_days)
)
SERVICE_ORDERS = limited.listed("service orders", ServiceOrder, limited.newest, limited.ANY_AGE)
FIELD_ORDERS = limited.listed("field orders", FieldOrder, limited.newest, limited.ANY_AGE)

CALLS = limited.listed("calls", Call, _recent, _within(_conversation_days))
CHATS = limited.listed("chats", Chat, _recent, _within(_conversation_days))
CONTACTS = limited.latest(
    "customer contacts", CustomerContact, _recent, _within(lambda limits: limits.contact_repeat_days)
)
_UNTIL_SENT: limited.Completeness[EmailMessage] = limited.Completeness(
    satisfied=lambda emails: any(email.direction is Direction.OUTBOUND for email in emails)
)
EMAILS = limited.listed("emails", EmailMessage, limited.newest, _UNTIL_SENT)
INTERACTIONS = limited.of_account_or_customer("interactions", Interaction, _interactions, limited.ANY_AGE)
RECENT_INTERACTIONS = limited.listed(
    "interactions", Interaction, _interactions, _within(lambda limits: limits.contact_repeat_days)
)
