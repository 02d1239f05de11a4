"""Expected values of REST records, derived from the demo's documents and SYSTEMS.md, not from the catalog."""

from collections.abc import Mapping

from support.demo.rest_catalog import Lookup


def pairs(text: str) -> dict[str, str]:
    """Parse "record field=document field, ..."."""
    return dict(pair.split("=") for pair in text.split(", "))


# A way to all records of each type, the kind of document they are made from, and what they say: our field,
# and the path of the same value.
ANSWERS: Mapping[Lookup, tuple[str, Mapping[str, str]]] = {
    ("Customer", "id"): (
        "customer",
        pairs(
            "customer_number=customerNumber, party_id=partyId, party_kind=partyType, "
            "status.code=status.code, status.description=status.label"
        ),
    ),
    ("Person", "id"): ("party", pairs("name=name.full, preferred_language=language")),
    ("Organization", "id"): ("party", pairs("name=name.full, legal_name=legalName, tax_id=taxId, industry=industry")),
    ("PartyRelationship", "id"): (
        "party",
        pairs("relation_type=relationType, person_id=personId, organization_id=organizationId"),
    ),
    ("ContactRestriction", "id"): ("restriction", pairs("party_id=partyId, reason=reason")),
    ("ServiceRequest", "id"): (
        "service_request",
        pairs(
            "account_id=accountId, subject=subject, request_number=srNumber, status.code=status, "
            "request_category.description=category.name, owner.id=assignee.id, "
            "owner.name=assignee.fullName, owner.user_name=assignee.login, owner.team=assignee.team, "
            "description=problemDescription"
        ),
    ),
    ("ServiceOrder", "id"): (
        "service_order",
        pairs("account_id=account_id, service_point_id=service_point_id, order_number=order_no"),
    ),
    ("FieldOrder", "id"): (
        "field_order",
        pairs(
            "service_order_id=serviceOrderId, service_point_id=servicePointId, "
            "task_type.code=taskType.code, task_type.description=taskType.text, crew=crew.name, "
            "result.description=result.text, remarks=remarks"
        ),
    ),
    ("Call", "id"): (
        "call",
        pairs(
            "account_id=account_id, customer_id=customer_id, phone_number=ani, "
            "duration_seconds=duration_s, agent.user_name=agent.user, agent.is_automated=agent.is_bot, "
            "resolution.code=disposition.code, resolution.description=disposition.label, "
            "reason.description=reason.label, wrap_up_notes=notes, interaction_id=interaction_id, "
            "statistics.queue_seconds=stats.queue_s, statistics.talk_seconds=stats.talk_s, "
            "statistics.hold_seconds=stats.hold_s, statistics.wrap_up_seconds=stats.wrap_s, "
            "statistics.transfers=stats.transfers, statistics.abandoned=stats.abandoned"
        ),
    ),
    ("Chat", "id"): (
        "chat",
        pairs(
            "started_by=initiator, summary=summary, agent.name=agent.name, agent.team=agent.team, "
            "agent.is_automated=agent.is_bot, resolution.code=disposition.code"
        ),
    ),
    ("EmailMessage", "id"): (
        "email",
        pairs(
            "account_id=accountId, customer_id=customerId, from_address=from, to_addresses=to, "
            "subject=subject, body=text, direction=direction"
        ),
    ),
    ("ServiceTask", "id"): (
        "service_task",
        pairs(
            "task_type.code=type.cd, task_type.description=type.txt, status.description=status.txt, "
            "channel.description=channel.txt"
        ),
    ),
    ("OutageCall", "id"): (
        "outage_call",
        pairs(
            "premise_id=PremiseId, account_id=AccountId, outage_id=OutageId, comments=Comments, "
            "trouble_code.description=TroubleCode.Text, callback_requested=CallbackRequested"
        ),
    ),
    ("OutageEvent", "id"): (
        "outage",
        pairs("cause.code=Cause.Code, customers_affected=CustomersAffected, premise_id=PremiseId"),
    ),
    ("Interaction", "id"): (
        "interaction",
        pairs(
            "customer_id=customer_id, party_id=party_id, contact_id=contact_id, account_id=account_id, "
            "duration_seconds=seconds, agent.id=agent.id, wrap_up.outcome.code=outcome.cd, "
            "wrap_up.result.description=result.txt, campaign.description=campaign.txt"
        ),
    ),
    ("InteractionActivity", "id"): (
        "interaction_activity",
        pairs(
            "activity_type.code=type.cd, action.description=action.txt, object_type=object.record_type, "
            "object_system=object.system, object_id=object.record_id, handler=handler, "
            "media_item_id=media_item_id, duration_seconds=seconds"
        ),
    ),
    ("MediaItem", "id"): (
        "media_item",
        pairs("interaction_id=interaction_id, address=address, is_party_known=party_known"),
    ),
    ("Note", "interaction_id"): ("note", pairs("author.name=author.name, text=text")),
}

# Moments beside the one that orders a list: our field, the path of the same moment, and how it is written.
MOMENTS: Mapping[Lookup, tuple[str, Mapping[str, str]]] = {
    ("ServiceRequest", "id"): ("iso", pairs("updated_at=lastUpdated, due_at=dueDate, resolved_at=resolvedDate")),
    ("ServiceOrder", "id"): ("iso", pairs("requested_for=requested_for, completed_at=completed_at")),
    ("FieldOrder", "id"): (
        "milliseconds",
        pairs("scheduled_from=appointment.start, scheduled_to=appointment.end, completed_at=completedTime"),
    ),
    ("Call", "id"): ("iso", pairs("ended_at=ended_at")),
    ("Chat", "id"): ("new york", pairs("ended_at=ended_at")),
    ("ServiceTask", "id"): ("seconds", pairs("completed_at=completed")),
    ("OutageEvent", "id"): (
        "iso",
        pairs("started_at=StartedAt, estimated_restoration=EstimatedRestoration, restored_at=RestoredAt"),
    ),
    ("Interaction", "id"): ("iso", pairs("ended_at=end")),
    ("InteractionActivity", "id"): ("iso", pairs("started_at=start, ended_at=end")),
    ("MediaItem", "id"): ("iso", pairs("started_at=start, ended_at=end")),
    ("Note", "interaction_id"): ("iso", pairs("created_at=created")),
}

# What no demo ever fills: the system does not say it, or the generator leaves it open in all records.
NEVER_FILLED = {
    "ServiceRequest.status.description",  # the status is its own description
    "ServiceRequest.owner.is_automated",  # not said there
    "Interaction.party_kind",  # the interaction store knows parties by id alone
    "Person.contact_points.valid_to",  # known to the CRM; null throughout the demo
    "Organization.contact_points.valid_to",
    "PartyRelationship.contact_points.valid_to",
    "Interaction.callback_done",  # not said there
    "Interaction.wrap_up.reason",  # known to the store; null throughout the demo
    "InteractionActivity.wrap_up.result",
    "InteractionActivity.wrap_up.reason",
}
