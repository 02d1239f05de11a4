"""Credit rating, cash-only score, and the entries behind them (collections)."""

from datetime import date, datetime
from typing import ClassVar

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT
from gateway.resolvers.collections.processes import ProcessEvent, ProcessEventStatus
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.activity_status import FACT
from gateway.resolvers.graph.descriptions import described, described_interface
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.values import CodedValue, Money, label_of
from gateway.resolvers.graph.wording import joined, message, phrase, plural


@described_interface
class CreditEntry(CustomerActivity):
    """An entry in a credit history.

    since: First day on which the entry counts.
    until: Last day on which the entry counts; null if it counts without end.
    effect: Points that the entry adds; negative points lower the sum.
    created_by: Event that caused the entry, from the collections system's code list; null if unknown.
    comments: Recorded comments; null if there are none.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    SCOPE = Scope.COLLECTIONS_READ
    TIES = OF_ACCOUNT
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "created_on"
    STATUS = FACT
    PERSONAL: ClassVar[Personal] = free_texts("summary", "comments")

    created_on: strawberry.Private[date]
    since: date
    until: date | None
    effect: int
    created_by: CodedValue | None
    comments: str | None

    def headline(self) -> str:
        what, points = super().headline(), abs(self.effect)
        if not points:
            return phrase("{what} unchanged", what=what)
        if self.effect > 0:
            return plural(points, "{what} raised by {count} point", "{what} raised by {count} points", what=what)
        return plural(points, "{what} lowered by {count} point", "{what} lowered by {count} points", what=what)

    def gist(self) -> str | None:
        return joined(label_of(self.created_by), self.comments)


@described
class CreditRatingHistory(CreditEntry):
    """An entry that raises or lowers the credit rating."""

    TYPE = ActivityType.CREDIT_RATING_HISTORY
    TITLE = message("Credit rating")


@described
class CashOnlyHistory(CreditEntry):
    """An entry that adds to the cash-only score."""

    TYPE = ActivityType.CASH_ONLY_HISTORY
    TITLE = message("Cash-only score")


@described
class DebtSummary:
    """Debt of an account that is in collections.

    in_collections: Amount in collections.
    minimum_due: Lowest payment that stops the process; null if unknown.
    added_to_collections_on: Day on which collections began; null if unknown.
    disconnect_on: Day of disconnection; null if unknown, or none is planned.
    as_of: Instant for which the summary is true; null if unknown.
    """

    in_collections: Money
    minimum_due: Money | None
    added_to_collections_on: date | None
    disconnect_on: date | None
    as_of: datetime | None
    next_event_type: strawberry.Private[CodedValue | None]
    next_event_sequence: strawberry.Private[int | None]
    next_event_on: strawberry.Private[date | None]
    next_event_status: strawberry.Private[ProcessEventStatus | None]

    @strawberry.field()
    def next_event(self) -> ProcessEvent | None:
        """The next event of the collection process; null if none is planned, or it is unknown."""
        if self.next_event_type is None or self.next_event_sequence is None or self.next_event_status is None:
            return None
        return ProcessEvent(
            id=None,
            process_id=None,
            sequence=self.next_event_sequence,
            event_type=self.next_event_type,
            status=self.next_event_status,
            trigger_date=self.next_event_on,
            completed_on=None,
            cuts_service=None,
        )


@described
class CreditProfile(Record):
    """Creditworthiness of an account.

    credit_rating: Sum of the rating entries in force, in points; null if unknown.
    rating_threshold: Rating below which the account is watched, in points; null if unknown.
    cash_only_score: Sum of the cash-only entries in force, in points; null if unknown.
    cash_only_threshold: Score above which only cash is accepted, in points; null if unknown.
    is_cash_only: True if only cash or a money order is accepted; null if score or threshold is unknown.
    collection_class: Rules by which debt is collected, from a code list; null if unknown.
    last_reviewed_on: Day of the last credit review; null if there was none, or it is unknown.
    next_review_on: Day of the next credit review; null if unknown.
    postpone_review_until: Day before which no credit review takes place; null if none is set.
    debt: Debt in collections; null if unknown.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    SCOPE = Scope.COLLECTIONS_READ
    TIES = OF_ACCOUNT

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    credit_rating: int | None
    rating_threshold: int | None
    cash_only_score: int | None
    cash_only_threshold: int | None
    collection_class: CodedValue | None
    last_reviewed_on: date | None
    next_review_on: date | None
    postpone_review_until: date | None
    debt: DebtSummary | None

    @strawberry.field()
    def is_cash_only(self) -> bool | None:
        if self.cash_only_score is None or self.cash_only_threshold is None:
            return None
        return self.cash_only_score > self.cash_only_threshold
