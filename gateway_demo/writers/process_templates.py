"""Templates of collection processes, and their events as of today."""

from dataclasses import dataclass
from datetime import date

from gateway_demo.plan.clock import TODAY, add_days
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables

PENDING, AWAITING, COMPLETE, CANCELED = "10", "15", "20", "30"


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a template; `days` after the start of the process."""

    days: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """The events of a kind of process."""

    code: str
    text: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a process as of today."""

    sequence: int
    code: str
    text: str
    status: str
    trigger: date | None
    completed: date | None


COLLECTION = Template(
    "RES-COLL",
    "Residential collection, standard",
    (
        Step(0, "LTR1", "Reminder letter"),
        Step(7, "LTR2", "Final notice"),
        Step(12, "CALL", "Telephone call"),
        Step(18, "SEV", "Start severance"),
    ),
)
SEVERANCE = Template(
    "SEV-STD",
    "Severance, standard",
    (
        Step(2, "WARN", "Disconnection warning"),
        Step(12, "CUT", "Disconnect for non-payment"),
        Step(16, "TODO", "Review the account"),
        Step(110, "EXPIRE", "Expire service agreement"),
    ),
)
CUT = Template(
    "CUT-OVD",
    "Cut for overdue bills",
    (
        Step(0, "NOTICE", "Cut notice"),
        Step(24, "CUT", "Cut for non-payment"),
        Step(26, "RATE", "Lower the credit rating"),
        Step(110, "EXPIRE", "Expire service agreement"),
    ),
)
WRITE_OFF = Template(
    "WO-STD",
    "Write-off, standard",
    (
        Step(0, "LTRI", "Letter of intent"),
        Step(20, "REFER", "Refer to collection agency"),
        Step(47, "WOFF", "Write off"),
    ),
)
PLAN_OVERDUE = Template(
    "PP-OVD",
    "Pay plan not kept",
    (
        Step(0, "LTRB", "Letter: your plan is broken"),
        Step(7, "CALL", "Telephone call"),
        Step(21, "SEV", "Start severance"),
    ),
)
FIELD = {"CUT"}


def events(template: Template, start: date, end: date | None, *, cut_done: bool) -> list[Event]:
    """The events of a process that began on `start` and ended on `end`, if it ended."""
    process_events: list[Event] = []
    blocked = False
    for index, step in enumerate(template.steps, start=1):
        due = add_days(start, step.days)
        event = _event(index * 10, step, (due, end), blocked=blocked, cut_done=cut_done)
        blocked = blocked or event.status == AWAITING
        process_events.append(event)
    return process_events


def _event(number: int, step: Step, days: tuple[date, date | None], *, blocked: bool, cut_done: bool) -> Event:
    due, end = days
    if end and due > end:
        return Event(number, step.code, step.text, CANCELED, None, None)
    if blocked:
        return Event(number, step.code, step.text, PENDING, None, None)
    if due > TODAY:
        return Event(number, step.code, step.text, PENDING, due, None)
    if step.code in FIELD and not cut_done:
        return Event(number, step.code, step.text, CANCELED if end else AWAITING, due, None)
    return Event(number, step.code, step.text, COMPLETE, due, due)


def record_events(process: str, process_events: list[Event], rows: Rows) -> None:
    """The events of a process."""
    rows.extend(
        tables.EVENT,
        [
            (process, each.sequence, each.code, each.text, each.status, each.trigger,
             each.completed)
            for each in process_events
        ],
    )  # fmt: skip
