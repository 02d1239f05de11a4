"""Every code that SYSTEMS.md names for a REST system, with its value."""

from collections.abc import Mapping

from support.demo.rest_answers import pairs
from support.demo.rest_catalog import Lookup

# Our field, the name in the row, and what its codes mean.
WORDS: tuple[tuple[Lookup, str, str, Mapping[str, str]], ...] = (
    (
        ("Customer", "id"),
        "party_kind",
        "partyType",
        pairs("PERSON=PERSON, ORGANIZATION=ORGANIZATION, RELATIONSHIP=RELATIONSHIP"),
    ),
    (
        ("ContactRestriction", "id"),
        "channel",
        "channel",
        pairs("email=EMAIL, phone=PHONE, mail=MAIL, sms=SMS, all=ALL"),
    ),
    (
        ("ServiceRequest", "id"),
        "state",
        "status",
        pairs("New=OPEN, In Progress=IN_PROGRESS, Waiting=IN_PROGRESS, Resolved=CLOSED, Closed=CLOSED"),
    ),
    (("ServiceRequest", "id"), "severity", "severity", pairs("Low=LOW, Medium=MEDIUM, High=HIGH, Critical=CRITICAL")),
    (
        ("ServiceOrder", "id"),
        "kind",
        "kind_cd",
        pairs(
            "10=ENABLE_SERVICE, 20=DISABLE_SERVICE, 30=CUT_FOR_NON_PAYMENT, 40=RECONNECT_FOR_PAYMENT, "
            "50=BACK_TO_BACK, 60=METER_EXCHANGE, 90=OTHER"
        ),
    ),
    (
        ("ServiceOrder", "id"),
        "state",
        "state_cd",
        pairs(
            "PEND=PENDING, VERR=VALIDATION_ERROR, WAIT=WAITING, WIP=IN_PROGRESS, DONE=COMPLETED, "
            "CANC=CANCELED, DISC=DISCARDED"
        ),
    ),
    (("ServiceOrder", "id"), "execution", "exec_mode", pairs("F=FIELD, S=SMART_METER_COMMAND, M=MIXED")),
    (
        ("FieldOrder", "id"),
        "state",
        "status",
        pairs(
            "CREATED=CREATED, SENT=SENT, SCHEDULED=SCHEDULED, DISPATCHED=DISPATCHED, EN_ROUTE=EN_ROUTE, "
            "ON_SITE=ON_SITE, COMPLETED=COMPLETED, CANCELLED=CANCELED, FAILED=FAILED"
        ),
    ),
    (("FieldOrder", "id"), "priority", "priority", pairs("1=CRITICAL, 2=HIGH, 3=MEDIUM, 4=LOW")),
    (("Call", "id"), "direction", "direction", pairs("in=INBOUND, out=OUTBOUND")),
    (("EmailMessage", "id"), "direction", "direction", pairs("INBOUND=INBOUND, OUTBOUND=OUTBOUND")),
    (
        ("EmailMessage", "id"),
        "delivery",
        "deliveryState",
        pairs("queued=QUEUED, sent=SENT, delivered=DELIVERED, opened=OPENED, bounced=BOUNCED, failed=FAILED"),
    ),
    (
        ("OutageEvent", "id"),
        "status",
        "Status",
        pairs(
            "PREDICTED=PREDICTED, CONFIRMED=CONFIRMED, PLANNED=PLANNED, CREW=CREW_ASSIGNED, "
            "RESTORED=RESTORED, CANCELLED=CANCELED"
        ),
    ),
    (("Interaction", "id"), "status", "status", pairs("O=OPEN, C=CLOSED")),
    (("Interaction", "id"), "direction", "direction", pairs("I=INBOUND, O=OUTBOUND")),
    (
        ("MediaItem", "id"),
        "media",
        "media",
        pairs(
            "PHONE=TELEPHONE, CHAT=WEB_CHAT, WALKIN=IN_PERSON, LETTER=LETTER, SMS=SMS, FAX=FAX, ATM=ATM, EMAIL=EMAIL"
        ),
    ),
    (("MediaItem", "id"), "direction", "direction", pairs("I=INBOUND, O=OUTBOUND")),
    (("MediaItem", "id"), "originator", "originator", pairs("CUST=CUSTOMER, AGENT=AGENT, SYS=SYSTEM, APP=APPLICATION")),
)

# The same for lists: the list's name here and there, then as above.
WORDS_IN_LISTS: tuple[tuple[Lookup, tuple[str, str], tuple[str, str], Mapping[str, str]], ...] = (
    (
        ("Person", "id"),
        ("contact_points", "contactPoints"),
        ("kind", "type"),
        pairs("HOME_PHONE=PHONE, MOBILE_PHONE=MOBILE, EMAIL=EMAIL"),
    ),
    (
        ("Person", "id"),
        ("special_needs", "specialNeeds"),
        ("kind", "type"),
        pairs(
            "LIFE_SUPPORT=LIFE_SUPPORT, SENSITIVE_LOAD=SENSITIVE_LOAD, MEDICAL=MEDICAL, HEARING=HEARING, "
            "VISION=VISION, LANGUAGE=LANGUAGE, OTHER=OTHER"
        ),
    ),
    (
        ("Chat", "id"),
        ("transcript", "messages"),
        ("author", "from"),
        pairs("customer=CUSTOMER, agent=AGENT, bot=BOT, system=SYSTEM"),
    ),
    (
        ("MediaItem", "id"),
        ("segments", "segments"),
        ("kind", "kind"),
        pairs("IVR=IVR, QUEUE=QUEUE, ROUTING=ROUTING, AGENT=AGENT, HOLD=HOLD, TRANSFER=TRANSFER, WRAPUP=WRAP_UP"),
    ),
    (
        ("ServiceOrder", "id"),
        ("steps", "steps"),
        ("state", "state_cd"),
        pairs(
            "PEND=PENDING, VERR=VALIDATION_ERROR, WAIT=WAITING, WIP=IN_PROGRESS, DONE=COMPLETED, "
            "CANC=CANCELED, DISC=DISCARDED"
        ),
    ),
    (
        ("ServiceOrder", "id"),
        ("steps", "steps"),
        ("execution", "exec_mode"),
        pairs("F=FIELD, S=SMART_METER_COMMAND, M=MIXED"),
    ),
)
