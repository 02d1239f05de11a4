"""The rules of one utility: how far back one may look, and how much at once."""

from dataclasses import dataclass

from gateway.config.document_limits import DocumentLimits


@dataclass(frozen=True, slots=True)
class QueryRules:
    """`history_years` are kept and searchable, in windows of at most `window_months` (ACT-DATE-1..3).

    Without a range, interactions are those of the newest `interaction_months` (TS-VIEW-2).
    A page has `page_size` entries unless asked otherwise, and never more than `page_most`.
    """

    history_years: int = 3
    window_months: int = 6
    interaction_months: int = 12
    page_size: int = 25
    max_page_size: int = 500
    max_nodes: int = 100
    limits: DocumentLimits = DocumentLimits()
