"""Beside an empty list, which words tell of a failure."""

from typing import Any

import pytest
from support.sources.answers import signs

FAILED: dict[str, dict[str, Any]] = {
    f"status {word} beside {name}": {"status": word, name: "1"}
    for name in ("id", "serialNumber", "orderId")
    for word in ("FAILED", "TIMEOUT", "RUNNING")
}
FAILED |= {f"done beside {name}": {"done": False, name: "1"} for name in ("id", "planId", "accountId")}
FAILED |= {
    f"message {text}": {"message": text, "id": "1"}
    for text in ("Internal error", "INTERNAL_ERROR", "Service unavailable", "Request timed out", "No response from CIS")
}
FAILED |= {
    "msg": {"msg": "Access denied"},
    "statusText": {"statusText": "Bad request: invalid key"},
    "no data": {"message": "No data: internal error"},
    "object": {"message": {"text": "Backend failure"}},
}
# Messages and words beside an empty list that tell of no failure.
QUIET = ["No records found", "No failed payments", "There are no known errors.", "0 errors", "Could not find any bills"]
QUIET += ["Success", "", "Retrieved 0 rows without errors", "Account has no bills yet"]
GOOD_WORDS = ["FETCHED", "Retrieved", "SERVED", "delivered", "GREEN", "good", "IDLE", "refreshed", "CONFIRMED"]


@pytest.mark.parametrize("case", FAILED)
def test_a_failure_beside_no_rows_is_a_sign(case: str):
    assert signs("bills", {"bills": [], **FAILED[case]}) == [next(iter(FAILED[case]))]


@pytest.mark.parametrize("case", [case for case in FAILED if "done" not in case])
def test_beside_rows_it_speaks_of_a_record_or_to_people(case: str):
    assert signs("bills", {"bills": [{"id": 1}], **FAILED[case]}) == []


@pytest.mark.parametrize("text", QUIET)
def test_a_message_of_no_failure_is_no_sign(text: str):
    assert signs("bills", {"bills": [], "message": text}) == []


@pytest.mark.parametrize("word", GOOD_WORDS)
def test_a_word_of_success_is_no_sign(word: str):
    assert signs("bills", {"bills": [], "status": word}) == []


@pytest.mark.parametrize("voucher", [{"success": True}, {"code": 200}, {"ok": True}, {"httpStatus": "200"}])
def test_an_unknown_word_beside_a_success_is_no_sign(voucher: dict[str, Any]):
    assert signs("bills", {"bills": [], "status": "UNHEARD_OF"}) == ["status"]
    assert signs("bills", {"bills": [], "status": "UNHEARD_OF", **voucher}) == []
