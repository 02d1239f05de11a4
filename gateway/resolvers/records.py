"""All record types, and the lookups that the schema needs from the catalog."""

from gateway.catalog.model import Relation
from gateway.resolvers.account import core
from gateway.resolvers.account import parts as account_parts
from gateway.resolvers.billing import bills, payments
from gateway.resolvers.collections import credit, processes, promises
from gateway.resolvers.contact import conversations, interactions, media
from gateway.resolvers.customer360 import account, customer
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record
from gateway.resolvers.graph.relations import relations_of
from gateway.resolvers.party import parties, restrictions
from gateway.resolvers.service import orders, outages, premises, requests
from gateway.resolvers.usage import readings as usage
from gateway.resolvers.usage.readings import UsageSeries

_ALL: tuple[type[Record], ...] = (
    customer.Customer,
    parties.Person,
    parties.Organization,
    parties.PartyRelationship,
    restrictions.ContactRestriction,
    account.BillingAccount,
    account_parts.AccountPerson,
    account_parts.ProgramEnrollment,
    account_parts.AccountAlert,
    core.AccountReference,
    premises.Premise,
    premises.ServicePoint,
    premises.ServiceAgreement,
    bills.Bill,
    bills.BillSegment,
    bills.BillLine,
    bills.Adjustment,
    bills.AccountBalance,
    payments.Payment,
    payments.PaymentTender,
    payments.AutopayInstruction,
    payments.ScheduledPayment,
    conversations.Call,
    conversations.Chat,
    conversations.EmailMessage,
    requests.ServiceTask,
    requests.ServiceRequest,
    requests.CustomerContact,
    requests.Case,
    requests.RebateClaim,
    orders.ServiceOrder,
    orders.FieldOrder,
    outages.OutageCall,
    outages.OutageEvent,
    processes.CollectionProcess,
    processes.SeveranceProcess,
    processes.WriteOffProcess,
    processes.PayPlanOverdueProcess,
    processes.CutProcess,
    processes.ProcessEvent,
    promises.PaymentArrangement,
    promises.PayPlan,
    credit.CreditRatingHistory,
    credit.CashOnlyHistory,
    credit.CreditProfile,
    usage.BilledUsage,
    usage.DailyUsage,
    usage.IntervalUsage,
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
)
# Lookups by a key that no field of the record holds: the persons of an account.
INDIRECT_LOOKUPS: tuple[tuple[str, str], ...] = (("Person", "account_id"),)
ENTRY_LOOKUPS: tuple[tuple[str, str], ...] = (
    ("Customer", "customer_number"),
    ("BillingAccount", "account_number"),
)
OPTIONAL_LOOKUPS = (*SEARCH_LOOKUPS, *INDIRECT_LOOKUPS, *ENTRY_LOOKUPS)
RELATIONS: tuple[Relation, ...] = (
    *relations_of([*_ALL, UsageSeries]),
    *(Relation(name, ("id",)) for name in NODES),
    *(Relation(name, (by,), required=False) for name, by in OPTIONAL_LOOKUPS),
)
