"""The account, the time and the thresholds that rules are evaluated with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.catalog.thresholds import Thresholds
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceState


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """What every rule is given beside its facts.

    account: the account whose insights are evaluated.
    now: the moment of the evaluation.
    zone: the account's time zone, by which moments fall on days.
    thresholds: the utility's thresholds, `[insights]` in its catalog.
    states: how each system answered; empty while facts are being loaded.
    """

    account: AccountCore
    now: datetime
    zone: ZoneInfo
    thresholds: Thresholds
    states: Mapping[SourceSystem, SourceState] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
