"""An account's credit profile: where its rating and its debt stand."""

from gateway_demo.plan.clock import NOW, days_ago
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables
from gateway_demo.writers.account_ledger import AccountLedger
from gateway_demo.writers.cis import YES_NO
from gateway_demo.writers.ratings import CASH_LIMIT, LOW

CLASSES = {
    "RES": ("RES", "Residential collections"),
    "COM": ("COM", "Commercial collections"),
    "LND": ("LND", "Landlord, letters only"),
}


def record_profile(account: Account, money: AccountLedger, troubles: "Troubles", rows: Rows) -> None:
    """The profile, with the next event of all processes."""
    since = troubles.in_collections_since
    owed = money.standing.past_due if since else 0
    coming = sorted(troubles.pending, key=lambda each: (each.trigger or days_ago(0), each.sequence))
    event = coming[0] if coming else None
    klass = CLASSES.get(account.traits.customer_class, CLASSES["COM"])
    exempt = account.traits.stage == "exempt"
    rows.add(
        tables.PROFILE,
        ACCT_ID=account.id,
        RATING=troubles.ratings.rating,
        RATING_THRESH=LOW,
        CASH_SCORE=troubles.ratings.score,
        CASH_THRESH=CASH_LIMIT,
        CASH_ONLY_SW=YES_NO[troubles.ratings.score > CASH_LIMIT],
        COLL_CL_CD=klass[0],
        COLL_CL_DESCR=klass[1],
        LAST_REV_DT=days_ago(40 + account.value % 50),
        NEXT_REV_DT=days_ago(-(account.value % 60) - 1),
        POSTPONE_DT=days_ago(-45) if exempt else None,
        IN_COLL_AMT=owed,
        MIN_DUE_AMT=owed // 2 if since else None,
        ADDED_DT=since,
        DISCON_DT=troubles.disconnect_on,
        NXT_EVT_SEQ=event.sequence if event else None,
        NXT_EVT_CD=event.code if event else None,
        NXT_EVT_DESCR=event.text if event else None,
        NXT_EVT_STAT=event.status if event else None,
        NXT_EVT_DT=event.trigger if event else None,
        AS_OF_DTTM=NOW - 6 * 3600,
    )
