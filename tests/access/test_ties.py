"""Each record type says what ties it to accounts, by fields that it has."""

from typing import Any

import pytest
from support.harness import KINDS

from gateway.access.ties import Tie, tie_of_key
from gateway.contract.record import stored_fields
from gateway.resolvers.bounds import PARTS
from gateway.resolvers.records import RECORDS, RELATIONS

# Lookups whose keys may be those of any record: they are asked for whatever the key is.
OPEN = {"address", "criteria", "email", "identifier_last4", "meter_number", "name", "phone"}
OPEN |= {"account_number", "bill_number", "customer_number", "payment_number", "id"}


@pytest.mark.parametrize("name", RECORDS)
def test_ties_are_fields_of_the_record(name: str) -> None:
    record: Any = KINDS[name]
    assert record.TIES
    assert {*record.TIES} <= {*stored_fields(record)}
    parents = [parent for tie in record.TIES.values() if isinstance(tie, tuple) for parent in tie]
    assert {*parents} <= {*RECORDS}


def test_the_account_decides_before_anything_else() -> None:
    with_account = [cls for cls in KINDS.values() if "account_id" in stored_fields(cls)]
    assert with_account
    for cls in with_account:
        assert next(iter(cls.TIES.items())) == ("account_id", Tie.ACCOUNT), cls


def test_lookups_without_a_tie_are_known() -> None:
    lookups = {(relation.record, by) for relation in RELATIONS for by in relation.by if relation.record in KINDS}
    assert {by for name, by in lookups if tie_of_key(KINDS[name].TIES, by) is None} == OPEN


def test_each_kind_of_tie_has_keys() -> None:
    assert {*PARTS} == {*Tie}
