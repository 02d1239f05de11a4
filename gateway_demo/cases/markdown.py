"""The planted cases as a Markdown table for the documentation."""

from gateway_demo.cases.index import CASES, Case


def cases_table() -> str:
    """Render all planted cases."""
    rows = [f"| {_ids(case)} | {case.name} | {case.shows} |" for case in CASES]
    return "\n".join(["| account (customer) | case | what it shows |", "|---|---|---|", *rows])


def _ids(case: Case) -> str:
    account = case.account_number or "none"
    other = f", {case.other_id}" if case.other_id else ""
    return f"{account} ({case.customer_id}{other})"
