"""What a document asks for, as its fields declare it, is what systems are asked."""

from collections.abc import AsyncIterator

import pytest
from support.documents import NAMES, document, operations
from support.harness import Harness, harness
from support.utility import VARIABLES, utility

from gateway.limits.document_size import fragments_of
from gateway.limits.explanation import Explainer, Explanation
from gateway.resolvers.records import RECORDS

DECLARED = (
    "ActivitiesDrawer",
    "Collections",
    "Interactions",
    "UsageTab",
    "BalanceWidget",
    "LastBillWidget",
    "OutageWidget",
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def at() -> AsyncIterator[Harness]:
    async with harness(utility()) as gateway:
        yield gateway


def explained(at: Harness, text: str, name: str | None = None) -> Explanation:
    prepared = at.engine.schema.documents.get(text)
    operation = prepared.operation(name)
    assert operation is not None
    assert prepared.parsed is not None
    explainer = Explainer(at.engine.schema.costs, RECORDS, at.engine.finder.catalog.entries)
    return explainer.explain(operation, fragments_of(prepared.parsed))


@pytest.mark.parametrize("name", NAMES)
async def test_systems_are_asked_what_is_explained(at: Harness, name: str) -> None:
    for operation in operations(name):
        explanation = explained(at, document(name), operation)
        await at.answer(document(name), operation, **VARIABLES)
        lookups = {batch.lookup.name for batch in at.gate.batches}
        if operation in DECLARED:
            assert explanation.undeclared == set()
        if not explanation.undeclared:
            assert lookups <= {question.lookup for question in explanation.questions}
            assert len(at.gate.rounds) <= explanation.rounds


async def test_a_document_is_explained_round_by_round(at: Harness) -> None:
    text = (
        'fragment B on Bill { id segments { id } } { billingAccount(accountNumber: "1") { bills { nodes { ...B } } } }'
    )
    explanation = explained(at, text)
    assert [(each.round, each.system, each.lookup) for each in explanation.questions] == [
        (1, "CIS", "BillingAccount by account_number"),
        (2, "BILLING", "Bill by account_id"),
        (3, "BILLING", "BillSegment by bill_id"),
    ]
    assert explanation.scopes == {"customer:read", "billing:read"}


async def test_fields_that_ask_more_than_they_declare_are_named(at: Harness) -> None:
    explanation = explained(
        at, '{ search(text: "ada") { totalHits: __typename } billingAccount(id: "x") { insights { total } } }'
    )
    assert explanation.undeclared == {"Query.search", "BillingAccount.insights"}


async def test_fields_with_personal_data_are_named(at: Harness) -> None:
    text = '{ customer(id: "x") { customerNumber party { name ... on Person { dateOfBirth specialNeeds { kind } } } } }'
    assert explained(at, text).personal == {"Person.dateOfBirth"}


async def test_introspection_asks_nothing(at: Harness) -> None:
    assert explained(at, "{ __schema { types { name } } __typename }") == Explanation()
