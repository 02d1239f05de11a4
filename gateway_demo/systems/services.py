"""The nine REST systems of the demo utility and their API styles.

| service         | keys         | window                                   | paging               | ties  |
|-----------------|--------------|------------------------------------------|----------------------|-------|
| /crm            | comma list   | none                                     | none; search: cursor | id    |
| /service        | in the path  | from <= t < to, instants                 | limit, offset        | id    |
| /service-orders | repeated     | created_from <= day <= created_to, dates | page, page_size      | id    |
| /field-work     | repeated     | fromMs <= t <= toMs, milliseconds        | relative next link   | id, z |
| /contact-center | POST body    | oldest-time <= t <= newest-time, instants| page, page-size      | id, z |
| /email          | comma list   | sentAfter < t < sentBefore, instants     | opaque cursor        | id    |
| /self-service   | comma list   | since <= t <= until, seconds             | limit for each key   | id, z |
| /outage         | comma list   | none                                     | none: everything     | id    |
| /interactions   | repeated     | started_from <= t < started_to, instants | absolute next link   | id, z |

Records come newest first; "id, z" means that ties in time are sorted by descending id. CRM requires
an API key, SERVICE HTTP basic, INTERACTIONS a bearer token. A call takes at most 100 keys, a
CONTACT_CENTER search 50.
"""

from gateway_demo.systems.api_style import (
    ApiStyle,
    Endpoint,
    Keys,
    Link,
    Login,
    Pages,
    Paging,
    Service,
    TimeFormat,
    Window,
)

_CRM = ApiStyle(Keys.COMMA, '{"items":[$records]}')
_REQUESTS = ApiStyle(
    Keys.PATH,
    '{"items":[$records],"total":$total}',
    Window("from", "to", TimeFormat.INSTANT, until_included=False),
    Pages(Paging.OFFSET, size="limit", start="offset", default=25, max_size=100),
)
_REQUEST = ApiStyle(Keys.PATH, "$records")
_SERVICE_ORDERS = ApiStyle(
    Keys.REPEATED,
    '{"results":[$records],"meta":{"page":$page,"total_pages":$pages,"total":$total}}',
    Window("created_from", "created_to", TimeFormat.DATE),
    Pages(Paging.PAGE, size="page_size", start="page", default=20, max_size=100),
)
_FIELD_WORK = ApiStyle(
    Keys.REPEATED,
    '{"data":{"records":[$records]},"links":{"next":$link}}',
    Window("fromMs", "toMs", TimeFormat.MILLISECONDS),
    Pages(Paging.OPAQUE, size="pageSize", start="after", default=50, max_size=200),
    tie_order="DESC",
)
_CONTACT_CENTER = ApiStyle(
    Keys.BODY,
    '{"data":{"records":[$records]},"meta":{"totalRecords":$total,"totalPages":$pages}}',
    Window("oldest-time", "newest-time", TimeFormat.INSTANT),
    Pages(Paging.PAGE, size="page-size", start="page", default=25, max_size=1000),
    tie_order="DESC",
    max_keys=50,
)
_EMAIL = ApiStyle(
    Keys.COMMA,
    '{"items":[$records],"nextCursor":$cursor}',
    Window("sentAfter", "sentBefore", TimeFormat.INSTANT, since_included=False, until_included=False),
    Pages(Paging.OPAQUE, size="max", start="cursor", default=50, max_size=250),
)
_SELF_SERVICE = ApiStyle(
    Keys.COMMA,
    "[$records]",
    Window("since", "until", TimeFormat.SECONDS),
    Pages(Paging.PER_KEY, size="limit_per_key", default=50, max_size=500),
    tie_order="DESC",
)
_OUTAGE = ApiStyle(Keys.COMMA, '{"Items":[$records]}')
_INTERACTIONS = ApiStyle(
    Keys.REPEATED,
    '{"results":[$records],"meta":{"total":$total,"next":$address}}',
    Window("started_from", "started_to", TimeFormat.INSTANT, until_included=False),
    Pages(Paging.OPAQUE, size="page_size", start="page_token", default=100, max_size=500),
    tie_order="DESC",
)
_PARTY_OF_ACCOUNT = Link("account_party", "party_id", "accountId")
_OUTAGE_OF_PREMISE = Link("outage_premise", "outage_id", "PremiseId")

SERVICES = (
    Service(
        "/crm",
        "crm.db",
        Login.API_KEY,
        (
            Endpoint("/customers", "ids", "customer", "id", _CRM),
            Endpoint("/customers", "customerNumbers", "customer", "customer_number", _CRM),
            Endpoint("/customers", "partyIds", "customer", "party_id", _CRM),
            Endpoint("/parties", "ids", "party", "id", _CRM),
            Endpoint("/parties", "personIds", "party", "person_id", _CRM),
            Endpoint("/parties", "organizationIds", "party", "organization_id", _CRM),
            Endpoint("/parties", "accountIds", "party", "account_id", _CRM, _PARTY_OF_ACCOUNT),
            Endpoint("/restrictions", "ids", "restriction", "id", _CRM),
            Endpoint("/restrictions", "partyIds", "restriction", "party_id", _CRM),
        ),
    ),
    Service(
        "/service",
        "service.db",
        Login.BASIC,
        (
            Endpoint("/accounts/{accountId}/requests", "accountId", "service_request", "account_id", _REQUESTS),
            Endpoint("/requests/{id}", "id", "service_request", "id", _REQUEST),
        ),
    ),
    Service(
        "/service-orders",
        "service_orders.db",
        Login.NONE,
        (
            Endpoint("/orders", "id", "service_order", "id", _SERVICE_ORDERS),
            Endpoint("/orders", "service_point", "service_order", "service_point_id", _SERVICE_ORDERS),
            Endpoint("/orders", "account", "service_order", "account_id", _SERVICE_ORDERS),
        ),
    ),
    Service(
        "/field-work",
        "field_work.db",
        Login.NONE,
        (
            Endpoint("/orders", "id", "field_order", "id", _FIELD_WORK),
            Endpoint("/orders", "servicePointId", "field_order", "service_point_id", _FIELD_WORK),
            Endpoint("/orders", "serviceOrderId", "field_order", "service_order_id", _FIELD_WORK),
            Endpoint("/orders", "accountId", "field_order", "account_id", _FIELD_WORK),
        ),
    ),
    Service(
        "/contact-center",
        "contact_center.db",
        Login.NONE,
        (
            Endpoint("/calls/search", "callIds", "call", "id", _CONTACT_CENTER),
            Endpoint("/calls/search", "accountIds", "call", "account_id", _CONTACT_CENTER),
            Endpoint("/calls/search", "customerIds", "call", "customer_id", _CONTACT_CENTER),
            Endpoint("/chats/search", "chatIds", "chat", "id", _CONTACT_CENTER),
            Endpoint("/chats/search", "accountIds", "chat", "account_id", _CONTACT_CENTER),
            Endpoint("/chats/search", "customerIds", "chat", "customer_id", _CONTACT_CENTER),
        ),
    ),
    Service(
        "/email",
        "email.db",
        Login.NONE,
        (
            Endpoint("/messages", "ids", "email", "id", _EMAIL),
            Endpoint("/messages", "customerIds", "email", "customer_id", _EMAIL),
        ),
    ),
    Service(
        "/self-service",
        "self_service.db",
        Login.NONE,
        (
            Endpoint("/tasks", "ids", "service_task", "id", _SELF_SERVICE),
            Endpoint("/tasks", "account_ids", "service_task", "account_id", _SELF_SERVICE),
        ),
    ),
    Service(
        "/outage",
        "outage.db",
        Login.NONE,
        (
            Endpoint("/calls", "Ids", "outage_call", "id", _OUTAGE),
            Endpoint("/calls", "PremiseIds", "outage_call", "premise_id", _OUTAGE),
            Endpoint("/calls", "AccountIds", "outage_call", "account_id", _OUTAGE),
            Endpoint("/outages", "Ids", "outage", "id", _OUTAGE),
            Endpoint("/outages", "PremiseIds", "outage", "premise_id", _OUTAGE, _OUTAGE_OF_PREMISE),
        ),
    ),
    Service(
        "/interactions",
        "interactions.db",
        Login.TOKEN,
        (
            Endpoint("/interactions", "id", "interaction", "id", _INTERACTIONS),
            Endpoint("/interactions", "customer_id", "interaction", "customer_id", _INTERACTIONS),
            Endpoint("/interactions", "account_id", "interaction", "account_id", _INTERACTIONS),
            Endpoint("/interactions", "party_id", "interaction", "party_id", _INTERACTIONS),
            Endpoint("/activities", "id", "interaction_activity", "id", _INTERACTIONS),
            Endpoint("/activities", "interaction_id", "interaction_activity", "interaction_id", _INTERACTIONS),
            Endpoint("/media-items", "id", "media_item", "id", _INTERACTIONS),
            Endpoint("/media-items", "interaction_id", "media_item", "interaction_id", _INTERACTIONS),
            Endpoint("/notes", "id", "note", "id", _INTERACTIONS),
            Endpoint("/notes", "interaction_id", "note", "interaction_id", _INTERACTIONS),
        ),
    ),
)
