"""What every rule is told beside its facts: which account, when, where, by which thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.catalog.thresholds import Thresholds
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.graph.systems import SourceSystem


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """The circumstances: which account, when and where, by which thresholds; how the systems fared."""

    account: AccountCore
    now: datetime
    zone: ZoneInfo
    set: Thresholds
    states: Mapping[SourceSystem, SourceState] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day it is where the account is."""
        return self.now.astimezone(self.zone).date()

    def days_ago(self, days: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=days)

    def day_of(self, moment: datetime) -> date:
        """The day of an instant where the account is."""
        return moment.astimezone(self.zone).date()
