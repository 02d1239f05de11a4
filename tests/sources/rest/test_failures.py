"""A list of a service that failed in part is misread, even if it is empty."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.sources.rest_service import Handler
from support.sources.rest_sources import MANY, ONE, error_of, place, rest_source

from gateway.contract.batch import Answer, Batch, Row
from gateway.contract.inner_signs import inner_list
from gateway.errors import InvalidRow
from gateway.sources.http.more_rows import signs_of_failure
from gateway.sources.http.transport import HttpResponse

ROWS: list[Row] = [{"id": str(n), "owner": "a", "at": f"2026-01-0{n}T00:00:00Z", "note": "x"} for n in range(1, 4)]
LIST = MANY | {"items": "rows"}
DEEP = MANY | {"items": "data.rows"}

# First those of known services, then the words that these have in common.
FAILURES: list[tuple[dict[str, Any], str]] = [
    ({"_shards": {"total": 5, "successful": 4, "skipped": 0, "failed": 1}}, "_shards.failed"),
    ({"_clusters": {"total": 2, "successful": 1, "skipped": 1}}, "_clusters.successful"),
    ({"took": 7, "timed_out": True, "_shards": {"total": 5, "successful": 5, "failed": 0}}, "timed_out"),
    ({"responseHeader": {"status": 0, "partialResults": True}}, "responseHeader.partialResults"),
    ({"incomplete_results": True}, "incomplete_results"),
    ({"errors": [{"status": "503", "title": "Unavailable"}]}, "errors"),
    ({"@odata.error": {"code": "500"}}, "@odata.error"),
    ({"UnprocessedKeys": {"bills": {"Keys": []}, "calls": {"Keys": ["x"]}}}, "UnprocessedKeys"),
    ({"partialFailureError": {"code": 3}}, "partialFailureError"),
    ({"numErrors": 1}, "numErrors"),
    ({"issue": [{"severity": "information"}, {"severity": "error"}]}, "issue"),
    ({"outcome": {"resourceType": "OperationOutcome", "issue": [{"severity": "fatal"}]}}, "outcome.issue"),
    ({"ok": False, "error": "not_authed"}, "ok, error"),
    ({"success": False, "messages": []}, "success"),
    ({"status": "error", "message": "boom"}, "status"),
    ({"status": "PARTIAL_SUCCESS"}, "status"),
    ({"status": "pending"}, "status"),
    ({"status": "failed", "requestId": "x", "pageNumber": 1, "unpaid": 7}, "status"),
    ({"status": {"error_code": 429, "error_message": "slow down"}}, "status.error_code, status.error_message"),
    ({"errcode": 40001, "errmsg": "invalid"}, "errcode, errmsg"),
    ({"jsonrpc": "2.0", "id": 1, "error": {"code": -32000}}, "error"),
    ({"timedOut": True}, "timedOut"),
    ({"timeout": "true"}, "timeout"),
    ({"partial": True}, "partial"),
    ({"meta": {"partial": True}}, "meta.partial"),
    ({"is_partial": "yes"}, "is_partial"),
    ({"degraded": True}, "degraded"),
    ({"errors": {"owner": ["unknown"]}}, "errors"),
    ({"errors": "boom"}, "errors"),
    ({"hasErrors": True, "errorCount": 2}, "hasErrors, errorCount"),
    ({"meta": {"errors": ["x"]}}, "meta.errors"),
    ({"extra": {"partialResults": True}}, "extra.partialResults"),
    ({"failures": [{"source": "crm"}]}, "failures"),
    ({"failedSources": ["crm"]}, "failedSources"),
    ({"unreachable": ["crm"]}, "unreachable"),
    ({"exceptionMessage": "boom"}, "exceptionMessage"),
    ({"warnings": ["The result is incomplete."]}, "warnings"),
    ({"messages": [{"type": "ERROR", "text": "boom"}]}, "messages"),
]
NO_FAILURES: list[dict[str, Any]] = [
    {"errors": [], "error": None, "warnings": [], "hasErrors": False, "errorCount": 0, "failures": {}},
    {"error": "", "errorCode": "0", "errorMessage": "none", "errcode": 0, "errmsg": "ok"},
    {"error": {"code": 0, "message": ""}, "errors": {"owner": []}, "errorMessage": "No error", "error_code": "0000"},
    {"errorCode": 200, "status": 200, "success": True, "ok": True, "complete": True},
    {"status": "ok", "result": "success", "outcome": "complete"},
    {"took": 7, "timed_out": False, "_shards": {"total": 5, "successful": 5, "skipped": 3, "failed": 0}},
    {"_clusters": {"total": 2, "successful": 2}, "timeout": 30, "timeout_ms": 500, "partial": False},
    {"status": "ready"},
    {"status": {"code": 200, "error": None}, "outcome": {"issue": [{"severity": "information"}]}},
    {"messages": [{"type": "info"}], "issue": [{"severity": "warning"}], "warnings": ["deprecated", 7]},
    {"failed_payments": 3, "error_margin": 0.5, "unpaid": 3, "valid": False, "faults": 0},
    {"UnprocessedKeys": {}, "unprocessedItems": {"bills": []}, "notFound": ["x"]},
    {"account": {"id": "a", "errors": ["x"], "partial": True}},
]


OF_RECORDS: list[dict[str, Any]] = [
    {"id": "a", "status": "failed"},
    {"payment_number": "17", "status": "PARTIAL"},
    {"orderId": "17", "status": "error"},
    {"billId": "17", "status": "failed"},
    {"BILL_NO": "17", "status": "failed"},
    {"serialNumber": "17", "status": "FAILED"},
]


def body_of(rows: list[Row], words: Mapping[str, Any], *, is_deep: bool = False) -> dict[str, Any]:
    return {"data": {"rows": rows, **words}} if is_deep else {"rows": rows, **words}


def respond(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response(body, status=status, headers=headers)

    return handler


def signs(reason: str) -> list[str]:
    """The signs that an error names, without their values."""
    assert "the response says that it is not whole: " in reason
    assert reason.endswith("; name in ignored_signs what means something else")
    listed = re.split("not whole: ", reason)[1].partition("; ")[0]
    return [each.partition(" = ")[0] for each in listed.split(", ")]


async def named(handler: Handler, words: Mapping[str, Any] = LIST) -> list[str]:
    async with rest_source(handler) as source:
        error = await error_of(source, place(**words))
    assert type(error) is InvalidRow
    return signs(error.reason)


async def count(handler: Handler, words: Mapping[str, Any] = LIST) -> int:
    async with rest_source(handler) as source:
        answer = (await source.fetch(Batch(place(**words), ("a",)))).get("a")
    assert answer is None or isinstance(answer, Answer), getattr(answer, "reason", "")
    return len(answer.rows) if answer else 0


EACH = pytest.mark.parametrize(("words", "names"), FAILURES, ids=[names for _, names in FAILURES])
ROWS_READ = pytest.mark.parametrize("rows", [[], ROWS], ids=["empty", "rows"])


@ROWS_READ
@EACH
async def test_a_failure_beside_the_rows_is_named(words: dict[str, Any], names: str, rows: list[Row]):
    assert await named(respond(body_of(rows, words))) == names.split(", ")
    deep = await named(respond(body_of(rows, words, is_deep=True)), DEEP)
    assert deep == [f"data.{each}" for each in names.split(", ")]


@ROWS_READ
@EACH
async def test_every_failure_can_be_ignored_by_its_name(words: dict[str, Any], names: str, rows: list[Row]):
    ignoring = LIST | {"ignored_signs": names.split(", ")}
    assert await count(respond(body_of(rows, words)), ignoring) == len(rows)


@ROWS_READ
@pytest.mark.parametrize("words", NO_FAILURES, ids=[",".join(words) for words in NO_FAILURES])
async def test_words_that_deny_a_failure_are_no_sign(words: dict[str, Any], rows: list[Row]):
    assert await count(respond(body_of(rows, words))) == len(rows)
    assert await count(respond(body_of(rows, words, is_deep=True)), DEEP) == len(rows)


@pytest.mark.parametrize("words", OF_RECORDS, ids=[",".join(words) for words in OF_RECORDS])
async def test_beside_an_empty_list_a_number_explains_no_failure(words: dict[str, Any]):
    assert await count(respond(body_of(ROWS, words))) == 3
    assert await named(respond(body_of([], words))) == ["status"]


@EACH
async def test_a_failure_inside_a_row_is_no_sign(words: dict[str, Any], names: str):
    assert names
    assert await count(respond({"rows": [{**row, **words, "id": row["id"]} for row in ROWS]})) == 3


@ROWS_READ
@pytest.mark.parametrize("status", [202, 203, 207, 226])
async def test_a_status_that_vouches_for_no_list_is_named(status: int, rows: list[Row]):
    for body, words in (({"rows": rows}, LIST), (rows, MANY)):
        assert await named(respond(body, status), words) == [f"status {status}"]
        assert await count(respond(body, status), words | {"ignored_signs": [f"status {status}"]}) == len(rows)
    assert await named(respond({"rows": rows, "total": len(rows)}, status)) == [f"status {status}"]


async def test_a_record_of_a_proxy_is_there():
    assert await count(respond(ROWS[0], 203), ONE) == 1
    assert await count(respond(ROWS[0], 201), ONE) == 1
    assert await named(respond(ROWS[0], 202), ONE) == ["status 202"]


@pytest.mark.parametrize("rows", [[], ROWS], ids=["empty", "rows"])
async def test_a_failure_in_a_header_is_named(rows: list[Row]):
    assert await named(respond(rows, headers={"X-Error-Count": "2"}), MANY) == ["header x-error-count"]
    assert await named(respond(rows, headers={"X-Partial": "true"}), MANY) == ["header x-partial"]
    for header in ({"X-Error-Count": "0"}, {"X-Errors": ""}, {"Status": "error 7"}, {"X-Partial": "false"}):
        assert await count(respond(rows, headers=header), MANY) == len(rows)


async def test_a_failure_on_any_page_is_named():
    requests: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        requests.append(request.query_string)
        is_last = "at" in request.query
        words = {} if is_last else {"next": "c", "errors": ["x"]}
        return web.json_response({"rows": ROWS[2:] if is_last else ROWS[:2], **words})

    paging = {"style": "cursor", "cursor": "at", "next": "next"}
    assert await named(handler, LIST | {"paging": paging}) == ["errors"]
    assert requests == ["owners=a"]
    assert await count(handler, LIST | {"paging": paging, "ignored_signs": ["errors"]}) == 3


async def test_a_limit_explains_no_failure():
    words = LIST | {"limit": "n"}
    async with rest_source(respond({"rows": ROWS, "timed_out": True})) as source:
        error = await error_of(source, place(**words))
    assert signs(error.reason) == ["timed_out"]


@pytest.mark.parametrize(("severity", "is_whole"), [("error", False), ("fatal", False), ("information", True)])
async def test_an_entry_of_a_bundle_may_tell_of_an_error(severity: str, *, is_whole: bool):
    outcome = {"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": severity}]}, "kind": "outcome"}
    body = {"resourceType": "Bundle", "entry": [*({**row, "kind": "match"} for row in ROWS), {"owner": "a", **outcome}]}
    words = MANY | {"items": "entry", "where": {"kind": "match"}}
    if is_whole:
        assert await count(respond(body), words) == 3
    else:
        assert await named(respond(body), words) == ["entry.OperationOutcome"]


def test_a_list_inside_a_row_may_have_failed():
    contacts = inner_list(("contacts", "data"))
    assert contacts
    assert contacts.signs({"contacts": {"data": [], "errors": ["x"], "status": "error"}}) == ["contacts.errors"]
    assert contacts.signs({"contacts": {"data": [], "errors": [], "error": None}}) == []
    assert contacts.signs({"contacts": {"data": []}, "errors": ["x"]}) == []


@given(
    st.sampled_from(FAILURES),
    st.lists(st.sampled_from(NO_FAILURES), max_size=3),
    st.sampled_from(["", "meta", "page_info"]),
)
def test_no_other_words_hide_a_failure(
    failure: tuple[dict[str, Any], str], others: list[dict[str, Any]], envelope: str
):
    words, names = failure
    beside = {name: value for other in others for name, value in other.items()}
    body = {"rows": [], **beside, **({envelope: words} if envelope else words)}
    seen = signs_of_failure(body, ("rows",), HttpResponse(200, "application/json", None, b"", {}))
    expected = {f"{envelope}.{each}".strip(".") for each in names.split(", ")}
    assert expected <= {each.partition(" = ")[0] for each in seen}
