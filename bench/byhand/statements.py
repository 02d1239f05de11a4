"""The statements of the 360: every row of some accounts, or the newest of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.byhand.accounts import IN

DAY = "%Y-%m-%d"
SECOND = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Recent:
    """The newest rows of each account; in a window where its bound has a form. The account comes first."""

    system: str
    text: str
    bound: str | None

    def values(self, accounts: str, since: datetime, limit: int) -> tuple[Any, ...]:
        """What the statement wants."""
        return (accounts, since.strftime(self.bound), limit) if self.bound else (accounts, limit)


def _recent(system: str, table: str, columns: str, bound: str | None) -> Recent:
    """Of the columns, the first is the account, the second the id, and the third the time."""
    account, name, time, *_ = columns.split(", ")
    since = f"AND {time} >= ?" if bound else ""
    text = f"""SELECT {columns} FROM (SELECT {columns}, row_number() OVER (PARTITION BY {account}
        ORDER BY {time} DESC, CAST({name} AS TEXT) DESC) AS place
        FROM {table} WHERE {account} {IN} {since}) WHERE place <= ? ORDER BY place"""  # noqa: S608  # our own names
    return Recent(system, text, bound)


def _plain(system: str, table: str, columns: str) -> tuple[str, str]:
    account, *_ = columns.split(", ")
    return system, f"SELECT {columns} FROM {table} WHERE {account} {IN}"  # noqa: S608  # our own names


_PROCESS = "ACCT_ID, {}, STAT_CD, CRE_DTTM, TMPL_CD, TMPL_DESCR, PROC_AMT"
_ENTRY = "ACCT_ID, ENTRY_ID, START_DT, AFF_BY"

PLAIN: Mapping[str, tuple[str, str]] = {
    "ServiceAgreement": _plain(
        "cis", "CI_SA", "ACCT_ID, SA_ID, SA_TYPE_CD, SA_TYPE_DESCR, SA_STATUS_FLG, START_DT, RS_CD"
    ),
    "ProgramEnrollment": _plain("cis", "CI_PROG_ENRL", "ACCT_ID, PROG_CD, START_DT"),
    "AccountBalance": _plain("billing", "BL_ACCT_BAL", "ACCT_ID, CUR_CENTS, PAST_DUE_CENTS, ARREARS"),
    "CreditProfile": _plain("collections", "CC_PROFILE", "ACCT_ID, RATING, CASH_SCORE, CASH_THRESH"),
}
PROCESSES: Mapping[str, tuple[str, str]] = {
    "CollectionProcess": _plain("collections", "CC_COLL_PROC", _PROCESS.format("COLL_PROC_ID")),
    "SeveranceProcess": _plain("collections", "CC_SEV_PROC", _PROCESS.format("SEV_PROC_ID")),
    "WriteOffProcess": _plain("collections", "CC_WO_PROC", _PROCESS.format("WO_PROC_ID")),
    "PayPlanOverdueProcess": _plain("collections", "CC_PPOD_PROC", _PROCESS.format("PPOD_PROC_ID")),
    "CutProcess": _plain("collections", "CC_CUT_PROC", _PROCESS.format("CUT_PROC_ID")),
}
RECENT: Mapping[str, Recent] = {
    "Bill": _recent(
        "billing",
        "BL_BILL",
        "ACCT_ID, BILL_ID, BILL_DT, BILL_NBR, DUE_DT, AMT_DUE_CENTS, CUR_CHRG_CENTS, EST_IND, BILL_STAT",
        None,
    ),
    "Payment": _recent("payments", "pay", "acct_id, pay_id, pay_dt, amt_cents, stat", None),
    "CustomerContact": _recent(
        "cis", "CI_CC", "ACCT_ID, CC_ID, CC_DTTM, CC_CL_CD, CC_CL_DESCR, CC_TYPE_CD, CC_TYPE_DESCR", SECOND
    ),
    "Case": _recent("cis", "CI_CASE", "ACCT_ID, CASE_ID, CRE_DTTM, CASE_TYPE_CD, CASE_TYPE_DESCR", SECOND),
    "RebateClaim": _recent("cis", "CI_REBATE", "ACCT_ID, CLAIM_ID, CLAIM_DT, PROG_CD, PROG_DESCR", DAY),
    "PaymentArrangement": _recent("collections", "CC_PAY_ARR", "ACCT_ID, PA_ID, START_DT, STAT_CD, TOT_AMT", DAY),
    "CreditRatingHistory": _recent("collections", "CC_RATING_ENTRY", _ENTRY, DAY),
    "CashOnlyHistory": _recent("collections", "CC_CASH_ENTRY", _ENTRY, DAY),
}
