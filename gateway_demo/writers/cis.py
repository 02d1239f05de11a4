"""Writes a customer's accounts, premises and services to CIS."""

import json
from collections.abc import Sequence

from gateway_demo.plan.accounts import CLASSES, METERS, without_accents
from gateway_demo.plan.clock import TODAY
from gateway_demo.plan.model import Account, Customer, Premise, ServicePoint
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import cis_tables as cis
from gateway_demo.writers.finances import Finances, agreement_balances

YES_NO = {True: "Y", False: "N", None: None}
PROGRAM_NAMES = {
    "APAY": "Automatic payment",
    "EBILL": "Paperless billing",
    "BUDG": "Budget billing",
    "WEB": "My Riverton web account",
    "NETM": "Net metering",
    "DR": "Peak time savings",
    "LOWI": "Energy assistance",
    "OTH": "Tree replanting round-up",
}


def record(customer: Customer, account: Account, finances: Finances, rows: Rows) -> None:
    """Write the account with its persons, premise, services and programs."""
    _account(account, rows)
    _persons(customer, account, rows)
    premise(account.premise, rows)
    for point in account.points:
        service_point(point, account.premise, rows)
    _agreements(account, finances, rows)
    _programs(account, rows)
    _cross_reference(customer, account, rows)


def _account(account: Account, rows: Rows) -> None:
    traits = account.traits
    pending = traits.opened > TODAY
    rows.add(
        cis.ACCT,
        ACCT_ID=account.id,
        ACCT_NBR=account.number,
        CUST_ID=account.customer_id,
        STAT_CD="10" if pending else "40" if traits.closed else "20",
        CUST_CL_CD=traits.customer_class,
        CUST_CL_DESCR=CLASSES[traits.customer_class],
        BILL_CYC_CD=f"{traits.cycle:02d}",
        BILL_CYC_DESCR=f"Meters read on day {traits.cycle}",
        CURRENCY_CD="USD",
        TIME_ZONE_NM=account.premise.zone,
        SETUP_DT=traits.opened,
        CLOSE_DT=traits.closed,
    )


def _persons(customer: Customer, account: Account, rows: Rows) -> None:
    roles = ("M", "J", "A", "G", "B", "F")
    for role, person in zip(roles, customer.people, strict=False):
        rows.add(
            cis.ACCT_PER,
            ACCT_ID=account.id,
            PER_ID=person.id,
            ROLE_CD=role,
            FIN_RESP_SW=YES_NO[role in {"M", "J", "G"}],
            BILL_RECIP_SW=YES_NO[role in {"M", "B"}],
        )


def address(site: Premise) -> str:
    """The address in the form of the search column."""
    return without_accents(f"{site.line1} {site.city}").upper()


def premise(site: Premise, rows: Rows) -> None:
    """Write a premise."""
    rows.add(
        cis.PREM,
        PREM_ID=site.id,
        ADDRESS1=site.line1,
        ADDRESS2=site.line2,
        CITY=site.city,
        STATE=site.state,
        POSTAL=site.postal,
        COUNTRY="USA",
        PREM_TYPE_CD=site.kind[0],
        PREM_TYPE_DESCR=site.kind[1],
        VACANT_SW=YES_NO[site.vacant],
        LIFE_SUPPORT_SW=YES_NO[site.life_support],
        ADDR_SRCH=address(site),
    )


def service_point(point: ServicePoint, site: Premise, rows: Rows) -> None:
    """Write a service point with its meter."""
    rows.add(
        cis.SP,
        SP_ID=point.id,
        PREM_ID=site.id,
        SP_TYPE_CD=point.service,
        SP_STAT_CD=point.state,
        ACCESS_INSTR=point.access,
        MTR_ID=point.meter_id,
        BADGE_NBR=point.badge,
        MTR_CONFIG=METERS[point.service],
        AMI_SW=YES_NO[point.smart],
        INTV_MIN=point.minutes or None,
        MTR_INSTALL_DT=point.installed,
    )


def _agreements(account: Account, finances: Finances, rows: Rows) -> None:
    balances = agreement_balances(account, finances.standing.current)
    for agreement in account.agreements:
        rate = agreement.rate or (None, None)
        point = agreement.point
        rows.add(
            cis.SA,
            SA_ID=agreement.id,
            ACCT_ID=account.id,
            SA_TYPE_CD=agreement.kind[0],
            SA_TYPE_DESCR=agreement.kind[1],
            SVC_TYPE_CD=agreement.service,
            SA_STATUS_FLG=agreement.status,
            START_DT=agreement.since,
            END_DT=agreement.until,
            RS_CD=rate[0],
            RS_DESCR=rate[1],
            CHAR_PREM_ID=account.premise.id if point else None,
            SP_IDS=_ids([point.id] if point else []),
            CUR_BAL=balances[agreement.id],
        )


def _programs(account: Account, rows: Rows) -> None:
    for code in account.traits.programs:
        rows.add(
            cis.PROGRAM,
            ENRL_ID=f"{account.value:08d}{code}",
            ACCT_ID=account.id,
            PROG_CD=code,
            PROG_NM=PROGRAM_NAMES[code],
            START_DT=account.traits.opened,
            END_DT=account.traits.closed,
        )


def _cross_reference(customer: Customer, account: Account, rows: Rows) -> None:
    rows.add(
        cis.XREF,
        ACCT_ID=account.id,
        CUST_ID=customer.id,
        CUST_ACCT_CNT=len(customer.accounts),
        PER_IDS=_ids([person.id for person in customer.people]),
        PREM_IDS=_ids([account.premise.id]),
        SP_IDS=_ids([point.id for point in account.points]),
        SA_IDS=_ids([agreement.id for agreement in account.agreements]),
    )


def _ids(values: Sequence[str]) -> str:
    return json.dumps(values)
