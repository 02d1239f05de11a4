"""Masked values are shown for a purpose, to those who may, and only with an entry in the audit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.harness import NEW_YORK, NOW, Gate, Harness, catalog_text, filled
from support.planted import BORN, SSN, planted_tables

from gateway.access.bounds import Bounds
from gateway.access.caller import ALL_SCOPES, Caller, Scope
from gateway.config.reveal_settings import RevealSettings
from gateway.config.settings import Config
from gateway.contract.batch import RequestOptions
from gateway.errors import SourceDown
from gateway.execution.schema import GatewaySchema
from gateway.ids import global_id
from gateway.runtime import open_runtime
from gateway.store.audit import Audit, AuditEntry, AuditFilter
from gateway.store.database import open_store

REVEAL = """mutation($input: RevealInput!) { reveal(input: $input) { values { field path value } } }"""
AGENT = Caller("agent", ALL_SCOPES)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class Desk(Harness):
    """A gateway with an audit."""

    audit: Audit | None = None

    async def reveal(self, caller: Caller = AGENT, **changed: Any) -> Any:
        """The result of revealing the identifiers of a person."""
        request = {"id": PERSON, "fields": ["identifiers.value"], "purpose": "identity-check", **changed}
        self.gate.clear()
        return await self.engine.execute(REVEAL, {"input": request}, None, RequestOptions(request="r1", caller=caller))

    async def entries(self) -> list[AuditEntry]:
        assert self.audit is not None
        return [each async for each in self.audit.entries(AuditFilter()) if isinstance(each, AuditEntry)]


PERSON = global_id("Person", "H")


@asynccontextmanager
async def desk(store: Path | None, **settings: Any) -> AsyncIterator[Desk]:
    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW, reveals=RevealSettings(**settings))
    gate, held = Gate(), planted_tables()
    async with open_store(None if store is None else str(store)) as database:
        audit = None if database is None else Audit(database)
        async with open_runtime(config, filled(catalog_text(), held), gate.wrap, audit=audit) as runtime:
            at = Desk(runtime.engine, gate, held)
            at.audit = audit
            yield at


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path / "store.db") as gateway:
        yield gateway


def code(result: Any) -> Any:
    return result.errors[0]["extensions"]["code"]


async def test_values_are_shown_with_an_entry_in_the_audit(at: Desk) -> None:
    result = await at.reveal(fields=["identifiers.value", "dateOfBirth"])
    assert result.data["reveal"]["values"] == [
        {"field": "identifiers.value", "path": "identifiers.0.value", "value": SSN},
        {"field": "identifiers.value", "path": "identifiers.1.value", "value": "D123-4567-8901"},
        {"field": "dateOfBirth", "path": "dateOfBirth", "value": BORN},
    ]
    [entry] = await at.entries()
    assert replace(entry, at=NOW, id="") == AuditEntry(
        NOW, "agent", "r1", "Person", "H", ("identifiers.value", "dateOfBirth"), "identity-check", ""
    )


async def test_other_fields_stay_masked(at: Desk) -> None:
    await at.reveal()
    query = "query($id: ID!) { node(id: $id) { ... on Person { identifiers { value } } } }"
    identifiers = (await at.ask(query, id=PERSON))["node"]["identifiers"]
    assert all("***" in each["value"] for each in identifiers)


async def test_one_operation_reveals_what_it_names_only(at: Desk) -> None:
    query = """mutation($input: RevealInput!) { reveal(input: $input) { values { path } } again: reveal(input: $input)
      { values { path } } }"""
    request = {"id": PERSON, "fields": ["dateOfBirth"], "purpose": "legal"}
    result = await at.engine.execute(query, {"input": request})
    assert result.data["reveal"] == result.data["again"] == {"values": [{"path": "dateOfBirth"}]}
    assert len(await at.entries()) == 2


async def test_without_the_scope_nothing_is_asked(at: Desk) -> None:
    result = await at.reveal(Caller("agent", ALL_SCOPES - {Scope.PII_REVEAL}))
    assert (result.data, code(result), at.gate.batches) == ({"reveal": None}, "FORBIDDEN", [])
    assert await at.entries() == []


async def test_the_scope_of_the_record_is_needed_too(at: Desk) -> None:
    result = await at.reveal(Caller("agent", frozenset({Scope.PII_REVEAL})))
    assert (result.data, code(result), at.gate.batches) == ({"reveal": None}, "FORBIDDEN", [])
    assert await at.entries() == []


async def test_a_record_out_of_bounds_looks_like_none(at: Desk) -> None:
    bounded = Caller("agent", ALL_SCOPES, bounds=Bounds(accounts=frozenset({"other"})))
    foreign, missing = await at.reveal(bounded), await at.reveal(bounded, id=global_id("Person", "none"))
    assert foreign.data == missing.data == {"reveal": None}
    assert foreign.errors == missing.errors == []
    assert await at.entries() == []


@pytest.mark.parametrize(
    ("changed", "argument"),
    [
        ({"purpose": "curiosity"}, "input.purpose"),
        ({"purpose": ""}, "input.purpose"),
        ({"fields": []}, "input.fields"),
        ({"fields": ["name"]}, "input.fields"),
        ({"fields": ["dateOfBirth", "identifiers"]}, "input.fields"),
        ({"fields": ["customers.party.dateOfBirth"]}, "input.fields"),
        ({"fields": ["dateOfBirth } } __schema { types { name"]}, "input.fields"),
        ({"id": "junk"}, "id"),
    ],
)
async def test_a_wrong_request_is_refused(at: Desk, changed: dict[str, Any], argument: str) -> None:
    result = await at.reveal(**changed)
    assert (result.data, code(result), at.gate.batches) == ({"reveal": None}, "BAD_INPUT", [])
    assert result.errors[0]["extensions"]["argument"] == argument
    assert await at.entries() == []


async def test_without_a_store_nothing_is_revealed() -> None:
    async with desk(None) as at:
        result = await at.reveal()
        assert (result.data, code(result), at.gate.batches) == ({"reveal": None}, "UNAVAILABLE", [])


async def test_no_audit_no_value(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:  # a folder is no database
        result = await at.reveal()
        assert (result.data, code(result)) == ({"reveal": None}, "UNAVAILABLE")


async def test_a_failed_system_leaves_no_entry(at: Desk) -> None:
    at.gate.down["CRM"] = SourceDown
    result = await at.reveal()
    assert (result.data, code(result)) == ({"reveal": None}, "SOURCE_DOWN")
    assert await at.entries() == []


async def test_reveals_of_a_caller_are_limited(tmp_path: Path) -> None:
    async with desk(tmp_path / "store.db", per_hour=2) as at:
        results = [await at.reveal() for _ in range(3)]
        assert [result.data["reveal"] is None for result in results] == [False, False, True]
        assert code(results[2]) == "RATE_LIMITED"
        assert results[2].errors[0]["extensions"]["limit"] == 2
        assert (await at.reveal(Caller("other", ALL_SCOPES))).data["reveal"]
        assert len(await at.entries()) == 3


def test_every_masked_field_of_a_record_can_be_revealed() -> None:
    revealable = GatewaySchema().revealable
    assert revealable["Person"] == {"dateOfBirth", "identifiers.value", "contactPoints.value", "specialNeeds.equipment"}
    assert "transcript.text" in revealable["Chat"]
    assert "notes.text" in revealable["Interaction"]
    assert revealable["Bill"] == set()


def test_partners_have_no_mutations() -> None:
    assert GatewaySchema().for_audience("partner")._schema.mutation_type is None  # noqa: SLF001  # no other way
