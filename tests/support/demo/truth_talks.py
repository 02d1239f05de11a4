"""Expected interactions and pay plans, from the demo's files, without the gateway."""

from typing import Any

from support.demo.demo_folders import DemoFolder
from support.demo.truth import opaque
from support.demo.truth_work import PROMISE, WAY, moment, money, newest, word

MEDIA = {"PHONE": "TELEPHONE", "CHAT": "WEB_CHAT", "WALKIN": "IN_PERSON"}
PARTY = {"7": "Person", "O": "Organization", "R": "PartyRelationship"}
STARTED = {"CUST": "CUSTOMER", "AGENT": "AGENT", "SYS": "SYSTEM", "APP": "APPLICATION"}


def interactions(demo: DemoFolder, customer: str) -> list[dict[str, Any]]:
    """A customer's interactions, newest first, with activities, media items and notes."""
    return newest(
        (
            {
                "key": body["interaction_id"],
                "id": opaque("Interaction", body["interaction_id"]),
                "status": {"O": "OPEN", "C": "CLOSED"}[body["status"]],
                "startedAt": moment(body["start"]),
                "endedAt": moment(body["end"]),
                "durationSeconds": body["seconds"],
                "direction": WAY[body["direction"]],
                "agent": body["agent"]["name"],
                "outcome": word(body["outcome"], "cd", "txt"),
                "result": word(body["result"], "cd", "txt"),
                "reason": word(body["reason"], "cd", "txt"),
                "campaign": word(body["campaign"], "cd", "txt"),
                "account": body["account_id"] and opaque("BillingAccount", body["account_id"]),
                "party": body["party_id"] and opaque(PARTY[body["party_id"][0]], body["party_id"]),
                "activities": sorted(_activities(demo, body["interaction_id"])),
                "mediaItems": sorted(_items(demo, body["interaction_id"])),
                "notes": sorted(each["text"] for each in _below(demo, "note", body["interaction_id"])),
            }
            for body in demo.bodies("interactions", "interaction", "customer_id", customer)
        ),
        "startedAt",
    )


def _below(demo: DemoFolder, kind: str, interaction: str) -> list[dict[str, Any]]:
    return demo.bodies("interactions", kind, "interaction_id", interaction)


def _activities(demo: DemoFolder, interaction: str) -> list[tuple[str, ...]]:
    return [
        (
            opaque("InteractionActivity", each["activity_id"]),
            each["type"]["cd"],
            str(moment(each["start"])),
            each["handler"],
            str(each["object"] and each["object"]["record_id"]),
        )
        for each in _below(demo, "interaction_activity", interaction)
    ]


def _items(demo: DemoFolder, interaction: str) -> list[tuple[Any, ...]]:
    return [
        (
            opaque("MediaItem", each["media_item_id"]),
            MEDIA.get(each["media"], each["media"]),
            WAY[each["direction"]],
            STARTED[each["originator"]],
            each["party_known"],
            tuple(sum(part["secs"] for part in each["segments"] if part["kind"] == kind) for kind in SEGMENT_KINDS),
        )
        for each in _below(demo, "media_item", interaction)
    ]


SEGMENT_KINDS = ("IVR", "QUEUE", "AGENT", "HOLD")


def plans(demo: DemoFolder, account: str) -> list[dict[str, Any]]:
    """Pay plans, newest first, with their payments."""
    return newest(
        (
            {
                "key": row["PP_ID"],
                "id": opaque("PayPlan", row["PP_ID"]),
                "status": PROMISE[row["STAT_CD"]],
                "since": row["START_DT"],
                "total": money(row["TOT_AMT"]),
                "payments": [
                    (each["DUE_DT"], money(each["SCHED_AMT"]), money(each["RECV_AMT"]))
                    for each in demo.ask(
                        "collections", "SELECT * FROM CC_PP_PAY WHERE PP_ID = ? ORDER BY SEQ_NO", row["PP_ID"]
                    )
                ],
            }
            for row in demo.ask("collections", "SELECT * FROM CC_PAY_PLAN WHERE ACCT_ID = ?", account)
        ),
        "since",
    )
