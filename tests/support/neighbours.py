"""Two customers: C of `support.utility`, and Z with the same records under other ids."""

from collections.abc import Mapping
from typing import Any

from support.harness import Held
from support.utility import utility

# What a person types, by column: of C, of Z, and of no customer.
TYPED: Mapping[str, tuple[str, str, str]] = {
    "search_name": ("ada", "zoe", "eve"),
    "search_phone": ("5550100", "5550199", "5550198"),
    "search_email": ("ada@example.com", "zoe@example.com", "eve@example.com"),
    "search_identifier_last4": ("1234", "9876", "6789"),
    "search_address": ("1 ELM ST", "9 OAK ST", "8 OAK ST"),
}


def neighbours() -> Held:
    """The tables of both customers, with two accounts each: A1, A2, ZA1 and ZA2."""
    held: Held = {}
    for name, rows in utility(2).items():
        numbered = [_numbered(name, row) for row in rows]
        held[name] = [*numbered, *(_foreign(row) for row in numbered)]
    return held


def _numbered(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the numbers that people search by."""
    digits = "".join(filter(str.isdigit, row.get("id", ""))) or "0"
    if name == "ServicePoint":
        return {**row, "search_meter_number": f"7700{digits}"}
    if name == "Customer":
        return {**row, "customer_number": "6600"}
    numbers = {"Bill": ("bill_number", f"8800{digits}"), "Payment": ("payment_number", f"9900{digits}")}
    return {**row, **dict([numbers[name]])} if name in numbers else dict(row)


def _foreign(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _foreign_value(name, value) for name, value in row.items()}


def _foreign_value(name: str, value: Any) -> Any:
    if isinstance(value, list) and name.endswith("_ids"):
        return [f"Z{key}" for key in value]
    if not isinstance(value, str):
        return value
    if name in TYPED:
        return TYPED[name][1]
    if name in ("id", "search_account_id") or name.endswith("_id"):
        return f"Z{value}"
    if name.endswith("_number"):
        return f"5{value}"
    return value.replace("Ada", "Zoe")
