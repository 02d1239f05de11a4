"""The planted cases as README lists them."""

from gateway_demo.cases.index import CASES, Case


def cases_table() -> str:
    """A Markdown table of all planted cases."""
    rows = [f"| {_who(case)} | {case.name} | {case.shows} |" for case in CASES]
    return "\n".join(["| account (customer) | case | what it shows |", "|---|---|---|", *rows])


def _who(case: Case) -> str:
    account = case.account_number or "none"
    other = f", {case.other_id}" if case.other_id else ""
    return f"{account} ({case.customer_id}{other})"
