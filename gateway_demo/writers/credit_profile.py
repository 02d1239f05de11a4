"""Writes an account's credit profile: its rating, its debt and the next event."""

from gateway_demo.plan.clock import NOW, days_ago
from gateway_demo.plan.model import Account
from gateway_demo.plan.rows import Rows
from gateway_demo.stores import collections_tables as tables
from gateway_demo.writers.cis import YES_NO
from gateway_demo.writers.collection_history import CollectionHistory
from gateway_demo.writers.finances import Finances
from gateway_demo.writers.ratings import CASH_LIMIT, LOW

CLASSES = {
    "RES": ("RES", "Residential collections"),
    "COM": ("COM", "Commercial collections"),
    "LND": ("LND", "Landlord, letters only"),
}


def record_profile(account: Account, finances: Finances, history: CollectionHistory, rows: Rows) -> None:
    """Write the profile, with the next event of all processes."""
    in_collections_since = history.in_collections_since
    debt = finances.standing.past_due if in_collections_since else 0
    upcoming = sorted(history.pending, key=lambda each: (each.trigger or days_ago(0), each.sequence))
    event = upcoming[0] if upcoming else None
    klass = CLASSES.get(account.traits.customer_class, CLASSES["COM"])
    exempt = account.traits.stage == "exempt"
    rows.add(
        tables.PROFILE,
        ACCT_ID=account.id,
        RATING=history.ratings.rating,
        RATING_THRESH=LOW,
        CASH_SCORE=history.ratings.score,
        CASH_THRESH=CASH_LIMIT,
        CASH_ONLY_SW=YES_NO[history.ratings.score > CASH_LIMIT],
        COLL_CL_CD=klass[0],
        COLL_CL_DESCR=klass[1],
        LAST_REV_DT=days_ago(40 + account.value % 50),
        NEXT_REV_DT=days_ago(-(account.value % 60) - 1),
        POSTPONE_DT=days_ago(-45) if exempt else None,
        IN_COLL_AMT=debt,
        MIN_DUE_AMT=debt // 2 if in_collections_since else None,
        ADDED_DT=in_collections_since,
        DISCON_DT=history.disconnect_on,
        NXT_EVT_SEQ=event.sequence if event else None,
        NXT_EVT_CD=event.code if event else None,
        NXT_EVT_DESCR=event.text if event else None,
        NXT_EVT_STAT=event.status if event else None,
        NXT_EVT_DT=event.trigger if event else None,
        AS_OF_DTTM=NOW - 6 * 3600,
    )
