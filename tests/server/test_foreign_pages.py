"""Pages of other origins: they read answers only where an operator allows it, and write nothing."""

import aiohttp
import pytest
from support.raw_http import GOOD
from support.telemetry.served import served

PORTAL = "https://portal.example"
QUERY = {"query": "{ __typename }"}
PREFLIGHT = {
    "Origin": PORTAL,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}


def granted(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items() if name.lower().startswith("access-")}


async def test_no_origin_may_read_by_default() -> None:
    async with served() as http:
        async with http.post("/graphql", json=QUERY, headers={"Origin": PORTAL}) as response:
            assert (response.status, granted(response)) == (200, {})
        async with http.options("/graphql", headers=PREFLIGHT) as response:
            assert (response.status, granted(response)) == (405, {})


async def test_a_listed_origin_may_read() -> None:
    async with served(cors_origins=(PORTAL,)) as http:
        async with http.options("/graphql", headers=PREFLIGHT) as response:
            grants = granted(response)
            assert response.status == 200
            assert grants["access-control-allow-origin"] == PORTAL
            assert "access-control-allow-credentials" not in grants
        async with http.post("/graphql", json=QUERY, headers={"Origin": PORTAL}) as response:
            assert granted(response)["access-control-allow-origin"] == PORTAL
            assert response.headers["x-content-type-options"] == "nosniff"
            assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    ["null", "https://portal.example.evil", "https://evil-portal.example", "http://portal.example", f"{PORTAL}:8443"],
)
async def test_other_origins_may_not_read(origin: str) -> None:
    async with served(cors_origins=(PORTAL,)) as http:
        async with http.options("/graphql", headers={**PREFLIGHT, "Origin": origin}) as response:
            assert response.status == 400
            assert "access-control-allow-origin" not in granted(response)
        async with http.post("/graphql", json=QUERY, headers={"Origin": origin}) as response:
            assert "access-control-allow-origin" not in granted(response)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain;application/json",
    ],
)
async def test_what_a_form_can_send_is_refused(content_type: str) -> None:
    async with served() as http, http.post("/graphql", data=GOOD, headers={"Content-Type": content_type}) as response:
        assert response.status == 400
        assert (await response.json())["errors"][0]["extensions"]["reason"] == "INVALID_REQUEST"


async def test_a_link_has_no_effect() -> None:
    arguments = 'id: "UGVyc29uOkg", fields: ["dateOfBirth"], purpose: "legal"'
    mutation = f"mutation {{ reveal(input: {{{arguments}}}) {{ values {{ value }} }} }}"
    async with served() as http:
        async with http.get("/graphql", params={"query": mutation}) as response:
            assert (response.status, response.headers["allow"]) == (405, "POST")
            assert "data" not in await response.json()
        async with http.post("/graphql", json={"query": mutation}) as response:
            assert (response.status, (await response.json())["data"]) == (200, {"reveal": None})
