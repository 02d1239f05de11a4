"""Audiences: groups of callers who know a part of the schema only."""

from typing import Final

PARTNER: Final = "partner"
AUDIENCES: Final = {PARTNER: "other companies: customers, accounts, premises, bills, payments, usage and outages"}
STAFF: Final = "staff"  # callers without an audience, who know the whole schema
EVERY_AUDIENCE: Final = frozenset({STAFF, *AUDIENCES})
