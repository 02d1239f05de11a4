"""What is left out of a document by a directive costs nothing."""

import pytest
from support.harness import Harness
from support.rows import row
from support.utility import ACCOUNT

QUERY = """query($account: ID!, $yes: Boolean! = true, $no: Boolean! = false) {{
  billingAccount(id: $account) {{ activities(types: [CASE], first: 1) {{ {selection} nodes {{ id }} }} }} }}
fragment Total on CustomerActivityConnection {{ totalCount }}
fragment Counted on CustomerActivityConnection {{ ...Total @include(if: $no) ...Total @skip(if: $no) }}
fragment Never on CustomerActivityConnection {{ ...Total @include(if: $no) }}"""
USED = "...Counted @skip(if: true) ...Never @skip(if: true) complete @include(if: $yes)"


@pytest.mark.parametrize(
    ("selection", "counted"),
    [
        ("totalCount", True),
        ("totalCount @include(if: true)", True),
        ("totalCount @include(if: false)", False),
        ("totalCount @skip(if: true)", False),
        ("totalCount @include(if: $yes)", True),
        ("totalCount @include(if: $no)", False),
        ("totalCount @include(if: $yes) @skip(if: $yes)", False),
        ("... @include(if: $no) { totalCount }", False),
        ("... @skip(if: $no) { totalCount }", True),
        ("...Never", False),
        ("...Counted", True),
    ],
)
async def test_only_what_is_included_is_selected(at: Harness, selection: str, counted: object) -> None:
    at.held["Case"] = [row("Case", id=f"{n}", account_id="A1") for n in range(3)]
    data = await at.ask(QUERY.format(selection=f"{selection} {USED}"), account=ACCOUNT)
    assert any(batch.window.count for batch in at.gate.batches) is counted
    assert ("totalCount" in data["billingAccount"]["activities"]) is counted
