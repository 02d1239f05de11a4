"""The documents of the REST systems: per kind its id, its keys, its time and its body as delivered."""

from sqlalchemy import MetaData, Table

from gateway_demo.plan.columns import big_integer, table, text

CRM = MetaData()
SERVICE = MetaData()
SERVICE_ORDERS = MetaData()
FIELD_WORK = MetaData()
CONTACT_CENTER = MetaData()
EMAIL = MetaData()
SELF_SERVICE = MetaData()
OUTAGE = MetaData()
INTERACTIONS = MetaData()


def _kind(meta: MetaData, name: str, *keys: str) -> Table:
    return table(
        meta,
        name,
        text("id", "id", key=True),
        *(text(key, "key") for key in keys),
        big_integer("at", "epoch seconds of its time; null: it has none"),
        text("body", "JSON, as the service delivers it"),
        find=" ".join(f"{key}+at+id" for key in keys),
    )


CUSTOMER = _kind(CRM, "customer", "customer_number", "party_id")
PARTY = _kind(CRM, "party", "person_id", "organization_id")
ACCOUNT_PARTY = table(
    CRM,
    "account_party",
    text("party_id", "person", key=True),
    text("account_id", "account", key=True),
    find="account_id",
)
RESTRICTION = _kind(CRM, "restriction", "party_id")
SEARCH_TERM = table(
    CRM,
    "search_term",
    text("customer_id", "customer"),
    text("field", "name, phone, email, identifier, account_number"),
    text("term", "normalised: lower case without accents, digits only, last four"),
    find="field+term+customer_id customer_id+field+term",
)
SERVICE_REQUEST = _kind(SERVICE, "service_request", "account_id")
SERVICE_ORDER = _kind(SERVICE_ORDERS, "service_order", "service_point_id", "account_id")
FIELD_ORDER = _kind(FIELD_WORK, "field_order", "service_point_id", "service_order_id", "account_id")
CALL = _kind(CONTACT_CENTER, "call", "account_id", "customer_id")
CHAT = _kind(CONTACT_CENTER, "chat", "account_id", "customer_id")
MESSAGE = _kind(EMAIL, "email", "customer_id")
TASK = _kind(SELF_SERVICE, "service_task", "account_id")
OUTAGE_CALL = _kind(OUTAGE, "outage_call", "premise_id", "account_id")
OUTAGE_EVENT = _kind(OUTAGE, "outage")
OUTAGE_PREMISE = table(
    OUTAGE,
    "outage_premise",
    text("outage_id", "outage", key=True),
    text("premise_id", "premise", key=True),
    find="premise_id",
)
INTERACTION = _kind(INTERACTIONS, "interaction", "customer_id", "account_id", "party_id")
ACTIVITY = _kind(INTERACTIONS, "interaction_activity", "interaction_id")
MEDIA_ITEM = _kind(INTERACTIONS, "media_item", "interaction_id")
NOTE = _kind(INTERACTIONS, "note", "interaction_id")
