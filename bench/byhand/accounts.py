"""The widget and the fan-out, by hand."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bench.byhand.upstream import Rows, Upstream
from bench.byhand.values import cents, gid, keys
from gateway.ids import key_from_global_id

IN = "IN (SELECT value FROM json_each(?))"
STATUS = {"10": "PENDING", "20": "ACTIVE", "30": "INACTIVE", "40": "FINALED"}
BALANCE = 'SELECT "ACCT_ID", "CUR_CENTS", "PAST_DUE_CENTS" FROM "BL_ACCT_BAL" WHERE "ACCT_ID" '
ACCOUNT = 'SELECT "ACCT_ID", "ACCT_NBR", "STAT_CD", "SETUP_DT" FROM "CI_ACCT" WHERE "ACCT_ID" '
BILLS = """SELECT * FROM (SELECT "ACCT_ID", "BILL_ID", "BILL_NBR", "BILL_DT", "DUE_DT", "AMT_DUE_CENTS",
"CUR_CHRG_CENTS", row_number() OVER (PARTITION BY "ACCT_ID"
ORDER BY "BILL_DT" DESC, CAST("BILL_ID" AS TEXT) DESC) AS place FROM "BL_BILL"
WHERE "ACCT_ID" IN (SELECT value FROM json_each(?))) WHERE place <= ?"""


async def widget(upstream: Upstream, variables: dict[str, Any]) -> Any:
    """BalanceWidget."""
    key = key_from_global_id(variables["account"], "BillingAccount")
    accounts = await upstream.rows("cis", f"{ACCOUNT} = ?", key)
    [balance] = await upstream.rows("billing", f"{BALANCE} = ?", key)
    return {"billingAccount": {"accountNumber": accounts[0][1], "balance": _balance(balance)}}


async def fanout(upstream: Upstream, variables: dict[str, Any]) -> Any:
    """Fifty accounts."""
    ids = [key_from_global_id(each, "BillingAccount") for each in variables["accounts"]]
    accounts = await upstream.rows("cis", ACCOUNT + IN, keys(ids))
    balances, bills = await asyncio.gather(
        upstream.rows("billing", BALANCE + IN, keys(ids)), upstream.rows("billing", BILLS, keys(ids), 4)
    )
    by_key = {row[0]: row for row in accounts}
    owed = {row[0]: _balance(row) for row in balances}
    billed = by_account(bills)
    return {"nodes": [_account(by_key[key], owed[key], billed[key]) for key in ids]}


def by_account(rows: Rows) -> defaultdict[str, list[tuple[Any, ...]]]:
    """Rows by their first value."""
    by_key: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        by_key[row[0]].append(row)
    return by_key


def _balance(row: Sequence[Any]) -> dict[str, Any]:
    _, current, past_due = row
    return {"current": {"amount": cents(current), "currency": "USD"}, "pastDue": {"amount": cents(past_due)}}


def _account(row: Sequence[Any], balance: dict[str, Any], bills: list[tuple[Any, ...]]) -> dict[str, Any]:
    _, number, status, opened_on = row
    newest = sorted(bills, key=lambda bill: (bill[3], str(bill[1])), reverse=True)[:3]
    return {
        "accountNumber": number,
        "status": STATUS[status],
        "openedOn": opened_on,
        "balance": balance,
        "bills": {"nodes": [_bill(bill) for bill in newest]},
    }


def _bill(row: Sequence[Any]) -> dict[str, Any]:
    _, key, number, issued_on, due_on, due, charges, _ = row
    return {
        "id": gid("Bill", str(key)),
        "billNumber": number,
        "issuedOn": issued_on,
        "dueOn": due_on,
        "amountDue": {"amount": cents(due), "currency": "USD"},
        "currentCharges": {"amount": cents(charges)},
    }
