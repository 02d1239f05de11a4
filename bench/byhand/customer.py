"""The 360, by hand: who the customer is; their accounts stand in account.py."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bench.byhand.account import account
from bench.byhand.asking import AccountKeys, add_details, ask
from bench.byhand.upstream import Upstream
from bench.byhand.values import coded, gid, holds, midnight, newest
from gateway.access.redaction import contacts_redacted, redacted
from gateway.ids import key_from_global_id
from gateway_demo.launch.launcher import NOW

TODAY = datetime.fromisoformat(NOW).date()
# Without a range, interactions cover twelve months.
SINCE = midnight(TODAY.replace(year=TODAY.year - 1).isoformat()).isoformat()
OPEN = ("20", "10")
_ACCOUNTS = """SELECT "ACCT_ID", "ACCT_NBR", "STAT_CD", "SETUP_DT", "CUST_CL_CD", "CUST_CL_DESCR"
FROM "CI_ACCT" WHERE "CUST_ID" = ?"""
_REFERENCES = """SELECT "ACCT_ID", "CUST_ACCT_CNT", "PREM_IDS", "SP_IDS" FROM "CI_XREF" WHERE "CUST_ID" = ?"""
_KINDS = {"HOME_PHONE": "PHONE", "MOBILE_PHONE": "MOBILE", "EMAIL": "EMAIL"}
_STATUS = {"O": "OPEN", "C": "CLOSED"}
_DIRECTION = {"I": "INBOUND", "O": "OUTBOUND"}


async def customer(upstream: Upstream, variables: dict[str, Any]) -> Any:
    """Everything about one customer, in four rounds."""
    key = key_from_global_id(variables["customer"], "Customer")
    [record] = (await upstream.crm(f"/crm/customers?ids={key}"))["items"]
    parties, accounts, references, interactions = await asyncio.gather(
        upstream.crm(f"/crm/parties?ids={record['partyId']}"),
        upstream.rows("cis", _ACCOUNTS, key),
        upstream.rows("cis", _REFERENCES, key),
        upstream.interactions(f"/interactions/interactions?customer_id={key}&started_from={SINCE}&page_size=500"),
    )
    viewed = sorted([row for row in accounts if row[2] in OPEN] or accounts, key=lambda row: row[1])
    account_keys = AccountKeys(key, [row[0] for row in viewed], references)
    restrictions, store = await asyncio.gather(
        upstream.crm(f"/crm/restrictions?partyIds={record['partyId']}"), ask(upstream, account_keys)
    )
    await add_details(upstream, store)
    return {
        "customer": {
            "id": variables["customer"],
            "customerNumber": record["customerNumber"],
            "party": _party(parties["items"][0], restrictions["items"], TODAY),
            "dashboard": {"available": True, "reason": "AVAILABLE"},
            "interactions": _interactions(interactions["results"]),
            "accounts": [account(row, account_keys, store) for row in viewed],
        }
    }


def _party(row: dict[str, Any], restrictions: Sequence[dict[str, Any]], today: date) -> dict[str, Any]:
    kind = row["type"].title()
    party = {
        "__typename": kind,
        "id": gid(kind, row["id"]),
        "name": row["name"]["full"],
        "roles": row["roles"],
        "contactPoints": [
            {"kind": _KINDS[each["type"]], "value": str(contacts_redacted(each["value"])), "isPrimary": each["primary"]}
            for each in row["contactPoints"]
        ],
        "restrictions": [_restriction(each, today) for each in restrictions],
    }
    return {**party, **_person(row)} if kind == "Person" else party


def _person(row: dict[str, Any]) -> dict[str, Any]:
    needs = row.get("specialNeeds")
    return {
        "birthYear": int(row["birthDate"][:4]) if row.get("birthDate") else None,
        "preferredLanguage": row.get("language"),
        "specialNeeds": None if needs is None else [{"kind": each["type"]} for each in needs],
    }


def _restriction(row: dict[str, Any], today: date) -> dict[str, Any]:
    period = row["period"]
    is_active = holds(period["from"], period["to"], today)
    return {
        "channel": row["channel"].upper(),
        "reason": row["reason"] and str(redacted(row["reason"])),
        "isActive": is_active,
    }


def _interactions(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    for row in rows:
        row["at"] = datetime.fromisoformat(row["start"])
    return {
        "nodes": [_interaction(row) for row in newest(rows, "at", "interaction_id")[:5]],
        "sources": [{"system": "INTERACTIONS", "state": "OK"}],
    }


def _interaction(row: dict[str, Any]) -> dict[str, Any]:
    agent, outcome = row.get("agent"), row.get("outcome")
    return {
        "id": gid("Interaction", row["interaction_id"]),
        "startedAt": row["at"].isoformat(),
        "status": _STATUS[row["status"]],
        "direction": _DIRECTION[row["direction"]],
        "agent": agent and {"name": agent["name"]},
        "wrapUp": outcome and {"outcome": coded(outcome["txt"], outcome["cd"])},
    }
