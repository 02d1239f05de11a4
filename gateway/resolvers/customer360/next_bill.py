"""When the next bill comes: planned, made, late, or not planned."""

from datetime import date

import strawberry

from gateway.access.audiences import PARTNER
from gateway.errors import GatewayError
from gateway.resolvers.account.core import OPEN_STATUSES, AccountCore
from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.comparisons.bill_pairs import current_bill, issued_since, newest_bills_window
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import KnownState, known_state, own_state
from gateway.resolvers.graph.relations import many_of, one_of
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.wording import day_text, phrase, plural


class NextBillStatus(DescribedEnum):
    """What is known of the next bill."""

    PLANNED = "PLANNED", "It comes on `expectedOn`."
    PREPARED = "PREPARED", "It was made on `preparedOn`, and is not issued yet.", "Made, not issued"
    LATE = "LATE", "`expectedOn` has passed, and no bill was issued since."
    NOT_PLANNED = "NOT_PLANNED", "No bill is planned, as of a closed account."
    UNKNOWN = (
        "UNKNOWN",
        "Billing did not answer, or does not tell. A day that has passed may be an old one.",
        "Not known",
    )


@described
@known_to(PARTNER)
class NextBill:
    """The next bill of an account.

    status: What is known of it.
    expected_on: Day on which it comes, or was to come. Null if none is planned, or it is unknown.
    prepared_on: Day on which it was made; null unless its status is PREPARED.
    text: The same as a sentence for people.
    """

    today: strawberry.Private[date]
    status: NextBillStatus
    expected_on: date | None = None
    expected_on_state = own_state(lambda bill: bill.state_of_day())
    prepared_on: date | None = None

    @strawberry.field
    def text(self) -> str:
        day = self.expected_on and day_text(self.expected_on)
        if self.status is NextBillStatus.PREPARED and self.prepared_on:
            return phrase("A bill was made on {pending} and is not complete yet.", pending=day_text(self.prepared_on))
        if self.status is NextBillStatus.NOT_PLANNED:
            return phrase("No bill is planned.")
        if self.status is NextBillStatus.PLANNED and day:
            return phrase("The next bill comes on {day}.", day=day)
        if self.status is NextBillStatus.LATE and self.expected_on and day:
            late = plural((self.today - self.expected_on).days, "{count} day", "{count} days")
            return phrase("The bill of {held} has not been issued: it is {late} late.", held=day, late=late)
        return phrase("It is not known when the next bill comes.")

    def state_of_day(self) -> KnownState:
        return known_state(self.expected_on, unknown=self.status is NextBillStatus.UNKNOWN)


async def next_bill(info: Info, account: AccountCore) -> NextBill:
    """The next bill of an account; unknown where a system failed. Bills are only asked for if the day has passed."""
    today = account.today(info)
    try:
        balance = await one_of(info.context.loader, AccountBalance, "account_id", account.id)
        if balance is None or not info.context.loader.fills(AccountBalance, "next_bill_on"):
            return NextBill(today=today, status=NextBillStatus.UNKNOWN)
        day, prepared = balance.next_bill_on, balance.pending_bill_on
        if prepared is not None:
            return NextBill(today=today, status=NextBillStatus.PREPARED, expected_on=day, prepared_on=prepared)
        if day is None:
            return NextBill(today=today, status=NextBillStatus.NOT_PLANNED)
        return NextBill(today=today, status=await _status(info, account, day), expected_on=day)
    except GatewayError:
        return NextBill(today=today, status=NextBillStatus.UNKNOWN)


async def _status(info: Info, account: AccountCore, day: date) -> NextBillStatus:
    if day >= account.today(info):
        return NextBillStatus.PLANNED
    window = newest_bills_window(account.zone_in(info))
    bills = await many_of(info.context.loader, Bill, "account_id", account.id, window)
    newest = current_bill(bills or [])
    if newest is not None and newest.is_final and account.status not in OPEN_STATUSES:
        return NextBillStatus.NOT_PLANNED
    is_late = bills is not None and issued_since(bills, day) is False
    return NextBillStatus.LATE if is_late else NextBillStatus.UNKNOWN
