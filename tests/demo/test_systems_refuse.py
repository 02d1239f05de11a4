from urllib.parse import quote

import pytest
from support.demo.tiny_utility import BASIC, KEY, SystemsClient, records

from gateway_demo.systems.auth import TOKEN_SECONDS

NASTY = ["' OR 1=1 --", '"; DROP TABLE call; --', "../../etc/passwd", "%", "a/b", "\0", "é😀"]


@pytest.mark.parametrize(
    ("path", "name", "separator", "most"),
    [("/email/messages", "customerIds", ",", 100), ("/service-orders/orders", "account", None, 100)],
)
async def test_too_many_keys_are_refused(
    caller: SystemsClient, path: str, name: str, separator: str, most: int
) -> None:
    def parameters(count: int) -> list[tuple[str, str]]:
        keys = [f"k{number}" for number in range(count)]
        return [(name, separator.join(keys))] if separator else [(name, key) for key in keys]

    assert (await caller.get(path, *parameters(most)))[0] == 200
    assert (await caller.get(path, *parameters(most + 1)))[0] == 400


@pytest.mark.parametrize("key", NASTY)
async def test_keys_are_bound_in_every_api_style(caller: SystemsClient, key: str) -> None:
    bearer = await caller.bearer()
    path = f"/service/accounts/{quote(key, safe='')}/requests"
    parameters = [
        await caller.get("/crm/customers", ("ids", key), login=KEY),
        await caller.get("/crm/search", ("name", f"x {key}"), login=KEY),
        await caller.get("/field-work/orders", ("id", key)),
        await caller.get("/self-service/tasks", ("account_ids", key)),
        await caller.get("/outage/outages", ("PremiseIds", key)),
        await caller.get("/interactions/notes", ("id", key), login=bearer),
        await caller.post("/contact-center/calls/search", {"callIds": [key]}),
    ]
    assert [(status, records(body)) for status, body in parameters] == [(200, [])] * 7
    assert (await caller.get(path, login=BASIC))[0] == 404


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/email/messages", {}),
        ("/email/messages", {"customerIds": ","}),
        ("/email/messages", {"customerIds": "A", "cursor": "x"}),
        ("/email/messages", {"customerIds": "A", "max": "0"}),
        ("/email/messages", {"customerIds": "A", "max": "9" * 5000}),
        ("/email/messages", {"customerIds": "A", "sentAfter": "2026-11-01T00:00:00"}),
        ("/field-work/orders", {"accountId": "A", "fromMs": "today"}),
        ("/service-orders/orders", {"account": "A", "page": "-1"}),
        ("/service-orders/orders", {"account": "A", "created_to": "9999-12-31"}),
        ("/crm/search", {}),
        ("/crm/search", {"name": "a " * 11}),
        ("/crm/search", {"name": "%"}),
    ],
)
async def test_invalid_parameters_are_refused(caller: SystemsClient, path: str, parameters: dict[str, object]) -> None:
    status, body = await caller.get(path, *parameters.items(), login=KEY)
    assert (status, list(body)) == (400, ["error"])


@pytest.mark.parametrize("body", [[], {"accountIds": 7.5}, {"accountIds": [None]}, {"x": "y"}])
async def test_an_invalid_body_is_refused(caller: SystemsClient, body: object) -> None:
    assert (await caller.post("/contact-center/calls/search", body))[0] == 400


@pytest.mark.parametrize(
    ("path", "parameters"),
    [("/crm/customers", {"ids": "A1"}), ("/crm/search", {"name": "j"}), ("/service/requests/A1", {})],
)
@pytest.mark.parametrize(
    "login", [{}, {"X-Api-Key": "no"}, {"Authorization": "Basic !"}, {"Authorization": "Basic YTpi"}]
)
async def test_a_wrong_login_is_refused(
    caller: SystemsClient, path: str, parameters: dict[str, object], login: dict[str, str]
) -> None:
    assert (await caller.get(path, *parameters.items(), login=login))[0] == 401


@pytest.mark.parametrize("word", ["", "x", "9999999999.x", "9" * 5000 + ".x", "é"])
async def test_a_token_that_was_not_issued_is_refused(caller: SystemsClient, word: str) -> None:
    bearer = {"Authorization": f"Bearer {word}"}
    status, _ = await caller.get("/interactions/notes", ("id", "A1"), login=bearer)
    assert status == 401


async def test_a_token_expires_after_five_minutes(caller: SystemsClient, clock: list[float]) -> None:
    bearer = await caller.bearer()
    clock[0] += TOKEN_SECONDS
    assert (await caller.get("/interactions/notes", ("id", "A1"), login=bearer))[0] == 401


async def test_a_token_is_issued_for_the_right_secret_only(caller: SystemsClient) -> None:
    assert (await caller.token("wrong"))[0] == 401
