"""What a dead system costs: its own fields, said where they are missing, and nothing else."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from support.documents import document
from support.utility import ACCOUNT, CUSTOMER, utility
from support.world import KINDS, World, catalog_text, world

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
from gateway.resolvers.graph.systems import SourceSystem

SOURCES = "{ sources { system state retryable message } }"
SYSTEMS = [each.name for each in SourceSystem if any(cls.SYSTEM is each for cls in KINDS.values())]
VOLATILE = {"ageSeconds", "asOf", "endCursor"}
STATES = {
    SourceDown: "DOWN",
    SourceTimeout: "TIMEOUT",
    UpstreamUnauthorized: "FORBIDDEN",
    InvalidResponse: "DOWN",
}
Path = tuple[str | int, ...]
# As the front ends ask, and which systems the insights were made from.
THREE_SIXTY = document("customer-360").replace("insights {", "insights { sources { system state }")


async def three_sixty(at: World) -> tuple[Any, list[dict[str, Any]]]:
    """The answer to the 360, and its errors."""
    result = await at.answer(THREE_SIXTY, customer=CUSTOMER)
    return result.data, result.errors


def differences(sound: Any, dead: Any, path: Path = ()) -> Iterator[Path]:
    """Where two answers differ: the outermost places, ages and cursors aside."""
    if isinstance(sound, dict) and isinstance(dead, dict) and sound.keys() == dead.keys():
        for name in sound.keys() - VOLATILE:
            yield from differences(sound[name], dead[name], (*path, name))
    elif isinstance(sound, list) and isinstance(dead, list) and len(sound) == len(dead):
        for number, (one, other) in enumerate(zip(sound, dead, strict=True)):
            yield from differences(one, other, (*path, number))
    elif sound != dead:
        yield path


def at_path(data: Any, path: Path) -> Any:
    """What stands at this place."""
    for step in path:
        data = data[step]
    return data


def owned_up(data: Any, path: Path, system: str) -> bool:
    """Whether a list that holds this place says that the system is missing."""
    for end in range(len(path), 0, -1):
        inside = at_path(data, path[:end])
        told = inside.get("sources") if isinstance(inside, dict) else None
        if told is not None:
            return any(each["system"] == system and each["state"] == "DOWN" for each in told)
    return False


@pytest.mark.parametrize("system", SYSTEMS)
async def test_the_360_without_one_system_is_the_360_but_for_what_it_says_is_missing(
    alone: World, system: str
) -> None:
    sound, none = await three_sixty(alone)
    assert none == []
    alone.gate.down = {system: SourceDown}
    dead, errors = await three_sixty(alone)
    told = {tuple(each["path"]) for each in errors}
    assert {each["extensions"]["source"] for each in errors} <= {system}
    changed = list(differences(sound, dead))
    assert changed
    for path in changed:
        excused = any(path == each[: len(path)] or each == path[: len(each)] for each in told)
        assert excused or owned_up(dead, path, system), path


@pytest.mark.parametrize("system", SYSTEMS)
async def test_no_error_is_about_what_another_system_holds(alone: World, system: str) -> None:
    alone.gate.down = {system: SourceDown}
    data, errors = await three_sixty(alone)
    if data["customer"] is None:
        assert [each["path"] for each in errors] == [["customer"]]
        return
    for each in errors:
        assert at_path(data, tuple(each["path"])) is None
        assert each["extensions"]["code"] == "SOURCE_DOWN"


@pytest.mark.parametrize("error", STATES, ids=lambda each: each.__name__)
async def test_how_a_system_failed_is_told_as_it_was(alone: World, error: type[SourceError]) -> None:
    alone.gate.down = {"PAYMENTS": error}
    data, errors = await three_sixty(alone)
    account = data["customer"]["accounts"][0]
    assert account["payments"]["sources"][0]["state"] == STATES[error]
    assert not account["activities"]["complete"]
    assert {each["extensions"]["code"] for each in errors} == {error.code}
    assert {each["extensions"]["retryable"] for each in errors} == {error.retryable}


async def test_every_system_answers_and_says_so(at: World) -> None:
    told = (await at.ask(SOURCES))["sources"]
    assert {each["system"] for each in told} == {each.name for each in SourceSystem}
    assert {each["state"] for each in told if each["system"] in SYSTEMS} == {"OK"}
    assert {each["message"] for each in told if each["state"] == "OK"} == {None}


async def test_a_system_nobody_connected_is_not_configured() -> None:
    async with world(utility(1), text=catalog_text(["CONTACT_CENTER", "OUTAGE"])) as at:
        told = {each["system"]: each for each in (await at.ask(SOURCES))["sources"]}
        missing = {name for name in SYSTEMS if told[name]["state"] == "NOT_CONFIGURED"}
        assert missing == {"CONTACT_CENTER", "OUTAGE"}
        assert not told["OUTAGE"]["retryable"]


async def test_without_the_systems_that_are_not_configured_the_360_has_no_errors() -> None:
    optional = ["CONTACT_CENTER", "EMAIL", "SELF_SERVICE", "OUTAGE", "FIELD_WORK", "INTERACTIONS"]
    async with world(utility(2), text=catalog_text(optional)) as at:
        data, errors = await three_sixty(at)
        assert errors == []
        account = data["customer"]["accounts"][0]
        assert account["activities"]["complete"]
        assert (account["outages"], account["fieldOrders"]["nodes"]) == (None, None)
        assert data["customer"]["interactions"]["sources"] == [
            {"system": "INTERACTIONS", "state": "NOT_CONFIGURED"}
        ]


PLACES = """query($id: ID!) { billingAccount(id: $id) {
  premises { id } serviceAgreements { servicePoints { id } } } }"""


@pytest.mark.parametrize(("record", "known"), [("Premise", (0, 1)), ("ServicePoint", (1, 0))])
async def test_what_is_named_and_kept_by_nobody_is_unknown_and_no_empty_list(
    record: str, known: tuple[int, int]
) -> None:
    tables = utility(1)
    tables["ServiceAgreement"][0]["service_point_ids"] = ["S1"]
    async with world(tables, text=catalog_text([record])) as at:
        account = (await at.ask(PLACES, id=ACCOUNT))["billingAccount"]
    lists = account["premises"], account["serviceAgreements"][0]["servicePoints"]
    assert tuple(each and len(each) for each in lists) == tuple(each or None for each in known)


async def test_what_names_none_is_known_to_have_none() -> None:
    tables = utility(1)
    tables["ServiceAgreement"][0]["service_point_ids"] = []
    async with world(tables, text=catalog_text(["ServicePoint"])) as at:
        account = (await at.ask(PLACES, id=ACCOUNT))["billingAccount"]
    assert account["serviceAgreements"] == [{"servicePoints": []}]


async def test_what_was_heard_of_a_system_a_moment_ago_is_what_it_is_said_to_be(at: World) -> None:
    at.gate.down = {"PAYMENTS": SourceDown}
    await three_sixty(at)
    told = {each["system"]: each["state"] for each in (await at.ask(SOURCES))["sources"]}
    assert (told["PAYMENTS"], told["BILLING"]) == ("DOWN", "OK")
    at.gate.down = {}
    await three_sixty(at)
    told = {each["system"]: each["state"] for each in (await at.ask(SOURCES))["sources"]}
    assert told["PAYMENTS"] == "OK"


@pytest.mark.parametrize(
    "odd", [InvalidRow, UpstreamBadRequest, UpstreamUnauthorized], ids=lambda each: each.__name__
)
async def test_what_one_customer_brings_about_is_no_trouble_of_the_system(
    at: World, odd: type[SourceError]
) -> None:
    at.gate.down = {"C1": odd}
    result = await at.answer('{ customer(customerNumber: "C1") { id } }')
    assert [each["extensions"]["code"] for each in result.errors] == [odd.code]
    told = {each["system"]: each["state"] for each in (await at.ask(SOURCES))["sources"]}
    assert told["CRM"] == "OK"


async def test_many_who_ask_how_systems_are_doing_at_once_ask_each_system_once() -> None:
    async with world({}) as at:
        asked: list[str] = []

        async def probe(lookup: Lookup) -> tuple[Row, ...]:
            asked.append(lookup.source)
            await asyncio.sleep(0)
            return ()

        at.engine.finder.source_health.probes = dict.fromkeys(at.engine.finder.source_health.probes, probe)
        await asyncio.gather(*(at.ask(SOURCES) for _ in range(50)))
    assert sorted(asked) == sorted(SYSTEMS)
