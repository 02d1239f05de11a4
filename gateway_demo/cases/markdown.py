"""The planted cases as a Markdown table for the documentation."""

from base64 import urlsafe_b64encode

from gateway_demo.cases.index import CASES, Case

_OTHER_TYPES = {"OE": "OutageEvent", "MI": "MediaItem", "IN": "Interaction", "50": "Premise"}


def cases_table() -> str:
    """Render all planted cases. What it shows of them can be pasted into a query."""
    rows = [
        f"| {case.account_number or 'none'} | {case.customer_number} | {case.name} | {case.shows}{_other(case)} |"
        for case in CASES
    ]
    return "\n".join(["| accountNumber | customerNumber | case | what it shows |", "|---|---|---|---|", *rows])


def other_global_id(case: Case) -> str:
    """The id for `node(id:)` of the record shown, if it is neither customer nor account; else empty."""
    if not case.other_id:
        return ""
    content = f"{_OTHER_TYPES[case.other_id[:2]]}:{case.other_id}"
    return urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _other(case: Case) -> str:
    return f' `node(id: "{other_global_id(case)}")` is the {_OTHER_TYPES[case.other_id[:2]]}.' if case.other_id else ""
