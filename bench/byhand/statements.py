"""The statements of the 360: every row of some accounts, or the newest of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.byhand.accounts import IN


@dataclass(frozen=True, slots=True)
class Recent:
    """The newest rows of each account, in a window where there is one; the account comes first."""

    system: str
    text: str
    days: bool = True
    window: bool = True

    def values(self, accounts: str, since: datetime, limit: int) -> tuple[Any, ...]:
        """What the statement wants."""
        first = since.strftime("%Y-%m-%d" if self.days else "%Y-%m-%d %H:%M:%S")
        return (accounts, first, limit) if self.window else (accounts, limit)


def _recent(system: str, table: str, columns: str, time: str, *, days: bool, window: bool) -> Recent:
    account, name, *_ = columns.split(", ")
    bound = f"AND {time} >= ?" if window else ""
    numbered = f"""SELECT {columns}, row_number() OVER (PARTITION BY {account}
        ORDER BY {time} DESC, CAST({name} AS TEXT) DESC) AS place
        FROM {table} WHERE {account} {IN} {bound}"""
    text = f"SELECT {columns} FROM ({numbered}) WHERE place <= ? ORDER BY place"
    return Recent(system, text, days, window)


def _plain(system: str, table: str, columns: str) -> tuple[str, str]:
    account, *_ = columns.split(", ")
    return system, f"SELECT {columns} FROM {table} WHERE {account} {IN}"


_PROCESS = "ACCT_ID, {}, STAT_CD, CRE_DTTM, TMPL_CD, TMPL_DESCR, PROC_AMT"
_ENTRY = "ACCT_ID, ENTRY_ID, START_DT"

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
        "ACCT_ID, BILL_ID, BILL_DT, BILL_NBR, DUE_DT, AMT_DUE_CENTS, CUR_CHRG_CENTS, EST_IND",
        "BILL_DT",
        days=True,
        window=False,
    ),
    "Payment": _recent(
        "payments", "pay", "acct_id, pay_id, pay_dt, amt_cents, stat", "pay_dt", days=True, window=False
    ),
    "CustomerContact": _recent(
        "cis",
        "CI_CC",
        "ACCT_ID, CC_ID, CC_DTTM, CC_CL_CD, CC_CL_DESCR, CC_TYPE_CD, CC_TYPE_DESCR",
        "CC_DTTM",
        days=False,
        window=True,
    ),
    "Case": _recent(
        "cis",
        "CI_CASE",
        "ACCT_ID, CASE_ID, CRE_DTTM, CASE_TYPE_CD, CASE_TYPE_DESCR",
        "CRE_DTTM",
        days=False,
        window=True,
    ),
    "RebateClaim": _recent(
        "cis",
        "CI_REBATE",
        "ACCT_ID, CLAIM_ID, CLAIM_DTTM, PROG_CD, PROG_DESCR",
        "CLAIM_DTTM",
        days=True,
        window=True,
    ),
    "PaymentArrangement": _recent(
        "collections", "CC_PAY_ARR", "ACCT_ID, PA_ID, START_DT", "START_DT", days=True, window=True
    ),
    "CreditRatingHistory": _recent(
        "collections", "CC_RATING_ENTRY", _ENTRY, "START_DT", days=True, window=True
    ),
    "CashOnlyHistory": _recent("collections", "CC_CASH_ENTRY", _ENTRY, "START_DT", days=True, window=True),
}
