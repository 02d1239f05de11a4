"""An answer is in the language that its request asks for, and says so."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from support.harness import Tables
from support.rows import row
from support.telemetry.served import served

TABLES: Tables = {
    "BillingAccount": [row("BillingAccount", id="A1", account_number="C1", status="ACTIVE") | {"currency": "USD"}],
    "AccountBalance": [row("AccountBalance", account_id="A1", current="265.32", past_due="1265.32")],
}
QUERY = """query($n: String!) { billingAccount(accountNumber: $n) {
  statusLabel balance { current { formatted british: formatted(locale: "en-GB") } }
  insights(areas: [BILLING]) { all { code title message facts { name text } } } } }"""


async def answer(
    http: aiohttp.ClientSession, headers: Mapping[str, str], extensions: Any = None
) -> aiohttp.ClientResponse:
    body = {"query": QUERY, "variables": {"n": "C1"}, "extensions": extensions}
    response = await http.post("/graphql", json=body, headers=headers)
    await response.read()
    return response


async def past_due(response: aiohttp.ClientResponse) -> Any:
    account = (await response.json())["data"]["billingAccount"]
    [insight] = [each for each in account["insights"]["all"] if each["code"] == "PAST_DUE"]
    return insight["title"], insight["message"], account["statusLabel"], account["balance"]["current"]["formatted"]


ENGLISH = ("Past due", "$1,265.32 is past due.", "Active", "$265.32")
SPANISH = ("Vencido", "Hay $1,265.32 vencidos.", "Activa", "$265.32")
BRITISH = ("Past due", "US$1,265.32 is past due.", "Active", "US$265.32")


@pytest.mark.parametrize(
    ("header", "extensions", "language", "texts"),
    [
        ("de", None, "en-US", ENGLISH),
        ("es-CO, en;q=0.5", None, "es-US", SPANISH),
        ("en-GB", None, "en-GB", BRITISH),
        ("en", {"locale": "es-US"}, "es-US", SPANISH),
        ("es", {"locale": "en-us"}, "en-US", ENGLISH),
    ],
)
async def test_texts_are_in_the_language_of_the_request(
    header: str, extensions: Any, language: str, texts: tuple[str, ...]
) -> None:
    async with served(TABLES) as http:
        response = await answer(http, {"accept-language": header}, extensions)
        assert response.headers["content-language"] == language
        assert "accept-language" in response.headers["vary"].lower()
        assert await past_due(response) == texts


async def test_the_argument_of_a_field_is_stronger_than_the_request() -> None:
    async with served(TABLES) as http:
        body = await (await answer(http, {"accept-language": "es"})).json()
    assert body["data"]["billingAccount"]["balance"]["current"]["british"] == "US$265.32"


@pytest.mark.parametrize("wish", ["de-DE", "es", 1, ["es-US"], {}])
async def test_a_locale_without_texts_is_refused(wish: object) -> None:
    async with served(TABLES) as http:
        response = await answer(http, {}, {"locale": wish})
        [error] = (await response.json())["errors"]
    assert response.status == 400
    assert (error["extensions"]["reason"], error["extensions"]["argument"]) == ("UNKNOWN_LOCALE", "extensions.locale")
    assert "es-US" in error["message"]


async def test_requests_at_one_time_keep_their_languages() -> None:
    async with served(TABLES) as http:
        responses = await asyncio.gather(*(answer(http, {"accept-language": name}) for name in ("es", "en") * 10))
        assert [await past_due(each) for each in responses] == [SPANISH, ENGLISH] * 10
