import pytest
from support.demo.tiny_utility import BASIC, HOUR, KEY, NOON, SystemsClient, ids

UP = ["A0", "A1", "A2", "A3", "A4", "A5", "A6"]
DOWN = ["A1", "A0", "A3", "A2", "A5", "A4", "A6"]


async def test_crm_takes_a_comma_list_and_skips_unknown_keys(caller: SystemsClient) -> None:
    _, body = await caller.get("/crm/customers", ("ids", "A1,B2,nobody"), login=KEY)
    assert sorted(ids(body)) == ["A1", "B2"]


@pytest.mark.parametrize("path", ["/crm/customers", "/crm/restrictions"])
async def test_crm_finds_by_party(caller: SystemsClient, path: str) -> None:
    _, body = await caller.get(path, ("partyIds", "A"), login=KEY)
    assert sorted(ids(body)) == UP


async def test_service_takes_keys_in_paths_and_pages_by_offset(caller: SystemsClient) -> None:
    path, seen = "/service/accounts/A/requests", []
    for offset in (0, 3, 6):
        _, body = await caller.get(path, ("limit", 3), ("offset", offset), login=BASIC)
        assert body["total"] == 7
        seen += ids(body)
    assert seen == UP


async def test_service_returns_a_single_request_without_envelope(caller: SystemsClient) -> None:
    assert (await caller.get("/service/requests/B3", login=BASIC))[1]["id"] == "B3"


@pytest.mark.parametrize("path", ["/service/accounts/nobody/requests", "/service/requests/nobody"])
async def test_service_returns_404_for_an_unknown_key(caller: SystemsClient, path: str) -> None:
    assert (await caller.get(path, login=BASIC))[0] == 404


async def test_service_returns_an_empty_list_for_an_empty_window(caller: SystemsClient) -> None:
    since = ("from", "2030-01-01T00:00:00Z")
    status, body = await caller.get("/service/accounts/A/requests", since, login=BASIC)
    assert (status, body) == (200, {"items": [], "total": 0})


async def test_service_orders_repeat_the_parameter_and_number_pages(caller: SystemsClient) -> None:
    seen = []
    for number in (1, 2, 3):
        parameters = ("account", "A"), ("account", "B"), ("page", number), ("page_size", 5)
        _, body = await caller.get("/service-orders/orders", *parameters)
        assert body["meta"] == {"page": number, "total_pages": 3, "total": 14}
        seen += ids(body)
    assert len(seen) == len(set(seen)) == 14


async def test_field_work_pages_by_a_relative_link(caller: SystemsClient) -> None:
    path, seen = "/field-work/orders?accountId=A&accountId=B&pageSize=3", []
    while path:
        assert path.startswith("/field-work")
        _, body = await caller.get(path)
        seen += ids(body)
        path = body["links"]["next"]
    assert seen[:4] == ["B1", "B0", "A1", "A0"]
    assert len(seen) == len(set(seen)) == 14


async def test_interactions_page_by_an_absolute_link(caller: SystemsClient, address: str) -> None:
    bearer, seen = await caller.bearer(), []
    path = f"{address}/interactions/interactions?account_id=A&account_id=é%26b&page_size=2"
    while path:
        assert path.startswith(address)
        _, body = await caller.get(path, login=bearer)
        seen += ids(body)
        path = body["meta"]["next"]
    assert seen == DOWN


async def test_contact_center_takes_its_keys_in_the_body(caller: SystemsClient) -> None:
    seen = []
    for number in (1, 2, 3):
        body = {"accountIds": ["A", "nobody", "B"], "page": number, "page-size": 6}
        _, body = await caller.post("/contact-center/calls/search", body)
        assert body["meta"] == {"totalRecords": 14, "totalPages": 3}
        seen += ids(body)
    assert len(seen) == len(set(seen)) == 14


async def test_email_pages_by_a_cursor(caller: SystemsClient) -> None:
    cursor, seen = {}, []
    while cursor is not None:
        parameters = ("customerIds", "A"), ("max", 4), *cursor.items()
        _, body = await caller.get("/email/messages", *parameters)
        seen += ids(body)
        cursor = body["nextCursor"] and {"cursor": body["nextCursor"]}
    assert seen == UP


async def test_self_service_limits_each_key_and_returns_a_bare_list(caller: SystemsClient) -> None:
    _, body = await caller.get("/self-service/tasks", ("account_ids", "A,B"), ("limit_per_key", 3))
    assert ids(body) == ["A1", "A0", "A3", "B1", "B0", "B3"]


async def test_outage_ignores_paging_parameters(caller: SystemsClient) -> None:
    parameters = ("PremiseIds", "A,B"), ("limit", 1), ("since", "2030-01-01")
    _, body = await caller.get("/outage/calls", *parameters)
    assert len(body["Items"]) == 14


async def test_an_outage_comes_once_for_each_premise_and_names_it(caller: SystemsClient) -> None:
    _, body = await caller.get("/outage/outages", ("PremiseIds", "P1,P2,P3"))
    assert sorted((record["PremiseId"], record["id"]) for record in body["Items"]) == [
        ("P1", "A0"),
        ("P2", "A0"),
        ("P2", "B1"),
    ]


@pytest.mark.parametrize("path", ["/interactions/activities", "/interactions/media-items", "/interactions/notes"])
async def test_records_of_an_interaction_are_found_by_it(caller: SystemsClient, path: str) -> None:
    _, body = await caller.get(path, ("interaction_id", "A"), login=await caller.bearer())
    assert ids(body) == DOWN


ELEVEN, TEN = "2026-11-01T11:00:00-05:00", "2026-11-01T15:00:00Z"


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("/service/accounts/A/requests", {"from": TEN, "to": ELEVEN}, ["A4", "A5"]),
        ("/service-orders/orders", {"account": "A", "created_to": "2026-10-31"}, []),
        ("/service-orders/orders", {"account": "A", "created_from": "2026-11-01", "created_to": "2026-11-01"}, UP),
        (
            "/field-work/orders",
            {"accountId": "A", "fromMs": (NOON - HOUR) * 1000, "toMs": (NOON - HOUR) * 1000 + 1},
            ["A3", "A2"],
        ),
        ("/field-work/orders", {"accountId": "A", "fromMs": NOON * 1000 + 1}, []),
        ("/email/messages", {"customerIds": "A", "sentAfter": ELEVEN}, ["A0", "A1"]),
        ("/email/messages", {"customerIds": "A", "sentBefore": TEN}, ["A6"]),
        (
            "/self-service/tasks",
            {"account_ids": "A", "since": NOON - 2 * HOUR, "until": NOON - HOUR},
            ["A3", "A2", "A5", "A4"],
        ),
        ("/interactions/interactions", {"account_id": "A", "started_from": TEN, "started_to": ELEVEN}, ["A5", "A4"]),
    ],
)
async def test_window_bounds_are_inclusive_as_the_service_documents(
    caller: SystemsClient, path: str, parameters: dict[str, object], expected: list[str]
) -> None:
    logins = await caller.bearer() if path.startswith("/interactions") else {}
    if path.startswith("/service/"):
        logins = BASIC
    _, body = await caller.get(path, *parameters.items(), login=logins)
    assert ids(body) == expected


async def test_the_body_carries_a_window_with_inclusive_bounds(caller: SystemsClient) -> None:
    body = {"accountIds": ["A"], "oldest-time": TEN, "newest-time": ELEVEN}
    _, body = await caller.post("/contact-center/chats/search", body)
    assert ids(body) == ["A3", "A2", "A5", "A4"]
