"""The small utility, with personal data in every field that can have it."""

from typing import Any

from support.utility import utility

CARD, SSN, PHONE, EMAIL = "4111111111111111", "900-12-3456", "+1 (312) 555-0142", "ada.private@example.com"
CODE, EQUIPMENT, BORN = "48214821", "oxygen concentrator", "1980-02-29"
TEXT = f"Card {CARD}, social {SSN}, call {PHONE}, write to {EMAIL}. Gate code {CODE}."
# What no answer may have, in any writing of the above.
PLANTED = (CARD, SSN, "555-0142", "ada.private", CODE, EQUIPMENT, BORN, "D123-4567", "000123456789")
FREE_TEXTS = {
    "AccountAlert": ["text"],
    "Call": ["wrap_up_notes"],
    "Chat": ["summary", "started_by"],
    "EmailMessage": ["subject", "body"],
    "Case": ["comments"],
    "CustomerContact": ["comments"],
    "OutageCall": ["comments"],
    "CreditRatingHistory": ["comments"],
    "CashOnlyHistory": ["comments"],
    "FieldOrder": ["remarks"],
    "ServiceRequest": ["subject", "description"],
    "Note": ["text"],
    "ContactRestriction": ["reason"],
    "ServicePoint": ["access_instructions"],
}
VALUES: dict[str, dict[str, Any]] = {
    "Call": {"phone_number": PHONE},
    "EmailMessage": {"from_address": f"Ada <{EMAIL}>", "to_addresses": [EMAIL], "direction": None},
    "Chat": {"transcript": [{"at": "2026-11-01T10:00:00Z", "author": "CUSTOMER", "text": TEXT}]},
    "ServiceTask": {"details": [{"name": "Phone", "value": PHONE}]},
    "MediaItem": {"address": PHONE},
    "PaymentTender": {"instrument": f"Visa {CARD}"},
    "AutopayInstruction": {"instrument": "checking 000123456789", "until": None},
    "Organization": {"tax_id": SSN},
    "ServiceRequest": {"state": "OPEN", "severity": "CRITICAL"},
    "Person": {
        "date_of_birth": BORN,
        "identifiers": [
            {"kind": "SSN", "value": SSN, "is_masked": False},
            {"kind": "DRIVER_LICENSE", "value": "D123-4567-8901", "is_masked": False},
        ],
        "special_needs": [{"kind": "LIFE_SUPPORT", "equipment": EQUIPMENT}],
        "contact_points": [
            {"kind": "PHONE", "value": PHONE, "is_primary": True},
            {"kind": "EMAIL", "value": EMAIL, "is_primary": True},
            {"kind": "POSTAL", "value": "12 Oak St, Springfield 62704-1234"},
        ],
    },
}


def planted_tables() -> dict[str, list[dict[str, Any]]]:
    """The small utility, with personal data in every field that can have it."""
    tables = utility(1)
    for name, rows in tables.items():
        planted = {**dict.fromkeys(FREE_TEXTS.get(name, ()), TEXT), **VALUES.get(name, {})}
        tables[name] = [{**each, **planted} for each in rows]
    searched = {"search_phone": "13125550142", "search_email": EMAIL, "search_identifier_last4": "3456"}
    tables["Customer"] = [{**each, **searched} for each in tables["Customer"]]
    return tables
