"""Callers and their scopes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Self

from gateway.access.bounds import Bounds


class Scope(Enum):
    """A permission of a caller. Its name in tokens, keys and the schema, and what it opens."""

    CUSTOMER_READ = "customer:read", "customers, parties, accounts, premises and service agreements"
    BILLING_READ = "billing:read", "bills, adjustments, balances and payments"
    COLLECTIONS_READ = "collections:read", "debt, severance processes, pay plans, arrangements and credit history"
    USAGE_READ = "usage:read", "usage by bill period, day and interval"
    SERVICE_READ = "service:read", "service requests, cases, claims, orders, field work, self-service and outages"
    INTERACTIONS_READ = "interactions:read", "calls, chats, e-mail, customer contacts, interactions and notes"

    DIAGNOSTICS = "diagnostics", "what an operation costs (`extensions.cost`); no records"

    PII_REVEAL = "pii:reveal", "masked values, by the mutation `reveal`; no records"

    opens: str

    def __new__(cls, text: str, opens: str = "") -> Self:
        scope = object.__new__(cls)
        scope._value_, scope.opens = text, opens
        return scope


ALL_SCOPES: Final = frozenset(Scope)


def scopes_in(texts: Iterable[str]) -> frozenset[Scope]:
    """The scopes of these texts. Scopes of other services, which a token may have too, are left out."""
    values = {scope.value for scope in Scope}
    return frozenset(Scope(text) for text in texts if text in values)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request.

    id: for logs, limits and the audit: the subject of a token, or the id of a key. It is no secret.
    scopes: what the caller may see.
    expires_at: when the credential ends; None if it does not.
    bounds: the only accounts and customers that it sees; None for all.
    audience: whose part of the schema it knows; None for the whole schema, as the utility's own staff.
    points_per_minute: what its queries may cost; None for the common limit.
    """

    id: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None
    bounds: Bounds | None = None
    audience: str | None = None
    points_per_minute: int | None = None


# A program on this machine, where no callers are configured: it sees everything.
LOCAL: Final = Caller("local", ALL_SCOPES)
