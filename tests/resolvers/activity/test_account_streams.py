"""What record types declare about the lists of an account."""

from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.customer360.account import REFERENCE_FIELDS
from gateway.resolvers.graph.activity import ActivityType


def test_activities_are_in_the_order_of_their_types() -> None:
    assert [record.TYPE for record in ACTIVITIES] == list(ActivityType)


def test_fields_that_need_the_cross_reference_declare_it() -> None:
    assert set(REFERENCE_FIELDS) == {
        *("premises", "outages", "usage", "usageComparison", "activities"),
        *("serviceOrders", "fieldOrders", "interactions", "insights"),
    }
