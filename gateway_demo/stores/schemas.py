"""The table schemas of the demo's systems: five databases and nine REST services."""

from sqlalchemy import MetaData

from gateway_demo.stores import document_tables as documents
from gateway_demo.stores.billing_tables import BILLING, PAYMENTS
from gateway_demo.stores.cis_tables import CIS
from gateway_demo.stores.collections_tables import COLLECTIONS
from gateway_demo.stores.usage_tables import USAGE

DATABASES: dict[str, MetaData] = {
    "cis": CIS,
    "billing": BILLING,
    "payments": PAYMENTS,
    "collections": COLLECTIONS,
    "usage": USAGE,
}
SERVICES: dict[str, MetaData] = {
    "crm": documents.CRM,
    "service": documents.SERVICE,
    "service_orders": documents.SERVICE_ORDERS,
    "field_work": documents.FIELD_WORK,
    "contact_center": documents.CONTACT_CENTER,
    "email": documents.EMAIL,
    "self_service": documents.SELF_SERVICE,
    "outage": documents.OUTAGE,
    "interactions": documents.INTERACTIONS,
}
