"""The financial history of an account: bills, payments and adjustments in one list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

import strawberry

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_streams import account_streams
from gateway.resolvers.billing.bills import Adjustment, Bill
from gateway.resolvers.billing.payments import Payment
from gateway.resolvers.graph.connections import Connection, PageRequest, connection_page
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import DescribedEnum, described
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.values import Money


class FinancialKind(DescribedEnum):
    """Kinds of entry in a financial history."""

    BILL = "BILL"
    PAYMENT = "PAYMENT"
    ADJUSTMENT = "ADJUSTMENT"


RECORDS: dict[FinancialKind, type[Record]] = {
    FinancialKind.PAYMENT: Payment,
    FinancialKind.ADJUSTMENT: Adjustment,
    FinancialKind.BILL: Bill,
}

FinancialTransaction = Annotated[
    Bill | Payment | Adjustment,
    strawberry.union("FinancialTransaction", description="The record behind a financial history entry."),
]


@described
class FinancialHistoryEntry:
    """One entry of a financial history.

    kind: Kind of the entry.
    date: Day of issue, payment or adjustment.
    amount: Charges of the bill, amount paid, or amount adjusted; null if unknown.
    balance_after: Balance after a bill; null for payments and adjustments, or if unknown.
    transaction: The bill, payment or adjustment behind the entry.
    """

    kind: FinancialKind
    date: date
    amount: Money | None
    balance_after: Money | None
    transaction: FinancialTransaction


@described
class FinancialHistoryConnection(Connection[FinancialHistoryEntry]):
    """A page of a financial history, newest first."""


def entry(record: Bill | Payment | Adjustment) -> FinancialHistoryEntry:
    match record:
        case Bill():
            kind, day, amount = FinancialKind.BILL, record.issued_on, record.current_charges
        case Payment():
            kind, day, amount = FinancialKind.PAYMENT, record.paid_on, record.amount
        case Adjustment():
            kind, day, amount = FinancialKind.ADJUSTMENT, record.created_on, record.amount
    balance = record.ending_balance if isinstance(record, Bill) else None
    return FinancialHistoryEntry(kind=kind, date=day, amount=amount, balance_after=balance, transaction=record)


async def financial_history(
    info: Info, account: AccountCore, kinds: Sequence[FinancialKind] | None, request: PageRequest
) -> FinancialHistoryConnection:
    """Load a page of an account's financial history; no kinds are all kinds."""
    records = [record for kind, record in RECORDS.items() if not kinds or kind in kinds]
    streams = await account_streams(info, account, records)
    scope = ("financialHistory", account.id, [record.__name__ for record in records])
    page = await connection_page(info.context, streams, scope, request, account.zone_in(info))
    return FinancialHistoryConnection(page=replace(page, merged=page.merged.mapped(entry)))
