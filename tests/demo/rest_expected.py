"""What the catalog's REST half must find and say, told without it: from the demo's files and SYSTEMS.md."""

from collections.abc import Mapping

from rest_catalog import Lookup, Raw, by_column, searched

# Every lookup, and where the demo's files say what it has to find.
LOOKUPS: Mapping[Lookup, Raw] = {
    ("Customer", "id"): by_column("crm", "customer", "id"),
    ("Customer", "customer_number"): by_column("crm", "customer", "customer_number"),
    ("Customer", "name"): searched("name", "char(0x10ffff)"),
    ("Customer", "phone"): searched("phone", "' '"),
    ("Customer", "email"): searched("email", "' '"),
    ("Customer", "identifier_last4"): searched("identifier", "' '"),
    ("Person", "id"): by_column("crm", "party", "id", "body ->> 'type' = 'PERSON'"),
    ("Organization", "id"): by_column("crm", "party", "id", "body ->> 'type' = 'ORGANIZATION'"),
    ("PartyRelationship", "id"): by_column("crm", "party", "id", "body ->> 'type' = 'RELATIONSHIP'"),
    ("ContactRestriction", "id"): by_column("crm", "restriction", "id"),
    ("ContactRestriction", "party_id"): by_column("crm", "restriction", "party_id"),
    ("ServiceRequest", "id"): by_column("service", "service_request", "id"),
    ("ServiceRequest", "account_id"): by_column("service", "service_request", "account_id"),
    ("ServiceOrder", "id"): by_column("service_orders", "service_order", "id"),
    ("ServiceOrder", "service_point_id"): by_column("service_orders", "service_order", "service_point_id"),
    ("FieldOrder", "id"): by_column("field_work", "field_order", "id"),
    ("FieldOrder", "service_point_id"): by_column("field_work", "field_order", "service_point_id"),
    ("FieldOrder", "service_order_id"): by_column("field_work", "field_order", "service_order_id"),
    ("Call", "id"): by_column("contact_center", "call", "id"),
    ("Call", "account_id"): by_column("contact_center", "call", "account_id"),
    ("Call", "customer_id"): by_column("contact_center", "call", "customer_id"),
    ("Chat", "id"): by_column("contact_center", "chat", "id"),
    ("Chat", "account_id"): by_column("contact_center", "chat", "account_id"),
    ("Chat", "customer_id"): by_column("contact_center", "chat", "customer_id"),
    ("EmailMessage", "id"): by_column("email", "email", "id"),
    ("EmailMessage", "customer_id"): by_column("email", "email", "customer_id"),
    ("ServiceTask", "id"): by_column("self_service", "service_task", "id"),
    ("ServiceTask", "account_id"): by_column("self_service", "service_task", "account_id"),
    ("OutageCall", "id"): by_column("outage", "outage_call", "id"),
    ("OutageCall", "premise_id"): by_column("outage", "outage_call", "premise_id"),
    ("OutageEvent", "id"): by_column("outage", "outage", "id"),
    ("OutageEvent", "premise_id"): Raw("outage", "SELECT premise_id, outage_id FROM outage_premise"),
    ("Interaction", "id"): by_column("interactions", "interaction", "id"),
    ("Interaction", "customer_id"): by_column("interactions", "interaction", "customer_id"),
    ("InteractionActivity", "id"): by_column("interactions", "interaction_activity", "id"),
    ("InteractionActivity", "interaction_id"): by_column(
        "interactions", "interaction_activity", "interaction_id"
    ),
    ("MediaItem", "id"): by_column("interactions", "media_item", "id"),
    ("MediaItem", "interaction_id"): by_column("interactions", "media_item", "interaction_id"),
    ("Note", "interaction_id"): by_column("interactions", "note", "interaction_id"),
}

# A way to all records of each type, the kind of document they are made from, and what they say: our field,
# and the path of the same value.
SAID: Mapping[Lookup, tuple[str, Mapping[str, str]]] = {
    ("Customer", "id"): (
        "customer",
        {
            "customer_number": "customerNumber",
            "party_id": "partyId",
            "party_kind": "partyType",
            "status.code": "status.code",
            "status.description": "status.label",
        },
    ),
    ("Person", "id"): ("party", {"name": "name.full", "preferred_language": "language"}),
    ("Organization", "id"): (
        "party",
        {
            "name": "name.full",
            "legal_name": "legalName",
            "tax_id": "taxId",
            "industry": "industry",
        },
    ),
    ("PartyRelationship", "id"): (
        "party",
        {
            "relation_type": "relationType",
            "person_id": "personId",
            "organization_id": "organizationId",
        },
    ),
    ("ContactRestriction", "id"): ("restriction", {"party_id": "partyId", "reason": "reason"}),
    ("ServiceRequest", "id"): (
        "service_request",
        {
            "account_id": "accountId",
            "subject": "subject",
            "request_number": "srNumber",
            "status.code": "status",
            "request_category.description": "category.name",
            "owner.id": "assignee.id",
            "owner.name": "assignee.fullName",
            "owner.user_name": "assignee.login",
            "owner.team": "assignee.team",
            "description": "problemDescription",
        },
    ),
    ("ServiceOrder", "id"): (
        "service_order",
        {
            "account_id": "account_id",
            "service_point_id": "service_point_id",
            "order_number": "order_no",
        },
    ),
    ("FieldOrder", "id"): (
        "field_order",
        {
            "service_order_id": "serviceOrderId",
            "service_point_id": "servicePointId",
            "task_type.code": "taskType.code",
            "task_type.description": "taskType.text",
            "crew": "crew.name",
            "result.description": "result.text",
            "remarks": "remarks",
        },
    ),
    ("Call", "id"): (
        "call",
        {
            "account_id": "account_id",
            "customer_id": "customer_id",
            "phone_number": "ani",
            "duration_seconds": "duration_s",
            "agent.user_name": "agent.user",
            "agent.is_automated": "agent.is_bot",
            "resolution.code": "disposition.code",
            "resolution.description": "disposition.label",
            "reason.description": "reason.label",
            "wrap_up_notes": "notes",
            "interaction_id": "interaction_id",
            "statistics.queue_seconds": "stats.queue_s",
            "statistics.talk_seconds": "stats.talk_s",
            "statistics.hold_seconds": "stats.hold_s",
            "statistics.wrap_up_seconds": "stats.wrap_s",
            "statistics.transfers": "stats.transfers",
            "statistics.abandoned": "stats.abandoned",
        },
    ),
    ("Chat", "id"): (
        "chat",
        {
            "started_by": "initiator",
            "summary": "summary",
            "agent.name": "agent.name",
            "agent.team": "agent.team",
            "agent.is_automated": "agent.is_bot",
            "resolution.code": "disposition.code",
        },
    ),
    ("EmailMessage", "id"): (
        "email",
        {
            "account_id": "accountId",
            "customer_id": "customerId",
            "from_address": "from",
            "to_addresses": "to",
            "subject": "subject",
            "body": "text",
            "direction": "direction",
        },
    ),
    ("ServiceTask", "id"): (
        "service_task",
        {
            "task_type.code": "type.cd",
            "task_type.description": "type.txt",
            "status.description": "status.txt",
            "channel.description": "channel.txt",
        },
    ),
    ("OutageCall", "id"): (
        "outage_call",
        {
            "premise_id": "PremiseId",
            "account_id": "AccountId",
            "outage_id": "OutageId",
            "comments": "Comments",
            "trouble_code.description": "TroubleCode.Text",
            "callback_requested": "CallbackRequested",
        },
    ),
    ("OutageEvent", "id"): (
        "outage",
        {
            "cause.code": "Cause.Code",
            "customers_affected": "CustomersAffected",
            "premise_id": "PremiseId",
        },
    ),
    ("Interaction", "id"): (
        "interaction",
        {
            "customer_id": "customer_id",
            "party_id": "party_id",
            "contact_id": "contact_id",
            "account_id": "account_id",
            "duration_seconds": "seconds",
            "agent.id": "agent.id",
            "wrap_up.outcome.code": "outcome.cd",
            "wrap_up.result.description": "result.txt",
            "campaign.description": "campaign.txt",
        },
    ),
    ("InteractionActivity", "id"): (
        "interaction_activity",
        {
            "activity_type.code": "type.cd",
            "action.description": "action.txt",
            "object_type": "object.record_type",
            "object_system": "object.system",
            "object_id": "object.record_id",
            "handler": "handler",
            "media_item_id": "media_item_id",
            "duration_seconds": "seconds",
        },
    ),
    ("MediaItem", "id"): (
        "media_item",
        {
            "interaction_id": "interaction_id",
            "address": "address",
            "is_party_known": "party_known",
        },
    ),
    ("Note", "interaction_id"): ("note", {"author.name": "author.name", "text": "text"}),
}

# Moments beside the one that orders a list: our field, the path of the same moment, and how it is written.
MOMENTS: Mapping[Lookup, Mapping[str, tuple[str, str]]] = {
    ("ServiceRequest", "id"): {
        "updated_at": ("lastUpdated", "iso"),
        "due_at": ("dueDate", "iso"),
        "resolved_at": ("resolvedDate", "iso"),
    },
    ("ServiceOrder", "id"): {
        "requested_for": ("requested_for", "iso"),
        "completed_at": ("completed_at", "iso"),
    },
    ("FieldOrder", "id"): {
        "scheduled_from": ("appointment.start", "milliseconds"),
        "scheduled_to": ("appointment.end", "milliseconds"),
        "completed_at": ("completedTime", "milliseconds"),
    },
    ("Call", "id"): {"ended_at": ("ended_at", "iso")},
    ("Chat", "id"): {"ended_at": ("ended_at", "new york")},
    ("ServiceTask", "id"): {"completed_at": ("completed", "seconds")},
    ("OutageEvent", "id"): {
        "started_at": ("StartedAt", "iso"),
        "estimated_restoration": ("EstimatedRestoration", "iso"),
        "restored_at": ("RestoredAt", "iso"),
    },
    ("Interaction", "id"): {"ended_at": ("end", "iso")},
    ("InteractionActivity", "id"): {"started_at": ("start", "iso"), "ended_at": ("end", "iso")},
    ("MediaItem", "id"): {"started_at": ("start", "iso"), "ended_at": ("end", "iso")},
    ("Note", "interaction_id"): {"created_at": ("created", "iso")},
}

# Our field, the name in the row, and every code of SYSTEMS.md with its word.
WORDS: tuple[tuple[Lookup, str, str, Mapping[str | int, str]], ...] = (
    (
        ("Customer", "id"),
        "party_kind",
        "partyType",
        {
            "PERSON": "PERSON",
            "ORGANIZATION": "ORGANIZATION",
            "RELATIONSHIP": "RELATIONSHIP",
        },
    ),
    (
        ("ContactRestriction", "id"),
        "channel",
        "channel",
        {
            "email": "EMAIL",
            "phone": "PHONE",
            "mail": "MAIL",
            "sms": "SMS",
            "all": "ALL",
        },
    ),
    (
        ("ServiceRequest", "id"),
        "state",
        "status",
        {
            "New": "OPEN",
            "In Progress": "IN_PROGRESS",
            "Waiting": "IN_PROGRESS",
            "Resolved": "CLOSED",
            "Closed": "CLOSED",
        },
    ),
    (
        ("ServiceRequest", "id"),
        "severity",
        "severity",
        {
            "Low": "LOW",
            "Medium": "MEDIUM",
            "High": "HIGH",
            "Critical": "CRITICAL",
        },
    ),
    (
        ("ServiceOrder", "id"),
        "kind",
        "kind_cd",
        {
            "10": "ENABLE_SERVICE",
            "20": "DISABLE_SERVICE",
            "30": "CUT_FOR_NON_PAYMENT",
            "40": "RECONNECT_FOR_PAYMENT",
            "50": "BACK_TO_BACK",
            "60": "METER_EXCHANGE",
            "90": "OTHER",
        },
    ),
    (
        ("ServiceOrder", "id"),
        "state",
        "state_cd",
        {
            "PEND": "PENDING",
            "VERR": "VALIDATION_ERROR",
            "WAIT": "WAITING",
            "WIP": "IN_PROGRESS",
            "DONE": "COMPLETED",
            "CANC": "CANCELED",
            "DISC": "DISCARDED",
        },
    ),
    (
        ("ServiceOrder", "id"),
        "execution",
        "exec_mode",
        {
            "F": "FIELD",
            "S": "SMART_METER_COMMAND",
            "M": "MIXED",
        },
    ),
    (
        ("FieldOrder", "id"),
        "state",
        "status",
        {
            "CREATED": "CREATED",
            "SENT": "SENT",
            "SCHEDULED": "SCHEDULED",
            "DISPATCHED": "DISPATCHED",
            "EN_ROUTE": "EN_ROUTE",
            "ON_SITE": "ON_SITE",
            "COMPLETED": "COMPLETED",
            "CANCELLED": "CANCELED",
            "FAILED": "FAILED",
        },
    ),
    (("FieldOrder", "id"), "priority", "priority", {1: "CRITICAL", 2: "HIGH", 3: "MEDIUM", 4: "LOW"}),
    (("Call", "id"), "direction", "direction", {"in": "INBOUND", "out": "OUTBOUND"}),
    (("EmailMessage", "id"), "direction", "direction", {"INBOUND": "INBOUND", "OUTBOUND": "OUTBOUND"}),
    (
        ("EmailMessage", "id"),
        "delivery",
        "deliveryState",
        {
            "queued": "QUEUED",
            "sent": "SENT",
            "delivered": "DELIVERED",
            "opened": "OPENED",
            "bounced": "BOUNCED",
            "failed": "FAILED",
        },
    ),
    (
        ("OutageEvent", "id"),
        "status",
        "Status",
        {
            "PREDICTED": "PREDICTED",
            "CONFIRMED": "CONFIRMED",
            "PLANNED": "PLANNED",
            "CREW": "CREW_ASSIGNED",
            "RESTORED": "RESTORED",
            "CANCELLED": "CANCELED",
        },
    ),
    (("Interaction", "id"), "status", "status", {"O": "OPEN", "C": "CLOSED"}),
    (("Interaction", "id"), "direction", "direction", {"I": "INBOUND", "O": "OUTBOUND"}),
    (
        ("MediaItem", "id"),
        "media",
        "media",
        {
            "PHONE": "TELEPHONE",
            "CHAT": "WEB_CHAT",
            "WALKIN": "IN_PERSON",
            "LETTER": "LETTER",
            "SMS": "SMS",
            "FAX": "FAX",
            "ATM": "ATM",
            "EMAIL": "EMAIL",
        },
    ),
    (("MediaItem", "id"), "direction", "direction", {"I": "INBOUND", "O": "OUTBOUND"}),
    (
        ("MediaItem", "id"),
        "originator",
        "originator",
        {
            "CUST": "CUSTOMER",
            "AGENT": "AGENT",
            "SYS": "SYSTEM",
            "APP": "APPLICATION",
        },
    ),
)

# The same for lists: the list's name here and there, then as above.
WORDS_IN_LISTS: tuple[tuple[Lookup, tuple[str, str], tuple[str, str], Mapping[str, str]], ...] = (
    (
        ("Person", "id"),
        ("contact_points", "contactPoints"),
        ("kind", "type"),
        {
            "HOME_PHONE": "PHONE",
            "MOBILE_PHONE": "MOBILE",
            "EMAIL": "EMAIL",
        },
    ),
    (
        ("Person", "id"),
        ("special_needs", "specialNeeds"),
        ("kind", "type"),
        {
            "LIFE_SUPPORT": "LIFE_SUPPORT",
            "SENSITIVE_LOAD": "SENSITIVE_LOAD",
            "MEDICAL": "MEDICAL",
            "HEARING": "HEARING",
            "VISION": "VISION",
            "LANGUAGE": "LANGUAGE",
            "OTHER": "OTHER",
        },
    ),
    (
        ("Chat", "id"),
        ("transcript", "messages"),
        ("author", "from"),
        {
            "customer": "CUSTOMER",
            "agent": "AGENT",
            "bot": "BOT",
            "system": "SYSTEM",
        },
    ),
    (
        ("MediaItem", "id"),
        ("segments", "segments"),
        ("kind", "kind"),
        {
            "IVR": "IVR",
            "QUEUE": "QUEUE",
            "ROUTING": "ROUTING",
            "AGENT": "AGENT",
            "HOLD": "HOLD",
            "TRANSFER": "TRANSFER",
            "WRAPUP": "WRAP_UP",
        },
    ),
    (
        ("ServiceOrder", "id"),
        ("steps", "steps"),
        ("state", "state_cd"),
        {
            "PEND": "PENDING",
            "VERR": "VALIDATION_ERROR",
            "WAIT": "WAITING",
            "WIP": "IN_PROGRESS",
            "DONE": "COMPLETED",
            "CANC": "CANCELED",
            "DISC": "DISCARDED",
        },
    ),
    (
        ("ServiceOrder", "id"),
        ("steps", "steps"),
        ("execution", "exec_mode"),
        {
            "F": "FIELD",
            "S": "SMART_METER_COMMAND",
            "M": "MIXED",
        },
    ),
)

# What no demo ever fills: the system does not say it, or the generator leaves it open in all records.
NEVER_FILLED = {
    "ServiceRequest.status.description",  # the status is its own description
    "Interaction.party_kind",  # the interaction store knows parties by id alone
    "Person.contact_points.valid_to",  # known to the CRM; null throughout the demo
    "Organization.contact_points.valid_to",
    "PartyRelationship.contact_points.valid_to",
    "Interaction.wrap_up.reason",  # known to the store; null throughout the demo
    "InteractionActivity.wrap_up.result",
    "InteractionActivity.wrap_up.reason",
}
