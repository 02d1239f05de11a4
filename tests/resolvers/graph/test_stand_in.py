"""What stands in for a record whose system failed has its id. Everything else of it is the failure."""

from typing import Any

import pytest

from gateway.contract.record import stored_fields
from gateway.errors import InvalidResponse
from gateway.resolvers.graph.relations import changed, stand_in
from gateway.resolvers.records import RECORDS

FAILURE = InvalidResponse("CIS", "no such column")
STANDING = [record for record in RECORDS.values() if record.STANDS_IN]


@pytest.mark.parametrize("record", STANDING)
def test_every_stored_field_but_the_id_raises_the_failure(record: Any):
    substitute = changed(stand_in(record, "A1", FAILURE), id="A2")
    assert (substitute.id, substitute.failure) == ("A2", FAILURE)
    for name in {*stored_fields(record)} - {"id"}:
        with pytest.raises(InvalidResponse):
            getattr(substitute, name)


@pytest.mark.parametrize("record", STANDING)
def test_a_name_that_no_record_has_is_an_attribute_error(record: Any):
    with pytest.raises(AttributeError):
        _ = changed(record.__new__(record), id="A1").nonsense
