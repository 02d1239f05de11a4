"""Cases of the insights about disconnection and life support."""

from collections.abc import Mapping, Sequence
from typing import Any

from support.resolvers.insight_cases import Case, Rows, account_row
from support.rows import row

CUT = {"cuts_service": True, "status": "PENDING"}


def process(
    *events: Mapping[str, Any], record: str = "SeveranceProcess", status: str = "ACTIVE", **fields: Any
) -> Rows:
    """A process of account A1 with its events in order."""
    steps = [
        row("ProcessEvent", id=f"E{number}", process_id=f"{record}1", sequence=number, **event)
        for number, event in enumerate(events, start=1)
    ]
    return {record: [account_row(record, process_status=status, **fields)], "ProcessEvent": steps}


def point(state: str | None) -> Rows:
    """The service point of the account."""
    return {"ServicePoint": [row("ServicePoint", id="S1", service_type="ELECTRIC", state=state)]}


def agreement(status: str, keys: Sequence[str] | None = ("S1",)) -> Rows:
    """The service agreement of the account with its service points."""
    ids = None if keys is None else list(keys)
    fields = {"status": status, "service_type": "ELECTRIC", "service_point_ids": ids}
    return {"ServiceAgreement": [account_row("ServiceAgreement", **fields)]}


def person(*needs: Mapping[str, Any]) -> Rows:
    """The person of the account, with special needs."""
    ids = {"contact_points": [], "special_needs": list(needs)}
    return {"Person": [row("Person", id="H", name="Ada Alder", **ids) | {"search_account_id": "A1"}]}


def premise(*, life_support: bool | None) -> Rows:
    """The premise of the account."""
    return {"Premise": [row("Premise", id="P1", is_vacant=False, life_support=life_support)]}


PENDING = process(CUT)
OPEN = ("SeveranceProcess by account_id", "CutProcess by account_id", "COLLECTIONS")
PLACES = ("ServicePoint by id", "ServiceAgreement by account_id", "AccountReference by account_id")
POWER = ("Person by account_id", "Premise by id", "AccountReference by account_id", "CRM")
NEED = {"kind": "LIFE_SUPPORT", "since": "2026-11-15", "until": "2026-11-15", "equipment": "a ventilator"}

CASES = (
    Case("DISCONNECT_PENDING", process(CUT, amount="80.00"),
         process({**CUT, "cuts_service": False}, amount="80.00"), (*OPEN, "ProcessEvent by process_id"),
         "Service is to be disconnected for non-payment once", "CRITICAL", "80.00"),
    Case("DISCONNECT_PENDING",
         process({**CUT, "status": "AWAITING_FIELD_WORK", "trigger_date": "2026-11-14"}, record="CutProcess"),
         process({**CUT, "status": "COMPLETE"}, record="CutProcess"), (*OPEN, "ProcessEvent by process_id"),
         "it was due on Nov 14, 2026. It is not known how much is owed."),
    Case("DISCONNECT_PENDING", process(CUT, disconnect_on="2026-11-15"),
         process(CUT, disconnect_on="2026-11-15", status="CANCELED"), OPEN, "Service is to be"),
    Case("DISCONNECT_PENDING",
         process({"cuts_service": False, "status": "PENDING"}, record="CutProcess", cut_on="2026-11-15"),
         process({"cuts_service": False, "status": "PENDING"}, record="CutProcess", cut_on="2026-11-14"),
         OPEN, "Service is to be"),
    Case("DISCONNECT_PENDING", process({**CUT, "status": "COMPLETE"}, CUT),
         process({**CUT, "status": "CANCELED"}, disconnect_on="2026-11-20"), OPEN),
    Case("DISCONNECTED_NONPAY", point("CUT_FOR_NON_PAYMENT"), point("DISCONNECTED_AT_SOURCE"), PLACES,
         "disconnected for non-payment: electric", "CRITICAL"),
    Case("DISCONNECTED_NONPAY", {**point("CUT_FOR_NON_PAYMENT"), **agreement("ACTIVE", None)},
         {**point("CUT_FOR_NON_PAYMENT"), **agreement("STOPPED", None)}, PLACES),
    Case("DISCONNECTED_NONPAY", {**point("CUT_FOR_NON_PAYMENT"), **agreement("PENDING_STOP")},
         {**point("CUT_FOR_NON_PAYMENT"), **agreement("ACTIVE", ())}, PLACES),
    Case("DISCONNECT_VS_LIFE_SUPPORT", {**PENDING, **person(NEED)}, {**PENDING, **person()}, POWER,
         "Do not disconnect", "CRITICAL"),
    Case("DISCONNECT_VS_LIFE_SUPPORT",
         {**process({**CUT, "trigger_date": "2026-11-20"}), **premise(life_support=True)},
         {**process({**CUT, "status": "COMPLETE"}), **premise(life_support=True)},
         (*OPEN, "ProcessEvent by process_id"), "on Nov 20, 2026.")
)  # fmt: skip
