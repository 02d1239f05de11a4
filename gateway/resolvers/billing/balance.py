"""What an account owes, and how old that is."""

from datetime import date, datetime

import strawberry

from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.values import Money


@described
class AgingBucket:
    """Debt of one age range.

    label: Label of the range, such as "31-60 days".
    min_days: Fewest days past due.
    max_days: Most days past due; null if the range has no upper limit.
    amount: Amount owed in this range.
    """

    label: str
    min_days: int
    max_days: int | None
    amount: Money


@described
class AccountBalance(Record):
    """Balance of an account.

    current: Amount owed now, due or not.
    payoff: Amount that would settle the account; null if it does not differ, or is unknown.
    past_due: Amount past its due day; null if unknown.
    deposit: Deposit that the utility holds; null if there is none, or it is unknown.
    arrears: Debt past due by age; null if unknown.
    as_of: Instant for which the balance is true; null if unknown.
    """

    SYSTEM = SourceSystem.BILLING

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
