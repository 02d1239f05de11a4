"""Cases of the insights about contacts."""

from collections.abc import Mapping
from typing import Any

from support.resolvers.insight_cases import Case, Rows, account_row
from support.resolvers.relative_times import ago, ahead

REFERENCE = "AccountReference by account_id"
CALLED = ("Call by account_id", "Call by customer_id")
CHATTED = ("Chat by account_id", "Chat by customer_id")
MET = ("Interaction by account_id", "Interaction by customer_id")
DONE, OPEN = "RESOLVED", "UNRESOLVED"
CALL = {"direction": "INBOUND", "resolution": DONE, "customer_id": "C"}
CHAT = {"resolution": DONE, "customer_id": "C"}
TOUCH = {"status": "CLOSED", "customer_id": "C"}
NOTED = {"contact_class": "PHONE", "contact_type": "MOVE"}


def rows(record: str, defaults: Mapping[str, Any], *overrides: Mapping[str, Any]) -> Rows:
    """Rows of account A1: defaults with the fields of each."""
    return {
        record: [account_row(record, n) | dict(defaults) | dict(fields) for n, fields in enumerate(overrides, start=1)]
    }


def calls(*overrides: Mapping[str, Any]) -> Rows:
    """Calls of account A1."""
    return rows("Call", CALL, *overrides)


def chats(*overrides: Mapping[str, Any]) -> Rows:
    """Chats of account A1."""
    return rows("Chat", CHAT, *overrides)


def met(*overrides: Mapping[str, Any]) -> Rows:
    """Interactions of account A1."""
    return rows("Interaction", TOUCH, *overrides)


def noted(*overrides: Mapping[str, Any]) -> Rows:
    """Customer contacts of account A1."""
    return rows("CustomerContact", NOTED, *overrides)


def began(*moments: str, **fields: Any) -> list[dict[str, Any]]:
    """The fields of contacts that began at these moments."""
    return [{"started_at": moment, **fields} for moment in moments]


CASES = (
    Case("REPEAT_CONTACT",
         {**calls(*began(ago(1))), **chats(*began(ago(2))), **noted({"contacted_at": ago(13, hours=23)})},
         {**calls(*began(ago(1))), **chats(*began(ago(2))), **noted({"contacted_at": ago(14)})},
         (*CALLED, *CHATTED, *MET, "CustomerContact by account_id", REFERENCE),
         "within 14 days, the newest on Nov 14, 2026, 12:00 PM EST.", "WARNING"),
    Case("REPEAT_CONTACT", {**met(*began(ago(3))), **calls(*began(ago(3), ago(2), interaction_id=None))},
         {**met(*began(ago(3))), **calls(*began(ago(3), ago(2), interaction_id="Interaction1"))},
         ("CONTACT_CENTER", "INTERACTIONS"), "3 contacts"),
    Case("REPEAT_CONTACT", {**calls(*began(ago(3), ago(2), ago(1), account_id=None))},
         {**calls(*began(ago(3), ago(2), ago(1), account_id="A2"))}, (), "3 contacts"),
    Case("INTERACTION_OPEN", met({"status": "OPEN", "started_at": ago(hours=1), "agent": "Grace"}),
         met({"status": "CLOSED"}, {"status": "OPEN", "account_id": "A2"}), MET,
         "had an interaction with this customer open since Nov 15, 2026, 11:00 AM EST.", "INFORMATION"),
    Case("INTERACTION_OPEN", met({"status": "OPEN", "started_at": ago(400)}), met(), ("INTERACTIONS",),
         "has had an interaction with this customer open since Oct 11, 2025, 1:00 PM EDT."),
    Case("LAST_CALL_UNRESOLVED", calls(*began(ago(29, hours=23), resolution=OPEN)),
         calls(*began(ago(30), resolution=OPEN)), (*CALLED, *CHATTED, REFERENCE),
         "The newest call, on Oct 16, 2026, 2:00 PM EDT, ended as", "WARNING"),
    Case("LAST_CALL_UNRESOLVED",
         {**chats(*began(ago(1), resolution=None, ended_at=ago(1))), **calls(*began(ago(2)))},
         {**chats(*began(ago(2), resolution=None, ended_at=ago(2))), **calls(*began(ago(1)))},
         ("CONTACT_CENTER",), "The newest chat, on Nov 14, 2026, 12:00 PM EST, has no"),
    Case("LAST_CALL_UNRESOLVED", calls(*began(ago(1), resolution=None, ended_at=None), *began(ago(2))),
         calls(*began(ago(hours=23), resolution=None, ended_at=None), *began(ago(2))), (),
         "Nov 14, 2026, 12:00 PM EST"),
    Case("LAST_CALL_UNRESOLVED",
         calls(*began(ago(hours=1), resolution=None, ended_at=None), *began(ago(2), resolution=OPEN)),
         calls(*began(ago(1), resolution=None, ended_at=ago(1), account_id="A2"), *began(ago(2))), (),
         "Nov 13, 2026, 12:00 PM EST"),
    Case("CALLBACK_DUE",
         met({"callback_due_at": "2026-11-15T23:59:59-05:00", "callback_done": False, "agent": "Grace"}),
         met({"callback_due_at": "2026-11-16T00:00:00-05:00", "callback_done": False},
             {"callback_due_at": ago(1), "callback_done": True}, {"callback_due_at": None}),
         MET, "Grace promised a call back for Nov 15, 2026, 11:59 PM EST. It was not made yet.", "WARNING"),
    Case("CALLBACK_DUE", met({"callback_due_at": ago(400), "callback_done": None}),
         met({"callback_due_at": ahead(1), "callback_done": None}), ("INTERACTIONS",),
         "back was promised for Oct 11, 2025, 1:00 PM EDT. It may not have been made.")
)  # fmt: skip
