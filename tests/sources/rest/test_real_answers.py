"""Answers of known services and of ordinary ones: which are cut or failed, and which are whole."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sources.answers import signs

from gateway.contract.batch import Row

R: list[Row] = [{"id": 1}, {"id": 2}]
Case = tuple[str, dict[str, Any]]  # the path of the rows, and the answer


CUT: dict[str, Case] = {
    "total_transactions": ("transactions", {"accounts": [{"id": "x"}], "transactions": R, "total_transactions": 9}),
    "totalBills": ("bills", {"bills": R, "totalBills": 200}),
    "billCount": ("bills", {"bills": R, "billCount": 200}),
    "bills_count": ("bills", {"bills": R, "bills_count": 200}),
    "numberOfBills": ("bills", {"bills": R, "numberOfBills": "200"}),
    "totalActivities": ("activities", {"activities": R, "totalActivities": 3}),
    "activityCount": ("activities", {"activities": R, "activityCount": 3}),
    "paging.totalInvoices": ("invoices", {"invoices": R, "paging": {"totalInvoices": 200}}),
    "total_accounts": ("data", {"data": R, "total_accounts": 200}),
    "total": ("bills", {"accountId": "1", "bills": R, "total": 200}),
    "moreToFollow": ("rows", {"rows": R, "moreToFollow": True}),
    "moreDataInd": ("rows", {"rows": R, "moreDataInd": "Y"}),
    "MORE_IND": ("rows", {"rows": R, "MORE_IND": "Y"}),
    "more_bills": ("bills", {"bills": R, "more_bills": 1}),
    "has_more_bills": ("bills", {"id": "1", "bills": R, "has_more_bills": True}),
    "hasNextBatchOfBills": ("bills", {"bills": R, "hasNextBatchOfBills": True}),
    "p.more_items_in_collection": ("data", {"data": R, "p": {"start": 0, "more_items_in_collection": True}}),
    "eof": ("rows", {"rows": R, "eof": False}),
    "end_of_stream": ("tickets", {"tickets": R, "end_of_stream": False}),
    "lastPageInd": ("rows", {"rows": R, "lastPageInd": "N"}),
    "limited": ("rows", {"rows": R, "limited": True}),
    "overflow": ("rows", {"rows": R, "overflow": True}),
    "output_truncated": ("rows", {"rows": R, "output_truncated": True}),
    "search_cutoff": ("hits", {"found": 2, "hits": R, "search_cutoff": True}),
    "range": ("rows", {"rows": R, "range": "0-1/200"}),
    "resultSetMetaData.numRows": ("data", {"resultSetMetaData": {"numRows": 200}, "data": R, "code": "090001"}),
    "totalMatched": ("results", {"results": R, "totalMatched": 500}),
    "rowsAvailable": ("rows", {"rows": R, "rowsReturned": 2, "rowsAvailable": 200}),
    "matched": ("rows", {"rows": R, "matched": 200, "returned": 2}),
    "lastKey": ("rows", {"rows": R, "lastKey": "abc"}),
    "startAfter": ("rows", {"rows": R, "startAfter": "abc"}),
    "complete": ("bills", {"accountId": "1", "complete": False, "bills": R}),
    "of": ("rows", {"from": 1, "to": 2, "of": 10, "rows": R}),
    "out_of": ("bills", {"id": "1", "first": 1, "last": 2, "out_of": "10", "bills": R}),
    "showing": ("bills", {"bills": R, "showing": "1 - 2 of 10"}),
    "meta.of": ("bills", {"bills": R, "meta": {"page": 1, "of": 3}}),
    "done": ("bills", {"id": "job-1", "done": False, "bills": R}),
    "finished": ("bills", {"accountId": "1", "jobType": "EXPORT", "finished": False, "bills": R}),
    "limitReached": ("bills", {"accountId": "1", "limitReached": True, "bills": R * 50}),
    "Total": ("reads", {"meter": "1", "Total": 1534, "reads": [{"kwh": 700}, {"kwh": 800}]}),
    "TOTAL": ("reads", {"meter": "1", "TOTAL": 3, "reads": [{"seq": 1}, {"seq": 2}]}),
    "total_rows": ("entry", {"resourceType": "Bundle", "id": "x", "total_rows": 9, "entry": R}),
}
CUT_HEADERS = {
    "header x-ms-continuation": {"x-ms-continuation": '{"token":"-RID:~x#RT:1","range":{"min":"","max":"FF"}}'},
    "header next-range": {"Next-Range": "id ..b2; max=1"},
    "header warning": {"Warning": '199 - "partial results: backend timeout"'},
    "header x-more-to-follow": {"X-More-To-Follow": "true"},
}
BAD_WORDS = [
    "OVER_QUERY_LIMIT",
    "REQUEST_DENIED",
    "PENDING",
    "RUNNING",
    "ABORTED",
    "NOK",
    "REJECTED",
    "EXCEPTION",
    "unsuccessful",
]
BAD_WORDS += ["INVALID_REQUEST", "UNKNOWN_ERROR", "queued", "MAINTENANCE"]
FAILED: dict[str, dict[str, Any]] = {
    f"{name} {value}": {name: value, "message": "x"}
    for name, values in {
        "statusCode": (500, "503", 429, -1),
        "code": (500, 404, "500", -2),
        "status": (500, "500", -1, *BAD_WORDS),
        "state": ("FAILED", "RUNNING"),
        "jobStatus": ("FAILED", "IN_PROGRESS"),
        "returnCode": ("ERROR", 8, -1),
        "resultCode": ("-1", 500, "FAILURE"),
        "success": (0, "0", False, "false"),
        "exceptions": ([{"code": "DB_DOWN"}],),
        "faults": ([{"x": 1}],),
        "httpStatus": ("503 - Service Unavailable",),
    }.items()
    for value in values
}
FAILED |= {f"status beside {name}": {"status": "FAILED", name: "1"} for name in ("accountId", "tenantId", "sessionId")}
WHOLE: dict[str, Case] = {
    "plan": ("installments", {"id": "P1", "status": "ACTIVE", "complete": False, "installments": R}),
    "plan by number": ("installments", {"planId": "P1", "done": False, "limitReached": True, "installments": R}),
    "final": ("reads", {"id": "1", "final": False, "partial": True, "reads": R}),
    "kWh": ("intervals", {"meter": "1", "unit": "kWh", "total": 1534, "intervals": R}),
    "invoice": ("lines", {"invoiceNumber": "1", "total": 153, "lines": R}),
    "currency": ("rows", {"currency": "USD", "total": 153, "rows": R}),
    "points": ("data", {"data": R, "totalPoints": 500, "totalHours": 90}),
    "notices": ("items", {"items": R, "notices": ["Online payment unavailable on Sunday 2-4 am"]}),
    "warnings": ("items", {"items": R, "warnings": ["Field fax is not available in this API version"]}),
    "messages": ("items", {"items": R, "messages": ["Session timeout is 30 minutes", {"text": "Partial payments"}]}),
    "summary": ("payments", {"payments": R, "summary": {"settled": 1, "failed": 1, "incomplete": 1}}),
    "failedCount": ("payments", {"payments": R, "failedCount": 1, "settledCount": 1}),
    "feeder": ("outages", {"feeder": "F1", "failures": 3, "outages": R}),
    "holds": ("holds", {"accountId": "1", "limitReached": True, "holds": R}),
    "process": ("steps", {"accountId": "1", "processType": "SEVERANCE", "done": False, "steps": R}),
    "process by id": ("steps", {"id": "1", "process_type": "SEVERANCE", "done": False, "steps": R}),
    "estimated": ("reads", {"meter": "1", "final": False, "reads": R}),
    "sum": ("reads", {"meter": "1", "total": 1534, "reads": [{"kwh": 700}, {"kwh": 834}, {"kwh": None}]}),
    "register": ("reads", {"meterNumber": "1", "total": 1534, "reads": [{"at": 100200}, {"at": 101734}]}),
    "1 of 12": ("lines", {"planId": "1", "installment": 1, "of": 12, "lines": R}),
    "of": ("rows", {"from": 1, "to": 2, "of": 2, "rows": R}),
    "page of pages": ("rows", {"page": 1, "of": 1, "rows": R}),
    "message": ("payments", {"payments": R, "message": "The last payment failed."}),
    "remaining": ("installments", {"accountId": "1", "remaining": 120, "installments": R}),
    "next day": ("orders", {"orders": R, "next": "2026-12-01"}),
    "next item": ("installments", {"installments": R, "nextItem": {"due": "2026-12-01", "amount": 10}}),
    "offset": ("reads", {"reads": R, "offset": "-05:00"}),
    "zone": ("reads", {"reads": R, "offset": "EST"}),
    "after": ("reads", {"reads": R, "before": 10, "after": 20}),
    "Directus": ("data", {"data": R, "meta": {"total_count": 400, "filter_count": 2}}),
    "Zendesk": ("tickets", {"tickets": R, "meta": {"has_more": False}, "links": {"next": "http://x"}}),
    "Zendesk stream": ("tickets", {"tickets": R, "end_of_stream": True, "next_page": "http://x"}),
    "orderCount": ("orders", {"customer": {"orderCount": 17}, "orders": R}),
    "code 0": ("items", {"items": R, "error": {"code": 0, "message": "Request processed successfully"}}),
    "Snowflake": ("data", {"resultSetMetaData": {"numRows": 2}, "data": R, "code": "090001", "sqlState": "00000"}),
    "OpenWeather": ("list", {"cod": "200", "message": 0, "cnt": 40, "list": R, "city": {"id": 1}}),
    "product": ("parts", {"id": "P", "code": 500, "state": "TX", "parts": R}),
    "HubSpot": ("results", {"status": "COMPLETE", "results": R, "startedAt": "x"}),
}
GOOD: list[dict[str, Any]] = [
    {"status": word}
    for word in ("OK", "success", "COMPLETE", "ZERO_RESULTS", "NOT_FOUND", "no data", "ACTIVE", "CLOSED", "200", 200, 0)
]
GOOD += [{"state": "TX"}, {"returnCode": 0}, {"returnCode": "0000"}, {"code": "090001"}, {"success": 1}, {"code": 200}]
GOOD += [{"accountId": "1", "status": "SUSPENDED"}, {"id": "1", "status": "whatever"}, {"resultCode": "S000"}]


@pytest.mark.parametrize("name", CUT)
def test_a_word_of_more_rows_is_a_sign(name: str):
    assert signs(*CUT[name]) == [name]


@pytest.mark.parametrize("name", CUT_HEADERS)
def test_a_header_of_more_rows_is_a_sign(name: str):
    assert signs("", R, CUT_HEADERS[name]) == [name]


@pytest.mark.parametrize("case", FAILED)
def test_a_failure_beside_no_rows_is_a_sign(case: str):
    assert signs("rows", {"rows": [], **FAILED[case]}) == [next(iter(FAILED[case]))]
    assert signs("data.rows", {"data": {"rows": []}, "meta": FAILED[case]})


@pytest.mark.parametrize("case", WHOLE)
def test_an_ordinary_answer_is_whole(case: str):
    assert signs(*WHOLE[case]) == []


@pytest.mark.parametrize("words", GOOD, ids=[str(words) for words in GOOD])
def test_a_good_word_beside_no_rows_is_no_sign(words: dict[str, Any]):
    assert signs("bills", {"bills": [], **words}) == []


@pytest.mark.parametrize("number", [110, 112, 214])
def test_other_warnings_of_http_are_no_sign(number: int):
    assert signs("", R, {"Warning": f'{number} - "Response is stale"'}) == []


WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9)


@given(WORDS, st.integers(0, 9))
def test_a_total_by_the_name_of_the_rows_counts_them(name: str, total: int):
    rows = f"z{name}s"
    for word in (f"total_{rows}", f"z{name}Count", f"num_{rows}"):
        assert signs(rows, {rows: R, word: total}) == ([word] if total > 2 else [])


@given(st.integers(400, 599) | st.integers(max_value=-1), st.sampled_from(["code", "statusCode", "status"]))
def test_any_code_of_a_failure_is_a_sign(code: int, name: str):
    assert signs("rows", {"rows": [], name: code}) == [name]
    assert signs("rows", {"rows": [], name: str(code)}) == [name]
