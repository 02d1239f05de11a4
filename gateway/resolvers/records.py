"""All record types, and the lookups that the schema needs from the catalog."""

from gateway.catalog.model import Relation
from gateway.resolvers.account import core
from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.billing import balance, bills, payments
from gateway.resolvers.collections import credit, processes, promises
from gateway.resolvers.contact import interactions, media
from gateway.resolvers.customer360 import account, customer
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.relations import relations_of
from gateway.resolvers.party import parties, restrictions
from gateway.resolvers.search.normalize import SPELLINGS
from gateway.resolvers.service import outages, premises
from gateway.resolvers.usage import readings

_ALL: tuple[type[Record], ...] = (
    *ACTIVITIES,
    customer.Customer,
    parties.Person,
    parties.Organization,
    parties.PartyRelationship,
    restrictions.ContactRestriction,
    account.BillingAccount,
    core.AccountPerson,
    core.ProgramEnrollment,
    core.AccountAlert,
    core.AccountReference,
    premises.Premise,
    premises.ServicePoint,
    premises.ServiceAgreement,
    bills.BillSegment,
    bills.BillLine,
    bills.Adjustment,
    balance.AccountBalance,
    payments.PaymentTender,
    payments.AutopayInstruction,
    payments.ScheduledPayment,
    outages.OutageEvent,
    processes.ProcessEvent,
    promises.PayPlan,
    credit.CreditProfile,
    readings.BilledUsage,
    readings.DailyUsage,
    readings.IntervalUsage,
    interactions.Interaction,
    interactions.InteractionActivity,
    media.MediaItem,
    interactions.Note,
)
RECORDS: dict[str, type[Record]] = {cls.__name__: cls for cls in _ALL}
NODES: dict[str, type[Record]] = {cls.__name__: cls for cls in _ALL if issubclass(cls, Node)}
SEARCH_LOOKUPS: tuple[tuple[str, str], ...] = (
    ("Customer", "name"),
    ("Customer", "phone"),
    ("Customer", "email"),
    ("Customer", "identifier_last4"),
    ("Customer", "criteria"),
    ("Premise", "address"),
    ("ServicePoint", "meter_number"),
)
# Lookups by a key that no field of the record holds: the persons of an account.
INDIRECT_LOOKUPS: tuple[tuple[str, str], ...] = (("Person", "account_id"),)
_OWN_NUMBERS = (
    ("Customer", "customer_number"),
    ("BillingAccount", "account_number"),
    ("Bill", "bill_number"),
    ("Payment", "payment_number"),
)
_OPTIONAL_LOOKUPS = (
    *SEARCH_LOOKUPS,
    *INDIRECT_LOOKUPS,
    *((reading.__name__, "account_id") for reading in dict.fromkeys(readings.STORED_READING.values())),
)
RELATIONS: tuple[Relation, ...] = (
    *relations_of([*_ALL, readings.UsageSeries]),
    *(Relation(name, ("id",)) for name in NODES),
    *(Relation(name, (by,), required=False, spelling=SPELLINGS.get(by)) for name, by in _OPTIONAL_LOOKUPS),
    *(Relation(name, (by,), required=False, unique=True) for name, by in _OWN_NUMBERS),
)
