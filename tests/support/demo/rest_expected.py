"""Every REST lookup of the catalog, and the statement that selects its expected keys and ids."""

from collections.abc import Mapping

from support.demo.rest_catalog import Lookup, Raw, by_column, searched

LOOKUPS: Mapping[Lookup, Raw] = {
    ("Customer", "id"): by_column("crm", "customer", "id"),
    ("Customer", "customer_number"): by_column("crm", "customer", "customer_number"),
    ("Customer", "party_id"): by_column("crm", "customer", "party_id"),
    ("Customer", "name"): searched("name", "char(0x10ffff)"),
    ("Customer", "phone"): searched("phone", "' '"),
    ("Customer", "email"): searched("email", "' '"),
    ("Customer", "identifier_last4"): searched("identifier", "' '"),
    ("Customer", "criteria"): Raw(
        "crm",
        "SELECT DISTINCT json_object('identifier_last4', i.term, 'phone', p.term), i.customer_id"
        " FROM search_term i JOIN search_term p ON p.customer_id = i.customer_id"
        " WHERE i.field = 'identifier' AND p.field = 'phone'",
    ),
    ("Person", "id"): by_column("crm", "party", "id", "body ->> 'type' = 'PERSON'"),
    ("Organization", "id"): by_column("crm", "party", "id", "body ->> 'type' = 'ORGANIZATION'"),
    ("PartyRelationship", "id"): by_column("crm", "party", "id", "body ->> 'type' = 'RELATIONSHIP'"),
    ("PartyRelationship", "person_id"): by_column("crm", "party", "person_id"),
    ("PartyRelationship", "organization_id"): by_column("crm", "party", "organization_id"),
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
    ("Person", "account_id"): Raw("crm", "SELECT account_id, party_id FROM account_party"),
    ("OutageEvent", "premise_id"): Raw("outage", "SELECT premise_id, outage_id FROM outage_premise"),
    ("Interaction", "id"): by_column("interactions", "interaction", "id"),
    ("Interaction", "customer_id"): by_column("interactions", "interaction", "customer_id"),
    ("Interaction", "account_id"): by_column("interactions", "interaction", "account_id"),
    ("Interaction", "party_id"): by_column("interactions", "interaction", "party_id"),
    ("InteractionActivity", "id"): by_column("interactions", "interaction_activity", "id"),
    ("InteractionActivity", "interaction_id"): by_column("interactions", "interaction_activity", "interaction_id"),
    ("MediaItem", "id"): by_column("interactions", "media_item", "id"),
    ("MediaItem", "interaction_id"): by_column("interactions", "media_item", "interaction_id"),
    ("Note", "interaction_id"): by_column("interactions", "note", "interaction_id"),
}
