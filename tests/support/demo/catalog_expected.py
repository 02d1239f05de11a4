"""Expected values of database records, derived from stored rows without the catalog."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

FieldsOf = Callable[[Any], tuple[Any, ...]]
Stored = Callable[[Mapping[str, Any]], tuple[Any, ...]]

YES = {"Y": True, "N": False, None: None}
SERVICE = {"E": "ELECTRIC", "G": "GAS", "W": "WATER", None: None}
OF_UNIT = {"KWH": "ELECTRIC", "THM": "GAS", "CCF": "WATER"}
QUALITY = {0: "ACTUAL", 17: "ACTUAL", 9: "ESTIMATED", 10: "MISSING"}
FLOW = {"1": "DELIVERED", "19": "RECEIVED"}
PROMISE = {"20": "ACTIVE", "40": "BROKEN"}


def cents(stored: int | None) -> Decimal | None:
    return None if stored is None else Decimal(stored) / 100


def number(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)


def day(stored: str | None, *, before: int = 0) -> date | None:
    return None if stored is None else date.fromisoformat(stored) - timedelta(days=before)


def new_york(stored: str | None) -> datetime | None:
    if stored is None:
        return None
    return datetime.fromisoformat(stored).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


def utc(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)


def money(value: Any) -> Decimal | None:
    if value is None:
        return None
    assert value.currency == "USD"
    return value.amount  # type: ignore[no-any-return]  # a Money of whichever record


def coded(value: Any) -> tuple[Any, Any]:
    return (value.code, value.description) if value else (None, None)


def name(value: Any) -> str | None:
    return value.name if value else None


def process(specific: str, fields: FieldsOf, stored: Stored) -> tuple[FieldsOf, Stored]:
    """The fields of all five kinds of process, and those of one kind."""
    status = {"10": "ACTIVE", "20": "INACTIVE", "30": "CANCELED"}
    return (
        lambda r: (
            *(r.id, r.account_id, r.process_status.name, coded(r.status_reason), r.created_at, r.ended_at),
            *(coded(r.template), money(r.amount), *fields(r)),
        ),
        lambda c: (
            *(c[specific], c["ACCT_ID"], status[c["STAT_CD"]], (c["STAT_RSN_CD"], c["STAT_RSN_DESCR"])),
            *(utc(c["CRE_DTTM"]), utc(c["END_DTTM"]), (c["TMPL_CD"], c["TMPL_DESCR"])),
            *(number(c["PROC_AMT"]), *stored(c)),
        ),
    )


ENTRY: tuple[FieldsOf, Stored] = (
    lambda r: (r.id, r.account_id, r.since, r.until, r.effect, coded(r.created_by)),
    lambda c: (
        *(c["ENTRY_ID"], c["ACCT_ID"], day(c["START_DT"]), day(c["END_DT"]), c["AFF_BY"]),
        (c["SRC_CD"], c["SRC_DESCR"]),
    ),
)

EXPECTED: dict[str, tuple[FieldsOf, Stored]] = {
    "BillingAccount": (
        lambda r: (r.id, r.customer_id, r.account_number, r.status.name, coded(r.bill_cycle), r.closed_on),
        lambda c: (
            *(c["ACCT_ID"], c["CUST_ID"], c["ACCT_NBR"]),
            {"10": "PENDING", "20": "ACTIVE", "40": "FINALED"}[c["STAT_CD"]],
            *((c["BILL_CYC_CD"], c["BILL_CYC_DESCR"]), day(c["CLOSE_DT"])),
        ),
    ),
    "AccountReference": (
        lambda r: (r.account_id, r.customer_id, r.customer_accounts, *map(tuple, (r.person_ids, r.premise_ids))),
        lambda c: (
            *(c["ACCT_ID"], c["CUST_ID"], c["CUST_ACCT_CNT"]),
            *(tuple(json.loads(c["PER_IDS"])), tuple(json.loads(c["PREM_IDS"]))),
        ),
    ),
    "AccountPerson": (
        lambda r: (r.account_id, r.person_id, r.role.name, r.is_financially_responsible, r.receives_bill),
        lambda c: (
            *(c["ACCT_ID"], c["PER_ID"], {"M": "MAIN_CUSTOMER", "J": "JOINT"}[c["ROLE_CD"]]),
            *(YES[c["FIN_RESP_SW"]], YES[c["BILL_RECIP_SW"]]),
        ),
    ),
    "ProgramEnrollment": (
        lambda r: (r.account_id, r.kind.name in {"EBILL", "NET_METERING"}, r.name, r.since, r.until),
        lambda c: (
            *(c["ACCT_ID"], c["PROG_CD"] in {"EBILL", "NETM"}, c["PROG_NM"]),
            *(day(c["START_DT"]), day(c["END_DT"])),
        ),
    ),
    "AccountAlert": (
        lambda r: (r.id, r.account_id, coded(r.alert_type), r.since, r.until, r.text),
        lambda c: (
            *(c["ALERT_ID"], c["ACCT_ID"], (c["ALERT_TYPE_CD"], c["ALERT_TYPE_DESCR"])),
            *(day(c["START_DT"]), day(c["END_DT"]), c["ALERT_TEXT"]),
        ),
    ),
    "Premise": (
        lambda r: (r.id, r.address.line1, r.address.region, r.address.country, r.is_vacant, r.life_support),
        lambda c: (*(c["PREM_ID"], c["ADDRESS1"], c["STATE"], "US"), *(YES[c["VACANT_SW"]], YES[c["LIFE_SUPPORT_SW"]])),
    ),
    "ServicePoint": (
        lambda r: (r.id, r.premise_id, r.service_type.name, r.state.name, r.meter.badge_number, r.meter.smart),
        lambda c: (
            *(c["SP_ID"], c["PREM_ID"], SERVICE[c["SP_TYPE_CD"]]),
            {"C": "CONNECTED", "DS": "DISCONNECTED_AT_SOURCE", "CNP": "CUT_FOR_NON_PAYMENT"}[c["SP_STAT_CD"]],
            *(c["BADGE_NBR"], YES[c["AMI_SW"]]),
        ),
    ),
    "ServiceAgreement": (
        lambda r: (
            *(r.id, r.account_id, r.premise_id, tuple(r.service_point_ids), name(r.service_type)),
            *(r.status.name == "ACTIVE", coded(r.rate_schedule), money(r.current_balance)),
        ),
        lambda c: (
            *(c["SA_ID"], c["ACCT_ID"], c["CHAR_PREM_ID"], tuple(json.loads(c["SP_IDS"]))),
            *(SERVICE[c["SVC_TYPE_CD"]], c["SA_STATUS_FLG"] == "20", (c["RS_CD"], c["RS_DESCR"])),
            number(c["CUR_BAL"]),
        ),
    ),
    "CustomerContact": (
        lambda r: (r.id, r.account_id, r.contacted_at, coded(r.contact_type), r.user.id, r.comments),
        lambda c: (
            *(c["CC_ID"], c["ACCT_ID"], new_york(c["CC_DTTM"]), (c["CC_TYPE_CD"], c["CC_TYPE_DESCR"])),
            *(c["USER_ID"], c["COMMENTS"]),
        ),
    ),
    "Case": (
        lambda r: (r.id, r.account_id, r.created_at, r.closed_at, r.is_open, coded(r.status)),
        lambda c: (
            *(c["CASE_ID"], c["ACCT_ID"], new_york(c["CRE_DTTM"]), new_york(c["CLOSE_DTTM"])),
            *(YES[c["OPEN_SW"]], (c["CASE_STATUS_CD"], c["CASE_STATUS_DESCR"])),
        ),
    ),
    "RebateClaim": (
        lambda r: (r.id, r.account_id, r.claimed_on, coded(r.program), money(r.claimed), money(r.approved)),
        lambda c: (
            *(c["CLAIM_ID"], c["ACCT_ID"], day(c["CLAIM_DT"]), (c["PROG_CD"], c["PROG_DESCR"])),
            *(number(c["CLAIM_AMT"]), number(c["APPR_AMT"])),
        ),
    ),
    "Bill": (
        lambda r: (
            *(r.id, r.account_id, r.bill_number, r.status.name, r.issued_on, r.due_on, r.period.start),
            *(r.period.days(), r.is_final, r.is_estimated, money(r.amount_due), money(r.unpaid_amount)),
        ),
        lambda c: (
            *(str(c["BILL_ID"]), c["ACCT_ID"], c["BILL_NBR"]),
            {"P": "PENDING", "C": "COMPLETE", "W": "WRITTEN_OFF", "X": "CANCELED"}[c["BILL_STAT"]],
            *(day(c["BILL_DT"]), day(c["DUE_DT"]), day(c["PER_START_DT"]), c["PER_DAYS"]),
            *(c["FINAL_IND"] == 1, c["EST_IND"] == 1, cents(c["AMT_DUE_CENTS"]), cents(c["UNPAID_CENTS"])),
        ),
    ),
    "BillSegment": (
        lambda r: (
            *(r.id, r.bill_id, r.service_agreement_id, r.premise_id, r.service_type.name, r.status.name),
            *(r.period.start, r.period.days(), money(r.amount)),
            tuple((q.unit, q.time_of_use, q.quantity) for q in r.quantities),
        ),
        lambda c: (
            *(str(c["BSEG_ID"]), str(c["BILL_ID"]), c["SA_ID"], c["PREM_ID"], SERVICE[c["SVC_CD"]]),
            {"50": "FROZEN", "30": "FREEZABLE", "70": "CANCELED"}[c["SEG_STAT"]],
            *(day(c["START_DT"]), c["SEG_DAYS"], cents(c["AMT_CENTS"])),
            tuple((q["uom"], q["tou"], Decimal(q["qty"])) for q in json.loads(c["QTYS"])),
        ),
    ),
}
