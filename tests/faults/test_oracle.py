"""The oracle itself: the differences that it must report, and those that it must allow."""

from copy import deepcopy
from typing import Any

import pytest
from support.faults.oracle import silent_differences

DOWN = {"system": "CRM", "state": "DOWN", "message": "CRM did not answer."}
FINE = {"system": "CRM", "state": "OK", "message": None}
FAULTY = frozenset({"CRM"})
RAISED = {"code": "PAST_DUE", "state": "RAISED", "title": "Past due", "message": "12 are past due."}
VISIT = {"code": "FIELD_VISIT", "state": "RAISED", "title": "Field visit", "message": "tomorrow"}
CUT = {"code": "DISCONNECT_PENDING", "state": "RAISED", "title": "Disconnection pending", "message": "soon"}
UNKNOWN = {"code": "PAST_DUE", "state": "UNKNOWN", "title": "Not checked: Past due", "message": "Could not"}
INCOMPLETE = {"code": "DATA_INCOMPLETE", "state": "RAISED", "title": "Not everything", "message": "CRM"}


def _answer(data: Any, state: str = "DOWN", errors: Any = ()) -> dict[str, Any]:
    sources = {"CRM": {"state": state}, "CIS": {"state": "OK"}}
    return {"data": data, "extensions": {"sources": sources}, **({"errors": list(errors)} if errors else {})}


def _error(*path: str | int, **fields: Any) -> dict[str, Any]:
    sources = {"code": "SOURCE_DOWN", "source": "CRM", "retryable": True, **fields}
    return {"message": f"{sources['source']} did not answer.", "path": list(path), "extensions": sources}


def _page(*ids: str, complete: bool = True, sources: Any = (FINE,), more: bool = False) -> dict[str, Any]:
    nodes = [{"id": each, "title": f"title of {each}"} for each in ids]
    return {
        "nodes": nodes,
        "complete": complete,
        "sources": list(sources),
        "pageInfo": {"hasNextPage": more, "endCursor": ids[-1] if ids else None},
    }


def _insights(*raised: Any, unknown: Any = (), sources: Any = (FINE,), top: Any = None) -> dict[str, Any]:
    codes_at_top = list(raised) if top is None else list(top)
    return {
        "insights": {
            "total": len(raised),
            "top": codes_at_top[:4],
            "all": list(raised),
            "unknown": list(unknown),
            "sources": list(sources),
        }
    }


PARTY = {"customer": {"id": "1", "name": "Ada", "party": {"phone": "555"}}}
NO_PARTY = {"customer": {"id": "1", "name": "Ada", "party": None}}
FEED = {"feed": _page("c", "b", "a")}
LONG = {"feed": _page("c", "b", "a", "0")}
HIT = {"hit": {"context": "Account 7 · customer 1"}}

LOST = {"pay": None, "payState": "UNKNOWN"}
AUTOPAY = {"pay": {"on": 1}, "payState": "KNOWN"}
REPORTED = {
    "a lost value that is unknown": (AUTOPAY, _answer(LOST, errors=[_error("pay")])),
    "a value that may be none": ({"pay": None, "payState": "NONE"}, _answer(LOST, errors=[_error("pay")])),
    "the same": (PARTY, _answer(PARTY, "OK")),
    "the same, of a system that failed for a while": (PARTY, _answer(PARTY)),
    "a null with its error": (PARTY, _answer(NO_PARTY, errors=[_error("customer", "party")])),
    "a null whose error is deeper": (PARTY, _answer(NO_PARTY, errors=[_error("customer", "party", "phone")])),
    "nothing at all, with its error": (PARTY, _answer({"customer": None}, errors=[_error("customer")])),
    "a page that lacks some and says so": (FEED, _answer({"feed": _page("c", complete=False, sources=[DOWN])})),
    "a page that reaches further down": (
        FEED,
        _answer({"feed": _page("c", "a", "0", complete=False, sources=[DOWN], more=True)}),
    ),
    "an insight that is unknown": (
        _insights(RAISED),
        _answer(_insights(INCOMPLETE, unknown=[UNKNOWN], sources=[DOWN])),
    ),
    "a context that names its gap": (HIT, _answer({"hit": {"context": "Account unknown · customer 1"}})),
    "another age": ({"page": {"asOf": "1"}}, _answer({"page": {"asOf": "2"}}, "OK")),
}
HIDDEN = {
    "a lost value that is called none": (AUTOPAY, _answer({**LOST, "payState": "NONE"}, errors=[_error("pay")])),
    "a lost value that is called known": (AUTOPAY, _answer({**LOST, "payState": "KNOWN"}, errors=[_error("pay")])),
    "a value that is called unknown": (AUTOPAY, _answer({**AUTOPAY, "payState": "UNKNOWN"})),
    "another value": (PARTY, _answer({"customer": {**PARTY["customer"], "name": "Bob"}})),
    "a context that hides its gap": (HIT, _answer({"hit": {"context": "Customer 1"}})),
    "a gap in a context, and no system named": (HIT, _answer({"hit": {"context": "Account unknown"}}, "OK")),
    "a value where there is none": (NO_PARTY, _answer(PARTY)),
    "a null without an error": (PARTY, _answer(NO_PARTY)),
    "a null whose error is elsewhere": (PARTY, _answer(NO_PARTY, errors=[_error("customer", "name")])),
    "a null, and a response that names no system": (
        PARTY,
        _answer(NO_PARTY, "OK", errors=[_error("customer", "party")]),
    ),
    "an error that blames a healthy system": (
        PARTY,
        _answer(NO_PARTY, errors=[_error("customer", "party", source="CIS")]),
    ),
    "an internal error": (PARTY, _answer(NO_PARTY, errors=[_error("customer", "party", code="INTERNAL_SERVER_ERROR")])),
    "another field": (PARTY, _answer({"customer": {"id": "1"}})),
    "another id": (PARTY, _answer({"customer": {**PARTY["customer"], "id": "2"}})),
    "an empty page that is called whole": (FEED, _answer({"feed": _page()})),
    "a page that lacks some, its systems all well": (FEED, _answer({"feed": _page("c", complete=False)}, "OK")),
    "a page that lacks some, names it, and is called complete": (FEED, _answer({"feed": _page("c", sources=[DOWN])})),
    "a page with an unknown element": (FEED, _answer({"feed": _page("c", "x", complete=False, sources=[DOWN])})),
    "a page in another order": (FEED, _answer({"feed": _page("a", "b", "c", complete=False, sources=[DOWN])})),
    "a page whose element says something else": (
        FEED,
        _answer({"feed": {**_page(complete=False, sources=[DOWN]), "nodes": [{"id": "c", "title": "!"}]}}),
    ),
    "each element twice": (FEED, _answer({"feed": _page("c", "c", "b", "b", "a", "a")})),
    "a list without sources that lacks one": (
        {"premises": [{"id": "1"}, {"id": "2"}]},
        _answer({"premises": [{"id": "1"}]}),
    ),
    "a list without ids that lacks one": ({"days": [1, 2]}, _answer({"days": [1]})),
    "an end where there is none": ({"feed": _page("c", more=True)}, _answer({"feed": _page("c")}, "OK")),
    "an insight that is gone": (_insights(RAISED), _answer(_insights(INCOMPLETE, sources=[DOWN]))),
    "a missing insight, and no system named": (_insights(RAISED), _answer(_insights())),
    "an insight of nothing": (_insights(), _answer(_insights(RAISED, sources=[DOWN]))),
    "an insight with other words": (
        _insights(RAISED),
        _answer(_insights({**RAISED, "message": "7 are past due."}, sources=[DOWN])),
    ),
    "fewer of one insight": (
        _insights(VISIT, {**VISIT, "message": "on Friday"}),
        _answer(_insights(VISIT, sources=[DOWN])),
    ),
    "a total that does not count": (
        _insights(RAISED, CUT),
        _answer({"insights": {**_insights(RAISED, CUT, sources=[DOWN])["insights"], "total": 1}}),
    ),
    "a page that names a healthy system": (
        FEED,
        _answer({"feed": _page("c", complete=False, sources=[DOWN, {**DOWN, "system": "CIS"}])}),
    ),
    "internal details of a system": (
        {"note": None},
        _answer({"note": "java.sql.SQLException"}, errors=[_error("note")]),
    ),
}


@pytest.mark.parametrize("case", REPORTED)
def test_reported_differences_are_allowed(case: str) -> None:
    good, bad = REPORTED[case]
    long = LONG if good is FEED else None
    assert silent_differences(_answer(good, "OK"), bad, FAULTY, long and _answer(long, "OK")) == []


@pytest.mark.parametrize("case", HIDDEN)
def test_hidden_differences_are_found(case: str) -> None:
    good, bad = HIDDEN[case]
    assert silent_differences(_answer(good, "OK"), bad, FAULTY, _answer(LONG if good is FEED else good))


def test_a_healthy_system_called_down_is_found() -> None:
    sources = deepcopy(_answer(PARTY, "OK"))
    sources["extensions"]["sources"]["CIS"]["state"] = "DOWN"
    assert silent_differences(_answer(PARTY, "OK"), sources, FAULTY)


@pytest.mark.parametrize("place", ["message", "code"])
def test_foreign_error_texts_are_found(place: str) -> None:
    error = _error("customer", "party")
    (error if place == "message" else error["extensions"])[place] = "db-7 refused"
    assert silent_differences(_answer(PARTY, "OK"), _answer(NO_PARTY, errors=[error]), FAULTY)


def test_ages_inside_insights_may_differ() -> None:
    young, old = ({**FINE, "ageSeconds": age, "asOf": str(age)} for age in (0, 1))
    good = _answer({"insights": _insights(RAISED, sources=(young,))}, "OK")
    bad = _answer({"insights": _insights(RAISED, sources=(old,))}, "OK")
    assert silent_differences(good, bad, FAULTY) == []
