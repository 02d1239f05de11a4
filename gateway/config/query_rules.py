"""Rules of queries: how far back they may look, and how long their pages are."""

from dataclasses import dataclass

from gateway.config.variables import number

MAX_DEFAULT_PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class QueryRules:
    """The rules of one utility (requirements ACT-DATE-1..3, TS-VIEW-2).

    history_years: Years of history that are searchable.
    window_months: Longest span of one search.
    interaction_months: Months of interactions that a query without a date range returns.
    page_size: Records on a page where a query does not say how many.
    max_nodes: Ids that `nodes` accepts.
    """

    history_years: int = number("GATEWAY_HISTORY_YEARS", 3, 1, 50)
    window_months: int = 6
    interaction_months: int = number("GATEWAY_INTERACTION_MONTHS", 12, 1, 600)
    page_size: int = number("GATEWAY_PAGE_SIZE", 25, 1, MAX_DEFAULT_PAGE_SIZE)
    max_nodes: int = 100
