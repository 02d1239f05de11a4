"""Writes an account's contacts, cases, rebate claims and alerts to CIS."""

from datetime import date
from random import Random

from gateway_demo.plan.clock import FIRST_DAY, TODAY, chance, days_ago, random_count, random_day, random_office_time
from gateway_demo.plan.model import Account
from gateway_demo.plan.names import AGENTS
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import cis_tables as cis

KINDS = (
    (("BILL", "Billing"), ("HIBL", "High bill inquiry")),
    (("BILL", "Billing"), ("COPY", "Copy of bill requested")),
    (("CRED", "Credit"), ("PAYX", "Payment extension asked for")),
    (("SERV", "Service"), ("STRT", "Start or stop of service")),
    (("INFO", "Information"), ("RATE", "Rate information")),
    (("NOTE", "Notification"), ("LTR", "Letter sent")),
)
METHODS = (("PH", "Telephone"), ("WI", "Walk-in"), ("LT", "Letter"), ("FX", "Fax"))
REMARKS = (
    None,
    "Explained the bill, customer satisfied.",
    "Customer will send the form.",
    "Asked to call back after the next reading.",
    "Sent information on budget billing.",
)
CASES = (
    ("HIBL", "High bill investigation"),
    ("METR", "Meter tampering check"),
    ("MOVE", "Disputed move-out"),
    ("CLAI", "Damage claim"),
)
REBATES = (
    ("HEATP", "Heat pump rebate", 120_000),
    ("THERM", "Smart thermostat rebate", 7_500),
    ("WASHR", "Efficient washer rebate", 10_000),
)
APPROVED, DENIED, REVIEW = ("APPR", "Approved"), ("DENY", "Denied"), ("REVW", "In review")
ALERTS = (
    ("DOG", "Dog", "Dog on the premises, call ahead."),
    ("THRT", "Safety", "Two people for every visit."),
    ("VIPC", "Key account", "Ask for the account manager."),
)


def active_days(account: Account) -> tuple[date, date]:
    """The first and last day on which records of an account can be dated."""
    traits = account.traits
    last = min(traits.closed or TODAY, TODAY)
    return min(max(traits.opened, FIRST_DAY), last), last


def record(account: Account, rng: Random, rows: Rows) -> None:
    """Write random records, unless the account is quiet."""
    traits = account.traits
    if traits.quiet:
        return
    since, until = active_days(account)
    for number in range(min(40, random_count(rng, 8 * traits.busy))):
        contact(account, number, random_office_time(rng, random_day(rng, since, until)), rng, rows)
    for number in range(min(4, random_count(rng, 0.5))):
        _case(account, number, random_day(rng, since, until), rng, rows)
    if chance(rng, 0.18):
        _rebate(account, random_day(rng, since, until), rng, rows)
    if chance(rng, 0.04):
        _alert(account, rng, rows)


def contact(account: Account, number: int, at: int, rng: Random, rows: Rows) -> None:
    """Write a customer contact."""
    klass, kind = rng.choice(KINDS)
    method = rng.choice(METHODS)
    user = rng.choice(AGENTS)
    rows.add(
        cis.CONTACT,
        CC_ID=f"{account.value:08d}{number:04d}",
        ACCT_ID=account.id,
        PER_ID=account.owner.id,
        CC_DTTM=at,
        CC_CL_CD=klass[0],
        CC_CL_DESCR=klass[1],
        CC_TYPE_CD=kind[0],
        CC_TYPE_DESCR=kind[1],
        CC_METH_CD=method[0],
        CC_METH_DESCR=method[1],
        USER_ID=user[2].upper(),
        USER_NM=user[1],
        COMMENTS=rng.choice(REMARKS),
    )


def _case(account: Account, number: int, day: date, rng: Random, rows: Rows) -> None:
    kind, user = rng.choice(CASES), rng.choice(AGENTS)
    opened = random_office_time(rng, day)
    is_open = day > days_ago(20)
    rows.add(
        cis.CASE,
        CASE_ID=f"{account.value:08d}{number:02d}",
        ACCT_ID=account.id,
        CRE_DTTM=opened,
        CLOSE_DTTM=None if is_open else opened + rng.randint(2, 18) * 86_400,
        CASE_TYPE_CD=kind[0],
        CASE_TYPE_DESCR=kind[1],
        CASE_STATUS_CD="INPR" if is_open else "CLSD",
        CASE_STATUS_DESCR="In progress" if is_open else "Closed",
        OPEN_SW="Y" if is_open else "N",
        USER_ID=user[2].upper(),
        USER_NM=user[1],
        COMMENTS=rng.choice(REMARKS),
    )


def _rebate(account: Account, day: date, rng: Random, rows: Rows) -> None:
    code, text, maximum = rng.choice(REBATES)
    status = REVIEW if day > days_ago(30) else rng.choice((APPROVED, APPROVED, DENIED))
    claimed = maximum * rng.randint(50, 100) // 100
    rows.add(
        cis.REBATE,
        CLAIM_ID=f"{account.value:08d}01",
        ACCT_ID=account.id,
        CLAIM_DT=day,
        PROG_CD=code,
        PROG_DESCR=text,
        STAT_CD=status[0],
        STAT_DESCR=status[1],
        CLAIM_AMT=claimed,
        APPR_AMT={"APPR": claimed, "DENY": 0}.get(status[0]),
    )


def _alert(account: Account, rng: Random, rows: Rows) -> None:
    alert(account, rng.choice(ALERTS), days_ago(rng.randint(10, 800)), None, rows)


def alert(account: Account, kind: tuple[str, str, str], since: date, until: date | None, rows: Rows) -> None:
    """Write an account alert; `kind` is its code, type and text."""
    rows.add(
        cis.ALERT,
        ALERT_ID=f"{account.value:08d}{kind[0]}",
        ACCT_ID=account.id,
        ALERT_TYPE_CD=kind[0],
        ALERT_TYPE_DESCR=kind[1],
        START_DT=since,
        END_DT=until,
        ALERT_TEXT=kind[2],
    )
