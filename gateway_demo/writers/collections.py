"""Writes an account's collection processes, arrangements and ratings, derived from its ledger."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import Table

from gateway_demo.plan.clock import HOUR, TODAY, add_days, midnight
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables
from gateway_demo.writers import process_templates as templates
from gateway_demo.writers.collection_history import CollectionHistory, Disconnection
from gateway_demo.writers.credit_profile import record_profile
from gateway_demo.writers.finances import Finances
from gateway_demo.writers.ledger import Bill
from gateway_demo.writers.pay_plan_schedule import PLAN_START
from gateway_demo.writers.pay_plans import record_arrangements
from gateway_demo.writers.process_templates import Event, Template, events, record_events
from gateway_demo.writers.ratings import Ratings

ACTIVE, INACTIVE = "10", "20"
GRACE = 10
SEVERED_AFTER = 18
WRITE_OFF_AFTER = 30
OVERDUE_STYLE = 5  # one account in five uses the bill-oriented cut process
PROCESS_HOUR = 4 * HOUR
PROTECTED = {"plan_active", "plan_at_risk"}


@dataclass(frozen=True, slots=True)
class DebtEpisode:
    """A time in which an account's debt was old enough to be collected."""

    start: date
    end: date | None
    bill: Bill

    def runs_to(self, days: int) -> bool:
        """Whether it lasted until the given days after its start."""
        return add_days(self.start, days) <= (self.end or TODAY)


def debt_episodes(finances: Finances) -> list[DebtEpisode]:
    """The account's debt episodes, overlapping ones merged."""
    episodes: list[DebtEpisode] = []
    for bill in finances.ledger.bills:
        start, end = add_days(bill.due, GRACE), finances.standing.covered[bill.id]
        if start > TODAY or (end and end <= start):
            continue
        if episodes and (episodes[-1].end is None or episodes[-1].end >= start):
            last = episodes[-1]
            episodes[-1] = DebtEpisode(last.start, end and last.end and max(end, last.end), last.bill)
        else:
            episodes.append(DebtEpisode(start, end, bill))
    return episodes


def _pursued_episodes(account: Account, finances: Finances) -> list[DebtEpisode]:
    """The episodes with a collection process: not with postponed reviews or under a pay plan."""
    stage, episodes = account.traits.stage, debt_episodes(finances)
    if stage == "exempt":
        return [episode for episode in episodes if episode.end]
    if stage not in PROTECTED:
        return episodes
    ended_by_plan = [replace(episode, end=episode.end or PLAN_START) for episode in episodes]
    return [episode for episode in ended_by_plan if episode.end and episode.start < episode.end]


def record(account: Account, finances: Finances, rng: Random, rows: Rows) -> CollectionHistory:
    """Write an account's rows in COLLECTIONS; returns their outcome for other writers."""
    history = CollectionHistory(Ratings(account))
    writer = _CollectionsWriter(account, finances, rows, history)
    for number, episode in enumerate(_pursued_episodes(account, finances), start=1):
        writer.episode(number, episode)
    writer.write_off()
    overdue_plan = record_arrangements(account, finances, history.ratings, rows)
    if overdue_plan:
        writer.plan_overdue(*overdue_plan)
    history.ratings.add_returned_payments(finances)
    history.ratings.record(rng, rows)
    record_profile(account, finances, history, rows)
    return history


@dataclass(frozen=True, slots=True)
class _CollectionsWriter:
    account: Account
    finances: Finances
    rows: Rows
    history: CollectionHistory

    def episode(self, number: int, episode: DebtEpisode) -> None:
        """Write the collection process of an episode and its consequences."""
        debt = self._debt(episode)
        process_id = f"{self.account.value:08d}C{number:02d}"
        self._process(
            tables.COLLECTION, process_id, templates.COLLECTION, (episode.start, episode.end), debt,
            COLL_PROC_ID=process_id, DEBT_CL_CD="REG", DEBT_CL_DESCR="Regulated services",
            ARS_DAYS=(episode.start - episode.bill.due).days, MIN_STOP_AMT=debt // 2,
        )  # fmt: skip
        self.history.ratings.add(episode.start, -15, "COLL", "Collection process")
        if episode.end is None:
            self.history.in_collections_since = episode.start
        if episode.runs_to(SEVERED_AFTER) and self.account.traits.closed is None:
            self._severance(number, episode, debt)

    def _debt(self, episode: DebtEpisode) -> int:
        if episode.end is None:
            return self.finances.standing.past_due
        return max(episode.bill.ending, episode.bill.charges)

    def _severance(self, number: int, episode: DebtEpisode, debt: int) -> None:
        start = add_days(episode.start, SEVERED_AFTER)
        agreement = self.account.agreements[0].id
        stage, n = self.account.traits.stage, self.account.value // 100
        is_sampled = stage not in {"severance", "disconnected"} and n % OVERDUE_STYLE == 0
        bill_oriented = stage == "cut_pending" or is_sampled
        days = (start, episode.end)
        if bill_oriented:
            process_id = f"{self.account.value:08d}K{number:02d}"
            process_events = self._events(templates.CUT, days)
            self._process(
                tables.CUT, process_id, templates.CUT, days, debt,
                CUT_PROC_ID=process_id, SA_ID=agreement, CUT_DT=_cut_day(process_events),
            )  # fmt: skip
        else:
            process_id = f"{self.account.value:08d}S{number:02d}"
            process_events = self._events(templates.SEVERANCE, days)
            self._process(
                tables.SEVERANCE, process_id, templates.SEVERANCE, days, debt,
                SEV_PROC_ID=process_id, SA_ID=agreement, DISCON_DT=_cut_day(process_events),
                COLL_PROC_ID=f"{self.account.value:08d}C{number:02d}",
            )  # fmt: skip
        self.history.ratings.add(start, -60, "SEV", "Severance or cut process")
        self._disconnection(process_events, episode)

    def _disconnection(self, process_events: list[Event], episode: DebtEpisode) -> None:
        cut = next(each for each in process_events if each.code == "CUT")
        if episode.end is None:
            self.history.disconnect_on = cut.trigger
        if cut.trigger and cut.trigger <= TODAY:
            done = cut.status == templates.COMPLETE
            self.history.disconnections.append(Disconnection(cut.trigger, done, episode.end))

    def write_off(self) -> None:
        """Write the write-off process of a closed account that never paid."""
        traits, bills = self.account.traits, self.finances.ledger.bills
        if traits.stage not in {"write_off", "written_off"} or not bills:
            return
        start = add_days(bills[-1].due, WRITE_OFF_AFTER)
        end = next(iter(self._written_off()), None)
        process_id = f"{self.account.value:08d}W01"
        referred = add_days(start, 20) <= TODAY
        debt = bills[-1].ending
        self._process(
            tables.WRITE_OFF, process_id, templates.WRITE_OFF, (start, end), debt,
            WO_PROC_ID=process_id, AGENCY_NM="North Country Recovery" if referred else None,
            REFER_AMT=debt if referred else None,
        )  # fmt: skip
        self.history.ratings.add(start, -150, "WO", "Write-off process")

    def plan_overdue(self, plan: str, start: date, debt: int) -> None:
        """Write the process of a broken pay plan."""
        process_id = f"{self.account.value:08d}P01"
        self._process(
            tables.OVERDUE, process_id, templates.PLAN_OVERDUE, (start, None), debt,
            PPOD_PROC_ID=process_id, PP_ID=plan,
        )  # fmt: skip
        self.history.ratings.add(start, -80, "PP", "Pay plan broken")

    def _events(self, template: Template, days: tuple[date, date | None]) -> list[Event]:
        done = self.account.traits.stage == "disconnected" and days[1] is None
        return events(template, *days, cut_done=done)

    def _written_off(self) -> set[date]:
        return {each.day for each in self.finances.ledger.adjustments if each.kind == "WOFF"}

    def _process(
        self,
        table: Table,
        process_id: str,
        template: Template,
        days: tuple[date, date | None],
        debt: int,
        **columns: Any,  # Any: the process kind's own columns
    ) -> None:
        start, end = days
        process_events = self._events(template, days)
        record_events(process_id, process_events, self.rows)
        if end is None:
            self.history.pending += [each for each in process_events if each.trigger and not each.completed]
        is_written_off = end in self._written_off()
        reason = ("WOFF", "Written off") if is_written_off else ("PAID", "Debt was paid")
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
            **columns,
        )


def _cut_day(process_events: list[Event]) -> date | None:
    return next(each.trigger for each in process_events if each.code == "CUT")
