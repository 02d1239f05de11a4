"""Cases of the insights about orders, visits and outages."""

from collections.abc import Mapping
from typing import Any

from support.resolvers.insight_cases import Case, Rows, account_row, quiet_account
from support.resolvers.relative_times import ago, ahead
from support.rows import row

REFERENCE = "AccountReference by account_id"
ORDERS = ("ServiceOrder by service_point_id", REFERENCE)
VISITS = ("FieldOrder by service_point_id", REFERENCE)
OUTAGES = ("OutageEvent by premise_id", REFERENCE)
LIFE_SUPPORT = {"Premise": [row("Premise", id="P1", is_vacant=False, life_support=True)]}


def ordered(*orders: Mapping[str, Any]) -> Rows:
    """Service orders of account A1."""
    defaults = {"kind": "METER_EXCHANGE", "service_point_id": "S1", "created_at": ago(9)}
    return {
        "ServiceOrder": [
            account_row("ServiceOrder", number, **{"order_number": f"N-{number}", **defaults, **fields})
            for number, fields in enumerate(orders, start=1)
        ]
    }


def visits(*orders: Mapping[str, Any]) -> Rows:
    """Field orders of account A1."""
    defaults = {"task_type": "Exchange meter", "service_point_id": "S1", "state": "SCHEDULED", "order_number": "W-1"}
    return {
        "FieldOrder": [
            account_row("FieldOrder", number, **{**defaults, **fields}) for number, fields in enumerate(orders, start=1)
        ]
    }


def out(*outages: Mapping[str, Any]) -> Rows:
    """Outages at the premise of account A1."""
    defaults = {"premise_id": "P1", "status": "CONFIRMED", "started_at": ago(hours=2)}
    return {
        "OutageEvent": [
            row("OutageEvent", id=f"OE{number}", **{**defaults, **fields})
            for number, fields in enumerate(outages, start=1)
        ]
    }


def planned(**fields: Any) -> Rows:
    """A planned outage at the premise."""
    return out({"status": "PLANNED", "started_at": ahead(2), **fields})


def person(needs: list[Any] | None) -> Rows:
    """The person of the account with these needs."""
    [base] = quiet_account()["Person"]
    return {"Person": [{**base, "special_needs": needs}]}


def over(*days: int, **fields: Any) -> Rows:
    """Restored outages, by how many days ago each began."""
    return out(*({"status": "RESTORED", "started_at": ago(day), **fields} for day in days))


CASES = (
    Case("ORDER_STUCK", ordered({"state": "VALIDATION_ERROR"}, {"state": "WAITING", "requested_for": ago(3)}),
         ordered({"state": "WAITING", "requested_for": ago(2, hours=23)}, {"state": "PENDING"}), ORDERS,
         "2 service orders cannot go on. N-1 failed its validation. N-2 has been waiting since", "WARNING"),
    Case("ORDER_STUCK",
         ordered({"state": "WAITING", "requested_for": ago(30)}, {"state": "WAITING", "requested_for": None}),
         ordered({"state": "IN_PROGRESS", "requested_for": ago(9)}, {"state": "CANCELED"}),
         ("SERVICE_ORDERS",), "1 service order cannot go on. N-1 has been waiting since Oct"),
    Case("FIELD_VISIT",
         visits({"scheduled_from": ahead(2), "scheduled_to": ahead(2, hours=4), "crew": "Crew 7"}),
         visits({"scheduled_from": ahead(2, hours=1), "scheduled_to": ahead(2, hours=4)}), VISITS,
         "is from Nov 17, 2026, 12:00 PM EST to Nov 17, 2026, 4:00 PM EST. Crew: Crew 7.", "INFORMATION"),
    Case("FIELD_VISIT",
         visits({"scheduled_from": ago(hours=1), "scheduled_to": ahead(hours=1), "state": "ON_SITE"}),
         visits({"scheduled_from": ago(hours=1), "scheduled_to": ahead(hours=1), "state": "COMPLETED"}),
         ("FIELD_WORK",), "Exchange meter (W-1). The visit is from Nov 15, 2026, 11:00", "INFORMATION"),
    Case("FIELD_VISIT", visits({"scheduled_from": ago(1), "scheduled_to": ago(), "state": "EN_ROUTE"}),
         visits({"scheduled_from": ago(1), "scheduled_to": ago(), "state": "FAILED"}), (),
         "Exchange meter (W-1). The visit was to be from Nov 14, 2026, 12:00 PM EST to Nov 15, 2026, 12:00",
         "WARNING"),
    Case("FIELD_VISIT", visits({"scheduled_from": ago(), "scheduled_to": None}),
         visits({"state": "CREATED"}, {"scheduled_from": ago(), "state": "CANCELED"}), (),
         "on Nov 15, 2026, 12:00 PM EST. The order still has the status: scheduled.", "WARNING"),
    Case("FIELD_VISIT", visits({"scheduled_from": None, "scheduled_to": ahead(1)}),
         visits({"scheduled_from": None, "scheduled_to": ahead(3)}), (), "is on Nov 16, 2026, 12:00 PM EST.",
         "INFORMATION"),
    Case("OUTAGE_ACTIVE",
         out({"status": "CREW_ASSIGNED", "estimated_restoration": ahead(hours=3), "cause": "TREE"}),
         out({"status": "RESTORED"}, {"status": "CANCELED"}, {"status": "PLANNED", "started_at": ahead(9)}),
         OUTAGES,
         "AM EST (TREE). Status: crew assigned. Service is expected back on Nov 15, 2026, 3:00 PM EST.",
         "CRITICAL"),
    Case("OUTAGE_ACTIVE", out({"status": "PREDICTED"}), out({"premise_id": "P9"}), ("OUTAGE",),
         "predicted. It is not known when service is back."),
    Case("OUTAGE_ACTIVE", planned(started_at=ago(), estimated_restoration=ahead(hours=1)),
         planned(started_at=ahead(hours=1), estimated_restoration=ahead(hours=5)), (),
         "Service is expected back on Nov 15, 2026, 1:00 PM EST."),
    Case("OUTAGE_ACTIVE", planned(started_at=ago(9)), planned(started_at=ago(9), estimated_restoration=ago()),
         (), "when service is back."),
    Case("OUTAGE_ACTIVE", out({"estimated_restoration": ago()}), out(), (),
         "back on Nov 15, 2026, 12:00 PM EST."),
    Case("OUTAGE_PLANNED", planned(started_at=ahead(7), estimated_restoration=ahead(7, hours=4)),
         planned(started_at=ahead(7, hours=1), estimated_restoration=ahead(7, hours=4)), OUTAGES,
         "An outage is planned from Nov 22, 2026, 12:00 PM EST until Nov 22, 2026,", "INFORMATION"),
    Case("OUTAGE_PLANNED", {**planned(cause="Work on the line"), **LIFE_SUPPORT},
         {**planned(started_at=ago()), **LIFE_SUPPORT}, ("OUTAGE",),
         "An outage is planned from Nov 17, 2026, 12:00 PM EST; its end is not", "CRITICAL"),
    Case("OUTAGE_PLANNED",
         {**planned(), **person([{"kind": "SENSITIVE_LOAD", "since": "2026-11-15", "until": "2026-11-15"}])},
         {**out({"started_at": ahead(1)}), **person([])}, (), "Someone here depends on power.", "CRITICAL"),
    Case("OUTAGE_PLANNED", {**planned(), **person(None)}, {**planned(status="CANCELED"), **person(None)}, (),
         "It is not known whether someone here depends on power.", "INFORMATION"),
    Case("OUTAGE_REPEAT", over(1, 200, 364), over(1, 200, 366), OUTAGES,
         "within 12 months, the newest on Nov 14, 2026, 12:00 PM EST.", "WARNING"),
    Case("OUTAGE_REPEAT", out({}, {"status": "PREDICTED"}, {"status": "RESTORED"}),
         out({}, {"status": "CANCELED"}, {"status": "PLANNED"}, {"premise_id": "P9"}), ("OUTAGE",))
)  # fmt: skip
