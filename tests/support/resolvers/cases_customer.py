"""Cases of the insights about the people of an account."""

from collections.abc import Mapping
from typing import Any

from support.resolvers.cases_disconnection import NEED, POWER, person, premise
from support.resolvers.insight_cases import Case, Rows, account_row, quiet_account
from support.rows import row


def restriction(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A contact restriction of the customer's party."""
    defaults = {"party_id": "H", "channel": "PHONE", "since": "2026-01-01"}
    return row("ContactRestriction", id=f"R{number}", **{**defaults, **fields})


def restricted(**fields: Any) -> Rows:
    """A table with one contact restriction."""
    return {"ContactRestriction": [restriction(**fields)]}


def alert(**fields: Any) -> Rows:
    """An alert of account A1."""
    return {"AccountAlert": [account_row("AccountAlert", alert_type="DOG", text="Do not enter.", **fields)]}


def reached(*points: Mapping[str, Any]) -> Rows:
    """The customer with these contact points."""
    [base] = quiet_account()["Person"]
    return {"Person": [{**base, "contact_points": [dict(point) for point in points]}]}


def mail(*delivered: str | None, direction: str = "OUTBOUND") -> Rows:
    """Emails of account A1, newest first, by delivery status."""
    return {
        "EmailMessage": [
            account_row("EmailMessage", n, sent_at=f"2026-10-{20 - n}T12:00:00-04:00", direction=direction)
            | {"delivery": delivery, "customer_id": "C"}
            for n, delivery in enumerate(delivered, start=1)
        ]
    }


def accounts(*keys: str) -> Rows:
    """The accounts of the customer."""
    return {"BillingAccount": [row("BillingAccount", id=key, customer_id="C") for key in keys]}


PHONE = {"kind": "MOBILE", "value": "+15550100", "valid_to": "2026-11-15"}
MAIL = {"kind": "EMAIL", "value": "ada@example.com"}
CUSTOMER = ("Customer by id",)

CASES = (
    Case("LIFE_SUPPORT", person(NEED),
         person({**NEED, "since": "2026-11-16", "until": None}, {**NEED, "until": "2026-11-14"}), POWER,
         "every premise of the account.", "CRITICAL"),
    Case("LIFE_SUPPORT", person({"kind": "HEARING"}, {"kind": "SENSITIVE_LOAD"}),
         person({"kind": "HEARING"}, {"kind": "MEDICAL"}), POWER, "of the account."),
    Case("LIFE_SUPPORT", premise(life_support=True), premise(life_support=False), POWER,
         "every premise of the account"),
    Case("CONTACT_RESTRICTED", restricted(since="2026-11-15", until="2026-11-15", reason="asked to"),
         restricted(since="2026-11-16"), (*CUSTOMER, "ContactRestriction by party_id", "CRM"),
         "Since Nov 15, 2026 the customer does not want to be contacted by phone. Reason:", "WARNING"),
    Case("CONTACT_RESTRICTED", restricted(channel="ALL", until=None),
         restricted(channel="ALL", until="2026-11-14"), CUSTOMER, "by any means"),
    Case("ACCOUNT_ALERT", alert(since="2026-11-15", until="2026-11-15"), alert(since="2026-11-16"),
         ("AccountAlert by account_id",), "DOG: Do not enter.", "WARNING"),
    Case("ACCOUNT_ALERT",
         {"AccountAlert": [account_row("AccountAlert", alert_type="DOG", since="2026-01-01")]},
         alert(since="2026-01-01", until="2026-11-14"), ("AccountAlert by account_id",), "DOG."),
    Case("CONTACT_DATA_STALE", reached(MAIL, {**PHONE, "valid_to": "2026-11-14"}), reached(MAIL, PHONE),
         (*CUSTOMER, "Person by id", "EmailMessage by customer_id", "CRM"), "a valid phone number.",
         "INFORMATION"),
    Case("CONTACT_DATA_STALE", reached({"kind": "FAX", "value": "+15550100"}), mail("DELIVERED", "BOUNCED"),
         ("EMAIL",), "The customer may be hard to reach."),
    Case("CONTACT_DATA_STALE", {**mail("BOUNCED", "DELIVERED"), **reached(MAIL, PHONE)},
         mail("BOUNCED", direction="INBOUND"), ("EMAIL",), "newest e-mail came back on Oct 19, 2026."),
    Case("MULTI_ACCOUNT", accounts("A1", "A2", "A3"), accounts("A1"), ("BillingAccount by customer_id",),
         "has 3 accounts", "INFORMATION")
)  # fmt: skip
