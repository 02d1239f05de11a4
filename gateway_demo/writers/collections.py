"""Credit and collection of an account, as its ledger brings it about."""

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import Table

from gateway_demo.plan.clock import HOUR, TODAY, add_days, midnight
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables
from gateway_demo.writers import process_templates as templates
from gateway_demo.writers.account_ledger import AccountLedger
from gateway_demo.writers.credit_profile import record_profile
from gateway_demo.writers.ledger import Bill
from gateway_demo.writers.pay_plan_schedule import PLAN_START
from gateway_demo.writers.pay_plans import record_arrangements
from gateway_demo.writers.process_templates import Event, Template, events, record_events
from gateway_demo.writers.ratings import Ratings

ACTIVE, INACTIVE = "10", "20"
GRACE = 10
SEVERED_AFTER = 18
WRITE_OFF_AFTER = 30
OVERDUE_STYLE = 5  # one account in so many is cut by the bill-oriented process
PROCESS_HOUR = 4 * HOUR
PROTECTED = {"plan_active", "plan_at_risk"}


@dataclass(frozen=True, slots=True)
class DebtEpisode:
    """A time during which an account was in collections."""

    start: date
    end: date | None
    bill: Bill

    def runs_to(self, days: int) -> bool:
        """Whether it lasted until so many days after its start."""
        return add_days(self.start, days) <= (self.end or TODAY)


@dataclass(frozen=True, slots=True)
class Disconnection:
    """Field work that a process asked for: the cut, and whether it was made."""

    ordered: date
    done: bool
    canceled: date | None


@dataclass(slots=True)
class CollectionHistory:
    """What an account's credit history left to others; filled while it is told."""

    ratings: Ratings
    cuttings: list[Disconnection] = field(default_factory=list)
    pending: list[Event] = field(default_factory=list)
    in_collections_since: date | None = None
    disconnect_on: date | None = None


def debt_episodes(money: AccountLedger) -> list[DebtEpisode]:
    """When debts were old enough to be collected."""
    found: list[DebtEpisode] = []
    for bill in money.book.bills:
        start, end = add_days(bill.due, GRACE), money.standing.covered[bill.id]
        if start > TODAY or (end and end <= start):
            continue
        if found and (found[-1].end is None or found[-1].end >= start):
            last = found[-1]
            found[-1] = DebtEpisode(last.start, end and last.end and max(end, last.end), last.bill)
        else:
            found.append(DebtEpisode(start, end, bill))
    return found


def _collected(account: Account, money: AccountLedger) -> list[DebtEpisode]:
    """The episodes that were pursued: not while reviews are postponed or a pay plan covers them."""
    stage, found = account.traits.stage, debt_episodes(money)
    if stage == "exempt":
        return [each for each in found if each.end]
    if stage not in PROTECTED:
        return found
    planned = [replace(each, end=each.end or PLAN_START) for each in found]
    return [each for each in planned if each.end and each.start < each.end]


def record(account: Account, money: AccountLedger, rng: Random, rows: Rows) -> CollectionHistory:
    """Everything COLLECTIONS knows of an account."""
    troubles = CollectionHistory(Ratings(account))
    writer = _CollectionsWriter(account, money, rows, troubles)
    for number, episode in enumerate(_collected(account, money), start=1):
        writer.episode(number, episode)
    writer.write_off()
    late = record_arrangements(account, money, troubles.ratings, rows)
    if late:
        writer.plan_overdue(*late)
    troubles.ratings.returned(money)
    troubles.ratings.record(rng, rows)
    record_profile(account, money, troubles, rows)
    return troubles


@dataclass(frozen=True, slots=True)
class _CollectionsWriter:
    account: Account
    money: AccountLedger
    rows: Rows
    troubles: CollectionHistory

    def episode(self, number: int, episode: DebtEpisode) -> None:
        """The collection process of an episode, and what follows from it."""
        debt = self._debt(episode)
        place = f"{self.account.value:08d}C{number:02d}"
        self._process(
            tables.COLLECTION, place, templates.COLLECTION, (episode.start, episode.end), debt,
            COLL_PROC_ID=place, DEBT_CL_CD="REG", DEBT_CL_DESCR="Regulated services",
            ARS_DAYS=(episode.start - episode.bill.due).days, MIN_STOP_AMT=debt // 2,
        )  # fmt: skip
        self.troubles.ratings.add(episode.start, -15, "COLL", "Collection process")
        if episode.end is None:
            self.troubles.in_collections_since = episode.start
        if episode.runs_to(SEVERED_AFTER) and self.account.traits.closed is None:
            self._severance(number, episode, debt)

    def _debt(self, episode: DebtEpisode) -> int:
        if episode.end is None:
            return self.money.standing.past_due
        return max(episode.bill.ending, episode.bill.charges)

    def _severance(self, number: int, episode: DebtEpisode, debt: int) -> None:
        start = add_days(episode.start, SEVERED_AFTER)
        agreement = self.account.agreements[0].id
        stage, n = self.account.traits.stage, self.account.value // 100
        by_chance = stage not in {"severance", "disconnected"} and n % OVERDUE_STYLE == 0
        bill_oriented = stage == "cut_pending" or by_chance
        days = (start, episode.end)
        if bill_oriented:
            place = f"{self.account.value:08d}K{number:02d}"
            made = self._events(templates.CUT, days)
            self._process(
                tables.CUT, place, templates.CUT, days, debt,
                CUT_PROC_ID=place, SA_ID=agreement, CUT_DT=_cut_day(made),
            )  # fmt: skip
        else:
            place = f"{self.account.value:08d}S{number:02d}"
            made = self._events(templates.SEVERANCE, days)
            self._process(
                tables.SEVERANCE, place, templates.SEVERANCE, days, debt,
                SEV_PROC_ID=place, SA_ID=agreement, DISCON_DT=_cut_day(made),
                COLL_PROC_ID=f"{self.account.value:08d}C{number:02d}",
            )  # fmt: skip
        self.troubles.ratings.add(start, -60, "SEV", "Severance or cut process")
        self._cutting(made, episode)

    def _cutting(self, made: list[Event], episode: DebtEpisode) -> None:
        cut = next(each for each in made if each.code == "CUT")
        if episode.end is None:
            self.troubles.disconnect_on = cut.trigger
        if cut.trigger and cut.trigger <= TODAY:
            done = cut.status == templates.COMPLETE
            self.troubles.cuttings.append(Disconnection(cut.trigger, done, episode.end))

    def write_off(self) -> None:
        """The write-off process of a closed account that never paid."""
        traits, bills = self.account.traits, self.money.book.bills
        if traits.stage not in {"write_off", "written_off"} or not bills:
            return
        start = add_days(bills[-1].due, WRITE_OFF_AFTER)
        end = next(iter(self._written_off()), None)
        place = f"{self.account.value:08d}W01"
        referred = add_days(start, 20) <= TODAY
        debt = bills[-1].ending
        self._process(
            tables.WRITE_OFF, place, templates.WRITE_OFF, (start, end), debt,
            WO_PROC_ID=place, AGENCY_NM="North Country Recovery" if referred else None,
            REFER_AMT=debt if referred else None,
        )  # fmt: skip
        self.troubles.ratings.add(start, -150, "WO", "Write-off process")

    def plan_overdue(self, plan: str, start: date, debt: int) -> None:
        """The process of a pay plan that is not kept."""
        place = f"{self.account.value:08d}P01"
        self._process(
            tables.OVERDUE, place, templates.PLAN_OVERDUE, (start, None), debt,
            PPOD_PROC_ID=place, PP_ID=plan,
        )  # fmt: skip
        self.troubles.ratings.add(start, -80, "PP", "Pay plan broken")

    def _events(self, template: Template, days: tuple[date, date | None]) -> list[Event]:
        done = self.account.traits.stage == "disconnected" and days[1] is None
        return events(template, *days, cut_done=done)

    def _written_off(self) -> set[date]:
        return {each.day for each in self.money.book.adjustments if each.kind == "WOFF"}

    def _process(
        self,
        table: Table,
        place: str,
        template: Template,
        days: tuple[date, date | None],
        debt: int,
        **own: Any,  # Any stands at the row: the kind's own columns
    ) -> None:
        start, end = days
        made = self._events(template, days)
        record_events(place, made, self.rows)
        if end is None:
            self.troubles.pending += [each for each in made if each.trigger and not each.completed]
        written = end in self._written_off()
        reason = ("WOFF", "Written off") if written else ("PAID", "Debt was paid")
        if end == PLAN_START and self.account.traits.stage in PROTECTED:
            reason = ("PLAN", "Covered by a pay plan")
        self.rows.add(
            table,
            ACCT_ID=self.account.id,
            STAT_CD=INACTIVE if end else ACTIVE,
            STAT_RSN_CD=reason[0] if end else None,
            STAT_RSN_DESCR=reason[1] if end else None,
            CRE_DTTM=midnight(start) + PROCESS_HOUR,
            END_DTTM=midnight(end) + 20 * HOUR if end else None,
            TMPL_CD=template.code,
            TMPL_DESCR=template.text,
            PROC_AMT=debt,
            **own,
        )


def _cut_day(made: list[Event]) -> date | None:
    return next(each.trigger for each in made if each.code == "CUT")
