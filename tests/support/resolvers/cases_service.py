"""Cases of the insights about requests and agreements, and those of cases_field.py."""

from collections.abc import Mapping
from typing import Any

from support.resolvers.cases_field import CASES as WORKING
from support.resolvers.cases_field import ORDERS, ordered
from support.resolvers.insight_cases import Case, Rows, account_row
from support.resolvers.relative_times import ago, ahead
from support.rows import row

LOOKUPS = ("ServiceRequest by account_id",)
OPEN = {"state": "OPEN", "severity": "LOW", "subject": "Sparks", "opened_at": ago(1)}


def service_requests(*requests: Mapping[str, Any]) -> Rows:
    """Service requests of account A1 with these fields."""
    return {
        "ServiceRequest": [
            account_row("ServiceRequest", number, **{**OPEN, **fields})
            for number, fields in enumerate(requests, start=1)
        ]
    }


def about(*requests: tuple[str, str]) -> Rows:
    """Closed requests, by category and time of opening."""
    return service_requests(*({"state": "CLOSED", "request_category": code, "opened_at": at} for code, at in requests))


def agreed(status: str, **fields: Any) -> Rows:
    """An agreement of account A1 for gas, beside the active one for electricity."""
    pending = account_row("ServiceAgreement", 2, status=status, service_type="GAS", since="2026-11-24", **fields)
    active = {"account_id": "A1", "status": "ACTIVE", "service_point_ids": ["S1"]}
    return {"ServiceAgreement": [row("ServiceAgreement", id="G1", **active), pending]}


CASES = (
    Case("SR_OPEN_HIGH", service_requests({"severity": "HIGH"}),
         service_requests({"severity": "MEDIUM"}, {"severity": "CRITICAL", "state": "CLOSED"}), LOOKUPS,
         "1 open request is of high or critical severity. The newest: Sparks.", "WARNING"),
    Case("SR_OPEN_HIGH",
         service_requests({"severity": "CRITICAL", "state": "IN_PROGRESS"},
                          {"severity": "HIGH", "opened_at": ago(hours=1), "subject": "Smoke"},
                          {"severity": None, "opened_at": ago()}),
         service_requests({"severity": None, "state": "CLOSED"}), ("SERVICE",),
         "2 open requests are of high or critical severity. The newest:"),
    Case("SR_AGED", service_requests({"due_at": ago()}),
         service_requests({"due_at": ahead(hours=1)}, {"due_at": ago(9), "state": "CLOSED"}), LOOKUPS,
         "1 open request should be done by now. The longest overdue was opened on Nov 14, 2026 and due on",
         "WARNING"),
    Case("SR_AGED",
         service_requests({"opened_at": ago(14), "state": "IN_PROGRESS"},
                          {"opened_at": ago(15), "due_at": ahead(9)}),
         service_requests({"opened_at": ago(13, hours=23)}, {"opened_at": ago(99), "state": "CLOSED"}),
         ("SERVICE",), "was opened on Oct 31, 2026 and due on Nov 24, 2026: Sparks."),
    Case("SR_REPEAT", about(("QUAL", ago(89, hours=23)), ("QUAL", ago(5)), ("BILL", ago(4)), ("QUAL", ago())),
         about(("QUAL", ago(90)), ("QUAL", ago(5)), ("BILL", ago(4)), ("QUAL", ago())), LOOKUPS,
         "3 requests of one category within 90 days: QUAL.", "WARNING"),
    Case("SR_REPEAT", service_requests(*[{"request_category": "QUAL"}] * 4),
         service_requests({"request_category": None}, {"request_category": "QUAL"}), ("SERVICE",),
         "4 requests of one category within 90 days: QUAL."),
    Case("SERVICE_PENDING", agreed("PENDING_START"), agreed("ACTIVE", until="2026-11-30"),
         ("ServiceAgreement by account_id", *ORDERS), "Gas service is to start on Nov 24, 2026.",
         "INFORMATION"),
    Case("SERVICE_PENDING", agreed("PENDING_STOP", until="2026-11-30"), agreed("STOPPED", until="2026-11-14"),
         (), "Gas service is to stop on Nov 30, 2026."),
    Case("SERVICE_PENDING", agreed("PENDING_STOP", agreement_type="GAS-R") | {"ServiceOrder": []},
         agreed("CANCELED"), (), "Gas service is to stop on a day that is not known."),
    Case("SERVICE_PENDING", ordered({"state": "IN_PROGRESS"}, {"state": "COMPLETED"}),
         ordered({"state": "COMPLETED"}, {"state": "CANCELED"}, {"state": "DISCARDED"}), ("SERVICE_ORDERS",),
         "N-1 (meter exchange) is not done; its status: in progress."),
    *WORKING
)  # fmt: skip
