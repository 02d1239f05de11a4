"""The planted contact restrictions are active from their first to their last day only."""

import pytest
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

from gateway_demo.cases.index import BY_NAME

RESTRICTIONS = """query($id: ID!, $day: Date) { customer(id: $id) { party {
  restrictions(activeOn: $day) { channel since until reason isActive } } } }"""
# Told by the day; "now" has no end.
DAYS = {
    "restricted, now": ["2026-04-28", "PHONE", "2026-04-29", "2199-12-31", None],
    "restricted, formerly": ["2025-10-10", "EMAIL", "2025-10-11", "2026-08-07", "2026-08-08"],
    "restricted, soon": ["2026-12-04", "ALL", "2026-12-05", "2027-01-14", "2027-01-15"],
}


def channels(gateway: GatewayClient, name: str, day: str) -> list[str]:
    """The restricted channels of a case's customer on a day."""
    key = opaque("Customer", BY_NAME[name].customer_id)
    answer = gateway.ask(RESTRICTIONS, id=key, day=day)["customer"]["party"]["restrictions"]
    assert all(each["isActive"] for each in answer)
    return [each["channel"] for each in answer]


@pytest.mark.parametrize("name", DAYS)
def test_a_restriction_is_active_only_in_its_period(gateway: GatewayClient, name: str) -> None:
    before, channel, first, last, after = DAYS[name]
    assert before is not None
    assert channels(gateway, name, before) == []
    assert [channels(gateway, name, day) for day in (first, last) if day] == [[channel], [channel]]
    assert after is None or channels(gateway, name, after) == []
