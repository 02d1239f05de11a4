"""One entry of a financial history: a bill, a payment or an adjustment, and what it does to the balance."""

from datetime import date
from typing import Annotated

import strawberry

from gateway.access.audiences import PARTNER
from gateway.errors import SourceError
from gateway.resolvers.billing.bills import Adjustment, Bill
from gateway.resolvers.billing.payments import Payment
from gateway.resolvers.graph.activity_status import ActivityStatus
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import KnownState, known_state, own_state
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import CodedValue, Money

BALANCES = ("balanceAfter", "balanceAfterState")  # fields that need the balances of other entries
# An entry of unknown status may be canceled, too.
MAY_BE_CANCELED = (ActivityStatus.CANCELED, ActivityStatus.FAILED, None)


class FinancialKind(DescribedEnum):
    """Kinds of entry in a financial history."""

    BILL = "BILL", "Charges of a bill; they raise the balance."
    PAYMENT = "PAYMENT", "Money paid; it lowers the balance."
    ADJUSTMENT = "ADJUSTMENT", "A correction; it raises or lowers the balance."


FinancialTransaction = Annotated[
    Bill | Payment | Adjustment,
    strawberry.union("FinancialTransaction", description="The record behind a financial history entry."),
]


@described
@known_to(PARTNER)
class FinancialHistoryEntry:
    """One entry of a financial history.

    kind: Kind of the entry.
    date: Day of issue, payment or adjustment.
    amount: Charges are positive, payments and credits negative; null if unknown.
    counts: False if the entry is no part of the balance: pending, canceled or returned. Null if unknown.
    cancel_reason: Why the entry was canceled or returned; null if it was not, or the reason is unknown.
    transaction: The bill, payment or adjustment behind the entry.
    """

    kind: FinancialKind
    date: date
    amount: Money | None
    counts: bool | None
    cancel_reason: CodedValue | None
    cancel_reason_state = own_state(lambda entry: entry.state_of_reason())
    balance: strawberry.Private[Money | SourceError | None]
    transaction: FinancialTransaction

    @strawberry.field
    def balance_after(self) -> Money | None:
        """Balance after the entry; null if the entry does not count, or the balance is unknown.

        A bill states it. After other entries it is reckoned from the bills around them.
        """
        if isinstance(self.balance, SourceError):
            raise self.balance
        return self.balance

    balance_after_state = own_state(lambda entry: entry.state_of_balance())

    def state_of_reason(self) -> KnownState:
        """Of a canceled or returned entry there is a reason, also if no system says it."""
        entry = self.transaction
        is_kept = self.counts if isinstance(entry, Adjustment) else entry.standing().status not in MAY_BE_CANCELED
        return known_state(self.cancel_reason, unknown=not is_kept)

    def state_of_balance(self) -> KnownState:
        """An entry that does not count has no balance after it."""
        balance = None if isinstance(self.balance, SourceError) else self.balance
        return known_state(balance, unknown=self.counts is not False)
