"""How far an account is trusted: credit rating, cash-only score, and what made them so (collections)."""

from datetime import date, datetime

import strawberry

from gateway.resolvers.collections.processes import ProcessEvent, ProcessEventStatus
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.descriptions import described, described_interface
from gateway.resolvers.graph.node import Record
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue, Money


@described_interface
class CreditEntry(CustomerActivity):
    """An entry in a credit history.

    since: the first day it counts.
    until: the last day it counts; null = for good.
    effect: what it adds.
    created_by: what it followed from.
    comments: what was noted.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "created_on"
    DAYS = ("created_on",)

    created_on: strawberry.Private[date]
    since: date
    until: date | None
    effect: int
    created_by: CodedValue | None
    comments: str | None


@described
class CreditRatingHistory(CreditEntry):
    """What made a credit rating better or worse."""

    TYPE = ActivityType.CREDIT_RATING_HISTORY
    TITLE = "Credit rating changed"


@described
class CashOnlyHistory(CreditEntry):
    """What adds to the score above which only cash is taken."""

    TYPE = ActivityType.CASH_ONLY_HISTORY
    TITLE = "Cash-only score changed"


@described
class DebtSummary:
    """What is being collected.

    in_collections: how much.
    minimum_due: what must be paid for it to stop.
    added_to_collections_on: since when.
    disconnect_on: when service ends; null is unknown or not planned.
    as_of: when this was true.
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

    @strawberry.field(description="What is to happen next.")
    def next_event(self) -> ProcessEvent | None:
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
    """How far an account is trusted.

    credit_rating: the sum of the entries in force.
    rating_threshold: below it the account is watched.
    cash_only_score: the sum of the entries in force.
    cash_only_threshold: above it only cash is taken.
    is_cash_only: whether only cash, or a money order, is taken.
    collection_class: how its debt is collected.
    last_reviewed_on: the day it was last looked at.
    next_review_on: the day it is looked at next.
    postpone_review_until: not before this day.
    debt: what is being collected; null where nothing is known of it.
    """

    SYSTEM = SourceSystem.COLLECTIONS

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

    @strawberry.field(description="Whether only cash, or a money order, is taken; null is unknown.")
    def is_cash_only(self) -> bool | None:
        if self.cash_only_score is None or self.cash_only_threshold is None:
            return None
        return self.cash_only_score > self.cash_only_threshold
