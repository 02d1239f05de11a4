"""What an account owes, and how old that is."""

from datetime import date, datetime

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import Money


@described
@known_to(PARTNER)
class AgingBucket:
    """What is owed in one age range.

    label: Label of the range, such as "31-60 days".
    min_days: Fewest days past due.
    max_days: Most days past due; null if the range has no upper limit.
    amount: Amount owed in this range.
    is_past_due: True if the range is past due, false if it is not due yet. The past due ranges add up to the arrears.
    """

    label: str
    min_days: int
    max_days: int | None
    amount: Money

    @strawberry.field
    def is_past_due(self) -> bool:
        return self.is_late()

    def is_late(self) -> bool:
        return self.min_days > 0


@described
@known_to(PARTNER)
class AccountBalance(Record):
    """Balance of an account.

    current: Amount owed now, due or not.
    payoff: Amount that would settle the account, also if it is the same as `current`; null if billing states none.
    payoff_differs: True if `payoff` is another amount than `current`; null if `payoff` is.
    past_due: Amount past its due day; null if unknown.
    deposit: Deposit that the utility holds, 0 if it holds none; null if billing states no amount.
    arrears: What is owed by age, also what is not due yet: `isPastDue` tells which; null if unknown.
    as_of: Instant for which the balance is true; null if unknown.
    """

    SYSTEM = SourceSystem.BILLING
    SCOPE = Scope.BILLING_READ
    TIES = OF_ACCOUNT

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    current: Money
    payoff: Money | None
    past_due: Money | None
    deposit: Money | None
    arrears: list[AgingBucket] | None
    as_of: datetime | None
    next_bill_on: strawberry.Private[date | None]
    pending_bill_on: strawberry.Private[date | None]

    @strawberry.field
    def payoff_differs(self) -> bool | None:
        return self.differs()

    def differs(self) -> bool | None:
        """Whether the payoff is another amount than the current balance; None without a payoff."""
        return None if self.payoff is None else self.payoff != self.current
