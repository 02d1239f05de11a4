"""Only tokens that the identity provider signed for this gateway name a caller; all others get one answer."""

import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from support.harness import NOW, catalog_text, filled
from support.identity import AUDIENCE, ISSUER, Provider, claims, ec_key, identity_provider, public, rsa_key, token
from support.servers import live
from support.utility import ACCOUNT, utility

from gateway.access.bounds import Bounds
from gateway.app import make_app
from gateway.authentication.credentials import Refused
from gateway.authentication.key_set import KeySet
from gateway.authentication.tokens import TokenVerifier
from gateway.config.caller_settings import CallerSettings
from gateway.config.settings import Config

QUERY = "query($id: ID!) { billingAccount(id: $id) { accountNumber bills { nodes { billNumber } } } }"
BODY = {"query": QUERY, "variables": {"id": ACCOUNT}}
ANSWER = {"errors": [{"message": "Send a valid credential in the header Authorization: Bearer."}]}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class Client:
    def __init__(self, provider: Provider, http: aiohttp.ClientSession) -> None:
        self.provider, self.http = provider, http

    async def post(self, *authorization: str) -> tuple[int, Any, Any]:
        """Status, headers and body of the answer to a request with these Authorization headers."""
        headers = [("authorization", each) for each in authorization]
        async with self.http.post("/graphql", json=BODY, headers=headers) as response:
            return response.status, response.headers, await response.json()

    async def status(self, credential: str) -> int:
        return (await self.post(f"Bearer {credential}"))[0]


@asynccontextmanager
async def gateway(**changed: Any) -> AsyncIterator[Client]:
    async with identity_provider() as provider:
        callers = CallerSettings(
            **{"token_keys": provider.url, "token_issuer": ISSUER, "token_audience": AUDIENCE, **changed}
        )
        config = Config(catalog=Path("memory"), now=NOW, callers=callers)
        app = make_app(config, filled(catalog_text(), utility()))
        async with live(app) as url, aiohttp.ClientSession(url) as http:
            yield Client(provider, http)


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[Client]:  # noqa: ARG001  # its loop lives as long
    async with gateway() as client:
        yield client


async def test_a_token_opens_what_its_scopes_say(at: Client) -> None:
    status, _, body = await at.post(f"Bearer {token()}")
    assert (status, "errors" in body) == (200, False)
    assert body["data"]["billingAccount"]["bills"]["nodes"]
    _, _, narrow = await at.post(f"bearer {token(scope='customer:read other:scope')}")
    assert narrow["data"]["billingAccount"] == {"accountNumber": "1001", "bills": {"nodes": None}}
    assert [each["extensions"]["scope"] for each in narrow["errors"]] == ["billing:read"]


async def test_scopes_may_be_a_list_and_audiences_several(at: Client) -> None:
    assert await at.status(token(scope=["customer:read"], aud=["other", AUDIENCE])) == 200


def with_header(**header: Any) -> str:
    return token(headers=header)


def unsigned(algorithm: str) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'k1'})}.{part(claims())}."


def signed_with_the_public_key() -> str:
    """The confusion of RS256 with HS256: the public key as a secret."""
    secret = rsa_key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = unsigned("HS256").rstrip(".")
    digest = hmac.new(secret, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def refused_tokens() -> dict[str, str]:
    good, now = token(), int(time.time())
    head, body, signature = good.split(".")
    foreign = {**public("k2"), "kid": "k1"}
    return {
        "nothing": "",
        "a word": "secret",
        "two parts": f"{head}.{body}",
        "no signature": f"{head}.{body}.",
        "another body": f"{head}.{token(sub='eve').split('.')[1]}.{signature}",
        "a changed signature": f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        "four parts": f"{good}.{signature}",
        "alg none": unsigned("none"),
        "alg None": unsigned("nOnE"),
        "the public key as secret": signed_with_the_public_key(),
        "an algorithm that is not pinned": token(algorithm="RS512"),
        "a key of another kind": jwt.encode(claims(), ec_key("e"), "ES256", {"kid": "k1"}),
        "another key under its id": jwt.encode(claims(), rsa_key("k2"), "RS256", {"kid": "k1"}),
        "a key that is not in the set": token("k2"),
        "an embedded key": jwt.encode(claims(), rsa_key("k2"), "RS256", {"kid": "k1", "jwk": foreign}),
        "a key by URL": with_header(jku="http://127.0.0.1:9/jwks"),
        "a certificate by URL": with_header(x5u="http://127.0.0.1:9/x5u"),
        "an embedded certificate": with_header(x5c=["MII="]),
        "a critical extension": with_header(crit=["exp"]),
        "expired": token(exp=now - 60),
        "not yet valid": token(nbf=now + 600),
        "issued in the future": token(iat=now + 600),
        "no exp": token(exp=None),
        "exp as text": token(exp="tomorrow"),
        "exp of 400 digits": token(exp=10**400),
        "no sub": token(sub=None),
        "an empty sub": token(sub=""),
        "sub as number": token(sub=7),
        "a sub with a line break": token(sub="a\nb"),
        "a long sub": token(sub="a" * 201),
        "no iss": token(iss=None),
        "another iss": token(iss=f"{ISSUER}/"),
        "no aud": token(aud=None),
        "another aud": token(aud="customer-361"),
        "scope as number": token(scope=7),
        "scope as object": token(scope={"customer:read": True}),
        "a list with numbers as scope": token(scope=["customer:read", 7]),
        "too long": token(padding="x" * 9_000),
        "letters beyond ASCII": "\u00fc.\u00fc.\u00fc",
        "not base64": "!.!.!",
        "a header that is no object": f"{base64.urlsafe_b64encode(b'[]').decode()}.{body}.{signature}",
    }


@pytest.mark.parametrize("name", refused_tokens())
async def test_a_wrong_token_gets_the_same_answer(at: Client, name: str, caplog: pytest.LogCaptureFixture) -> None:
    wrong = refused_tokens()[name]
    with caplog.at_level(logging.WARNING, "gateway"):
        status, headers, body = await at.post(f"Bearer {wrong}")
    expect_refusal(status, headers, body)
    [line] = [each.getMessage() for each in caplog.records if "credential refused" in each.getMessage()]
    assert len(wrong) < 5 or wrong not in line
    assert "http://127.0.0.1:9" not in line


def expect_refusal(status: int, headers: Any, body: Any) -> None:
    assert status == 401
    assert headers["www-authenticate"].startswith("Bearer ")
    assert [each["message"] for each in body["errors"]] == [ANSWER["errors"][0]["message"]]
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "data" not in body


@pytest.mark.parametrize(
    "authorization",
    [(), ("",), ("Bearer",), ("Basic YTpi",), (f"Token {'x' * 20}",), ("Bearer x", "Bearer y")],
    ids=["none", "empty", "no credential", "basic", "another scheme", "two headers"],
)
async def test_a_wrong_header_gets_the_same_answer(at: Client, authorization: tuple[str, ...]) -> None:
    expect_refusal(*await at.post(*authorization))


async def test_a_remembered_token_is_refused_once_it_has_expired() -> None:
    now = time.time()

    async def keys() -> bytes:
        return json.dumps({"keys": [public("k1")]}).encode()

    settings = CallerSettings(token_issuer=ISSUER, token_audience=AUDIENCE, token_leeway=10)
    verifier = TokenVerifier(settings, KeySet(keys, ("RS256",), 0), lambda: now)
    brief = token(exp=int(now) + 600)
    assert (await verifier.caller(brief)).id == "ada"
    now += 605
    assert (await verifier.caller(brief)).id == "ada"
    now += 10
    with pytest.raises(Refused, match="expired"):
        await verifier.caller(brief)


async def test_unknown_keys_do_not_flood_the_provider() -> None:
    async with gateway() as at:
        assert await at.status(token()) == 200
        assert await at.status(token("unknown")) == 401
        assert await at.status(token("also-unknown")) == 401
        assert at.provider.requests == 1  # the pause after the first read is not over


BOUNDED = {"account_claim": "acc", "customer_claim": "cus"}


async def bounds_of(**changed: Any) -> Bounds | None:
    """The bounds of a caller whose token has these claims."""

    async def keys() -> bytes:
        return json.dumps({"keys": [public("k1")]}).encode()

    optional = {"bounds": changed.pop("bounds")} if "bounds" in changed else {}
    settings = CallerSettings(token_issuer=ISSUER, token_audience=AUDIENCE, **BOUNDED, **optional)
    return (await TokenVerifier(settings, KeySet(keys, ("RS256",), 0)).caller(token(**changed))).bounds


async def test_claims_name_the_accounts_and_customers() -> None:
    assert await bounds_of(acc=["A1", "A2"]) == Bounds(accounts=frozenset({"A1", "A2"}))
    assert await bounds_of(acc=[], cus="C") == Bounds(customers=frozenset({"C"}))
    assert await bounds_of(acc=[]) == Bounds()


async def test_a_token_without_bounds_is_refused_unless_they_are_optional() -> None:
    with pytest.raises(Refused, match="no claim of accounts"):
        await bounds_of(account=["A1"])
    assert await bounds_of(bounds="optional") is None


@pytest.mark.parametrize("wrong", [7, {"A1": True}, ["A1", 7], [""], " A1", "A1\n", [["A1"]], True, ""], ids=repr)
async def test_malformed_bounds_refuse_the_token(wrong: Any) -> None:
    for optional in ("required", "optional"):
        with pytest.raises(Refused, match="no list of ids"):
            await bounds_of(acc=wrong, bounds=optional)


async def test_bounds_of_a_token_limit_the_answer() -> None:
    async with gateway(**BOUNDED) as at:
        _, _, body = await at.post(f"Bearer {token(acc=['A1'])}")
        assert body["data"]["billingAccount"]["accountNumber"] == "1001"
        _, _, body = await at.post(f"Bearer {token(acc=['A2'])}")
        assert body == {"data": {"billingAccount": None}}


async def test_without_keys_no_token_is_accepted(tmp_path: Path) -> None:
    async with gateway(token_keys=str(tmp_path / "missing.json")) as at:
        assert await at.status(token()) == 401


async def test_a_claim_says_which_schema_a_token_knows() -> None:
    whole = {"query": "{ sources { state } }"}
    async with gateway(schema_claim="knows") as at:
        for audience, status in (("staff", 200), ("partner", 400)):
            assert (await at.post(f"Bearer {token(knows=audience)}"))[0] == 200
            headers = {"authorization": f"Bearer {token(knows=audience)}"}
            async with at.http.post("/graphql", json=whole, headers=headers) as response:
                assert response.status == status
        for audience in (None, "", "friends", ["partner"], 1):
            expect_refusal(*await at.post(f"Bearer {token(knows=audience)}"))


async def test_keys_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [public("k1")]}))
    async with gateway(token_keys=str(file)) as at:
        assert await at.status(token()) == 200


async def test_without_configured_callers_requests_are_those_of_this_machine() -> None:
    async with gateway(token_keys=None, token_issuer=None, token_audience=None) as at:
        assert (await at.post())[0] == 200
        expect_refusal(*await at.post(f"Bearer {token()}"))


async def test_the_local_agent_needs_no_credential() -> None:
    async with gateway(local_agent="on") as at:
        assert (await at.post())[0] == 200
        assert await at.status(token(scope="")) == 200
        expect_refusal(*await at.post("Bearer wrong"))
