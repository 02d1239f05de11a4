"""Facts loaded by the account's own keys: bills, payments, collections, requests, contacts.

Windows equal those of the lists in the schema where they can: both are then one load.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from gateway.catalog.thresholds import Thresholds
from gateway.contract.batch import Window
from gateway.contract.times import midnight
from gateway.loading.finder import LoadResult
from gateway.resolvers.account.core import AccountAlert, ProgramEnrollment
from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.billing.bills import Bill, BillSegment
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, PaymentTender, ScheduledPayment
from gateway.resolvers.collections import processes
from gateway.resolvers.collections.credit import CreditProfile, CreditRatingHistory
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.comparisons import bill_pairs, payment_history
from gateway.resolvers.comparisons.payment_history import ReversedPayment
from gateway.resolvers.contact.conversations import Call, Chat, Direction, EmailMessage
from gateway.resolvers.contact.interactions import Interaction
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.insights.facts.limited import (
    as_listed,
    by_account_or_customer,
    limited,
    of_all_accounts,
    until,
    within,
)
from gateway.resolvers.insights.model import fact
from gateway.resolvers.insights.model.fact import MAX_RECORDS, FactLoader, newest, of_account, whole
from gateway.resolvers.service.cases import CustomerContact
from gateway.resolvers.service.orders import FieldOrder, ServiceOrder
from gateway.resolvers.service.premises import ServiceAgreement
from gateway.resolvers.service.requests import ServiceRequest

MAX_INTERACTIONS = 500  # every contact makes one, and any of them may have a call back due


def interactions_window(info: Info) -> Window:
    """The newest interactions, in the utility's zone as a customer's list loads them: one load for both."""
    return Window(limit=MAX_INTERACTIONS, zone=info.context.zone)


def _interactions(loader: FactLoader) -> Window:
    return interactions_window(loader.info)


def _payments(loader: FactLoader) -> Window:
    return payment_history.newest_payments_window(loader.evaluation.zone)


def _conversation_days(thresholds: Thresholds) -> int:
    """How far back rules about calls, chats and contacts look."""
    return max(thresholds.contact_repeat_days, thresholds.unresolved_days)


def _recent(loader: FactLoader) -> Window:
    evaluation = loader.evaluation
    since = evaluation.now - timedelta(days=_conversation_days(evaluation.thresholds) + 1)
    return Window(since=since, limit=MAX_RECORDS, zone=evaluation.zone)


def _reversals_since(evaluation: fact.Evaluation) -> date:
    recent = evaluation.days_ago(evaluation.thresholds.returned_days)
    return min(recent, months_before(evaluation.today, payment_history.YEAR_MONTHS))


def _of_reversals(evaluation: fact.Evaluation, oldest: datetime, _: Sequence[Payment]) -> bool:
    return oldest > midnight(_reversals_since(evaluation), evaluation.zone)


def _sent(emails: Iterable[EmailMessage]) -> bool:
    return any(email.direction is Direction.OUTBOUND for email in emails)


def _current_bill_ids(bills: Sequence[Bill]) -> list[str]:
    current = bill_pairs.current_bill(bills)
    return [current.id] if current else []


def _active_plan_ids(plans: Iterable[PayPlan]) -> list[str]:
    return [plan.id for plan in plans if plan.status is ArrangementStatus.ACTIVE]


def _bill_pair(name: str, base_of: Callable[[Sequence[Bill], Bill], Bill | None]) -> fact.Fact[bill_pairs.BillPair]:
    """The newest bill that counts with another, as one `BillPair`; empty where segments failed to load."""

    async def load(loader: FactLoader) -> LoadResult[bill_pairs.BillPair]:
        bills = await loader.result(BILLS)
        current = bill_pairs.current_bill(bills.records)
        base = base_of(bills.records, current) if current else None
        bill_ids = [bill.id for bill in (current, base) if bill]
        segments = await fact.await_each([loader.load(BillSegment, "bill_id", bill_id) for bill_id in bill_ids])
        result: LoadResult[Any] = fact.derived_from(bills, fact.combined(segments))
        pair = bill_pairs.BillPair(current, base, *segments)
        return replace(result, records=[] if fact.failure(pairs, result) else [pair])

    pairs = fact.Fact(name, BillSegment.SYSTEM, load)
    return pairs


async def _reversed_payments(loader: FactLoader) -> LoadResult[ReversedPayment]:
    """Tenders are loaded only for payments that do not give a decisive reason themselves."""
    payments = await loader.result(PAYMENTS)
    since, reasons = _reversals_since(loader.evaluation), loader.evaluation.thresholds.returned_reasons
    recent = [payment for payment in payments.records if payment.paid_on > since]
    reversals = [ReversedPayment(payment) for payment in recent if payment.status in payment_history.REVERSED_STATUSES]
    certain = [reversal for reversal in reversals if reversal.for_lack_of_funds(reasons)]
    others = [reversal.payment for reversal in reversals if not reversal.for_lack_of_funds(reasons)]
    tenders = await fact.await_each([loader.load(PaymentTender, "payment_id", payment.id) for payment in others])
    with_tenders = [
        ReversedPayment(payment, None if fact.failure(REVERSED_PAYMENTS, result) else result.records)
        for payment, result in zip(others, tenders, strict=True)
    ]
    result: LoadResult[Any] = fact.derived_from(payments, fact.combined(tenders))
    return replace(result, records=[*certain, *with_tenders])


async def _process_events(loader: FactLoader) -> LoadResult[processes.ProcessEvent]:
    sources: tuple[fact.Fact[Any], ...] = (COLLECTION_PROCESSES, SEVERANCE_PROCESSES, CUT_PROCESSES)
    collection, *disconnections = await fact.await_each([loader.result(source) for source in sources])
    loaded = fact.combined([collection, *disconnections])
    active = [process.id for process in loaded.records if process.process_status is processes.ProcessStatus.ACTIVE]
    # Only IN_COLLECTIONS depends on collection processes, and requires them itself.
    events = await loader.load_all(processes.ProcessEvent, "process_id", active)
    return fact.derived_from(fact.combined(disconnections), events)


BALANCE = of_account("balances", AccountBalance, single=True)
BILLS = of_account("bills", Bill, lambda loader: bill_pairs.newest_bills_window(loader.evaluation.zone))
SEGMENTS = fact.derived("segments of the newest bill", BILLS, BillSegment, "bill_id", _current_bill_ids)
PREVIOUS_BILL_PAIR = _bill_pair("pairs with the previous bill", bill_pairs.previous_bill)
LAST_YEAR_BILL_PAIR = _bill_pair("pairs with last year's bill", bill_pairs.last_year_bill)
PAYMENTS = of_account("payments", Payment, _payments)
LAST_PAYMENTS = limited("payments", Payment, _payments, until(payment_history.last_payment))
RECENT_PAYMENTS = limited("payments", Payment, _payments, _of_reversals)
REVERSED_PAYMENTS = fact.Fact("reversed payments", PaymentTender.SYSTEM, _reversed_payments)
AUTOPAY = of_account("autopay instructions", AutopayInstruction)
SCHEDULED_PAYMENTS = of_account("scheduled payments", ScheduledPayment)

PROGRAMS = of_account("programs", ProgramEnrollment)
ALERTS = of_account("alerts", AccountAlert)
AGREEMENTS = of_account("service agreements", ServiceAgreement)

CREDIT_PROFILE = of_account("credit profiles", CreditProfile, single=True)
CREDIT_RATINGS = of_account("credit rating entries", CreditRatingHistory, newest)
COLLECTION_PROCESSES = of_account("collection processes", processes.CollectionProcess, whole)
SEVERANCE_PROCESSES = of_account("severance processes", processes.SeveranceProcess, whole)
CUT_PROCESSES = of_account("cut processes", processes.CutProcess, whole)
WRITE_OFF_PROCESSES = of_account("write-off processes", processes.WriteOffProcess, whole)
PAY_PLAN_OVERDUE_PROCESSES = of_account("pay plan overdue processes", processes.PayPlanOverdueProcess, whole)
PROCESS_EVENTS = fact.Fact("events of active processes", processes.ProcessEvent.SYSTEM, _process_events)
ARRANGEMENTS = of_account("payment arrangements", PaymentArrangement, whole)
PAY_PLANS = of_account("pay plans", PayPlan)
PAY_PLAN_PAYMENTS = fact.derived(
    "payments of active pay plans", PAY_PLANS, ScheduledPayment, "pay_plan_id", _active_plan_ids
)

SERVICE_REQUESTS = limited("service requests", ServiceRequest)
RECENT_SERVICE_REQUESTS = limited(
    "service requests", ServiceRequest, matters=within(lambda limits: limits.request_repeat_days)
)
SERVICE_ORDERS = limited("service orders", ServiceOrder, search_of=as_listed)
FIELD_ORDERS = limited("field orders", FieldOrder, search_of=as_listed)

CALLS = limited("calls", Call, _recent, within(_conversation_days), as_listed)
CHATS = limited("chats", Chat, _recent, within(_conversation_days), as_listed)
CONTACTS = limited("customer contacts", CustomerContact, _recent, within(lambda limits: limits.contact_repeat_days))
EMAILS = limited("emails", EmailMessage, newest, until(_sent), of_all_accounts)
INTERACTIONS = limited("interactions", Interaction, _interactions, search_of=by_account_or_customer)
RECENT_INTERACTIONS = limited(
    "interactions", Interaction, _interactions, within(lambda limits: limits.contact_repeat_days), as_listed
)
