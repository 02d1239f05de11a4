"""Status of systems: a failing system affects its own fields only, and the answer reports it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from support.documents import document
from support.harness import KINDS, Harness, catalog_text, harness
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.contract.batch import Lookup, Row
from gateway.errors import (
    InvalidResponse,
    InvalidRow,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamUnauthorized,
)
from gateway.resolvers.graph.record import SourceSystem

SOURCES = "{ sources { system state retryable message } }"
MISSING = "{ sources { system missingFields } }"
SYSTEMS = [each.name for each in SourceSystem if any(cls.SYSTEM is each for cls in KINDS.values())]
VOLATILE = {"ageSeconds", "asOf", "endCursor"}
STATES = {SourceDown: "DOWN", SourceTimeout: "TIMEOUT", UpstreamUnauthorized: "FORBIDDEN", InvalidResponse: "DOWN"}
Path = tuple[str | int, ...]
# The front ends' own query, with the sources of the insights.
THREE_SIXTY = document("customer-360").replace("insights {", "insights { sources { system state }")


async def three_sixty(at: Harness) -> tuple[Any, list[dict[str, Any]]]:
    """The data and the errors of the 360 query."""
    result = await at.answer(THREE_SIXTY, customer=CUSTOMER)
    return result.data, result.errors


def differences(sound: Any, dead: Any, path: Path = ()) -> Iterator[Path]:
    """The outermost paths at which two answers differ, without ages and cursors."""
    if isinstance(sound, dict) and isinstance(dead, dict) and sound.keys() == dead.keys():
        for name in sound.keys() - VOLATILE:
            yield from differences(sound[name], dead[name], (*path, name))
    elif isinstance(sound, list) and isinstance(dead, list) and len(sound) == len(dead):
        for number, (one, other) in enumerate(zip(sound, dead, strict=True)):
            yield from differences(one, other, (*path, number))
    elif sound != dead:
        yield path


def at_path(data: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        data = data[step]
    return data


def value_of(state: Path) -> Path:
    """The path of the value that a state stands beside."""
    return (*state[:-1], str(state[-1]).removesuffix("State"))


def owned_up(data: Any, path: Path, system: str) -> bool:
    """Whether a list around this path reports the system as down."""
    for end in range(len(path), 0, -1):
        inside = at_path(data, path[:end])
        sources = inside.get("sources") if isinstance(inside, dict) else None
        if sources is not None:
            return any(each["system"] == system and each["state"] == "DOWN" for each in sources)
    return False


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_failing_system_changes_only_fields_that_report_it(alone: Harness, system: str) -> None:
    sound, none = await three_sixty(alone)
    assert none == []
    alone.gate.down = {system: SourceDown}
    dead, errors = await three_sixty(alone)
    failed = {tuple(each["path"]) for each in errors}
    assert {each["extensions"]["source"] for each in errors} <= {system}
    changed = list(differences(sound, dead))
    assert changed
    for path in changed:
        excused = any(path == each[: len(path)] or each == path[: len(each)] for each in failed)
        excused |= at_path(dead, path) == "UNKNOWN" and value_of(path) in failed
        assert excused or owned_up(dead, path, system), path


@pytest.mark.parametrize("system", SYSTEMS)
async def test_errors_are_only_at_fields_of_the_failing_system(alone: Harness, system: str) -> None:
    alone.gate.down = {system: SourceDown}
    data, errors = await three_sixty(alone)
    if data["customer"] is None:
        assert [each["path"] for each in errors] == [["customer"]]
        return
    for each in errors:
        assert at_path(data, tuple(each["path"])) is None
        assert each["extensions"]["code"] == "SOURCE_DOWN"


@pytest.mark.parametrize("error", STATES, ids=lambda each: each.__name__)
async def test_each_kind_of_failure_has_its_own_state(alone: Harness, error: type[SourceError]) -> None:
    alone.gate.down = {"PAYMENTS": error}
    data, errors = await three_sixty(alone)
    account = data["customer"]["accounts"][0]
    assert account["payments"]["sources"][0]["state"] == STATES[error]
    assert not account["activities"]["complete"]
    assert {each["extensions"]["code"] for each in errors} == {error.code}
    assert {each["extensions"]["retryable"] for each in errors} == {error.retryable}


async def test_every_answering_system_is_ok(at: Harness) -> None:
    statuses = (await at.ask(SOURCES))["sources"]
    assert {each["system"] for each in statuses} == {each.name for each in SourceSystem}
    assert {each["state"] for each in statuses if each["system"] in SYSTEMS} == {"OK"}
    assert {each["message"] for each in statuses if each["state"] == "OK"} == {None}


async def test_a_system_without_lookups_is_not_configured() -> None:
    async with harness(utility(1), text=catalog_text(["CONTACT_CENTER", "OUTAGE"])) as at:
        states = {each["system"]: each for each in (await at.ask(SOURCES))["sources"]}
        missing = {name for name in SYSTEMS if states[name]["state"] == "NOT_CONFIGURED"}
        assert missing == {"CONTACT_CENTER", "OUTAGE"}
        assert not states["OUTAGE"]["retryable"]


async def test_systems_that_are_not_configured_cause_no_errors() -> None:
    optional = ["CONTACT_CENTER", "EMAIL", "SELF_SERVICE", "OUTAGE", "FIELD_WORK", "INTERACTIONS"]
    async with harness(utility(2), text=catalog_text(optional)) as at:
        data, errors = await three_sixty(at)
        assert errors == []
        account = data["customer"]["accounts"][0]
        assert account["activities"]["complete"]
        assert (account["outages"], account["fieldOrders"]["nodes"]) == (None, None)
        [source] = data["customer"]["interactions"]["sources"]
        assert (source["system"], source["state"], source["needsNotice"]) == ("INTERACTIONS", "NOT_CONFIGURED", False)


PLACES = """query($id: ID!) { billingAccount(id: $id) {
  premises { id } serviceAgreements { servicePoints { id } } } }"""


@pytest.mark.parametrize(("record", "counts"), [("Premise", (0, 1)), ("ServicePoint", (1, 0))])
async def test_records_without_a_lookup_are_null_not_empty(record: str, counts: tuple[int, int]) -> None:
    tables = utility(1)
    tables["ServiceAgreement"][0]["service_point_ids"] = ["S1"]
    async with harness(tables, text=catalog_text([record])) as at:
        account = (await at.ask(PLACES, id=ACCOUNT))["billingAccount"]
    lists = account["premises"], account["serviceAgreements"][0]["servicePoints"]
    assert tuple(each and len(each) for each in lists) == tuple(each or None for each in counts)


async def test_an_empty_list_of_keys_is_an_empty_list() -> None:
    tables = utility(1)
    tables["ServiceAgreement"][0]["service_point_ids"] = []
    async with harness(tables, text=catalog_text(["ServicePoint"])) as at:
        account = (await at.ask(PLACES, id=ACCOUNT))["billingAccount"]
    assert account["serviceAgreements"] == [{"servicePoints": []}]


async def test_recent_results_decide_the_status_of_a_system(at: Harness) -> None:
    at.gate.down = {"PAYMENTS": SourceDown}
    await three_sixty(at)
    states = {each["system"]: each["state"] for each in (await at.ask(SOURCES))["sources"]}
    assert (states["PAYMENTS"], states["BILLING"]) == ("DOWN", "OK")
    at.gate.down = {}
    await three_sixty(at)
    states = {each["system"]: each["state"] for each in (await at.ask(SOURCES))["sources"]}
    assert states["PAYMENTS"] == "OK"


@pytest.mark.parametrize("odd", [InvalidRow, UpstreamBadRequest, UpstreamUnauthorized], ids=lambda each: each.__name__)
async def test_errors_of_one_key_leave_the_system_ok(at: Harness, odd: type[SourceError]) -> None:
    at.gate.down = {"C1": odd}
    result = await at.answer('{ customer(customerNumber: "C1") { id } }')
    assert [each["extensions"]["code"] for each in result.errors] == [odd.code]
    states = {each["system"]: each["state"] for each in (await at.ask(SOURCES))["sources"]}
    assert states["CRM"] == "OK"


async def test_a_system_that_refuses_several_keys_is_down(at: Harness) -> None:
    at.gate.down = {"C1": _refused, "C2": _refused}
    report = {}
    for number in ("C1", "C2"):
        result = await at.answer(f'{{ customer(customerNumber: "{number}") {{ id }} }}')
        report = result.sources["CRM"]
    assert report["state"] == "PARTIAL"
    states = {each["system"]: each["state"] for each in (await at.ask(SOURCES))["sources"]}
    assert states["CRM"] == "DOWN"


def _refused(source: str) -> SourceError:
    return UpstreamBadRequest(source, of_keys=True)


async def test_concurrent_status_queries_share_one_probe_per_system() -> None:
    async with harness({}) as at:
        probed: list[str] = []

        async def probe(lookup: Lookup) -> tuple[Row, ...]:
            probed.append(lookup.source)
            await asyncio.sleep(0)
            return ()

        at.engine.finder.source_health.probes = dict.fromkeys(at.engine.finder.source_health.probes, probe)
        await asyncio.gather(*(at.ask(SOURCES) for _ in range(50)))
    assert sorted(probed) == sorted(SYSTEMS)


async def test_a_field_of_no_row_is_named_at_its_system(at: Harness) -> None:
    days = [f"2026-{month:02}-01" for month in range(1, 11)] * 2
    at.held["Bill"] = [row("Bill", id=str(n), account_id="A1", issued_on=day) for n, day in enumerate(days)]
    await at.ask("query($id: ID!) { billingAccount(id: $id) { bills(first: 20) { nodes { dueOn } } } }", id=ACCOUNT)
    named = {each["system"]: each["missingFields"] for each in (await at.ask(MISSING))["sources"]}
    assert "Bill by account_id: due_on" in named["BILLING"]
    assert "Bill by account_id: issued_on" not in named["BILLING"]
    assert all(not name.startswith("Bill ") for name in named["CRM"])
