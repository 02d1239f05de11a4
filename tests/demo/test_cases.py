"""The data of every planted case shows its purpose."""

import json
from datetime import date
from pathlib import Path

import pytest
from support.demo.demo_folders import DemoFolder, account, one

from gateway_demo.cases.index import BY_NAME, CASES
from gateway_demo.cases.past_records import EDT, EST, TIE, edge_days
from gateway_demo.generate.generator import generate
from gateway_demo.plan.clock import NOW, midnight

DAY = 86_400


def ats(demo: DemoFolder, system: str, kind: str, name: str) -> list[int]:
    statement = f'SELECT at FROM "{kind}" WHERE account_id = ? ORDER BY at'  # noqa: S608 - our own table names
    return [row["at"] for row in demo.ask(system, statement, account(name))]


FEED = (
    ("contact_center", "call"),
    ("contact_center", "chat"),
    ("self_service", "service_task"),
    ("service", "service_request"),
)


def feed(demo: DemoFolder, name: str) -> list[int]:
    """The times of records that a planted customer's feed must have."""
    times = [at for system, kind in FEED for at in ats(demo, system, kind, name)]
    mails = "SELECT at FROM email WHERE customer_id = ?"
    return times + [row["at"] for row in demo.ask("email", mails, BY_NAME[name].customer_id)]


def test_names_and_ids_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES) <= 100
    assert all(case.insights or case.shows for case in CASES)


def test_every_insight_has_a_case() -> None:
    required = """BILL_HIGHER_PREV BILL_HIGHER_YOY BILL_DRIVER BILL_ESTIMATED BILL_LONG_PERIOD BILL_FINAL
    BILL_DUE_SOON NEXT_BILL BILL_PENDING_OR_HELD BILLED_12M PAST_DUE HIGH_BALANCE CREDIT_BALANCE
    ON_TIME_PCT_12M LAST_PAYMENT PAYMENT_RETURNED PAYMENT_PENDING AUTOPAY_ON AUTOPAY_OFF AUTOPAY_BLOCKED
    BUDGET_BILLING EBILL WEB_ACCOUNT DEPOSIT_HELD IN_COLLECTIONS DISCONNECT_PENDING DISCONNECTED_NONPAY
    DISCONNECT_VS_LIFE_SUPPORT WRITE_OFF_ACTIVE PA_ACTIVE PA_BROKEN PAY_PLAN_AT_RISK PAY_PLAN_OVERDUE
    CREDIT_RATING_LOW CREDIT_RATING_DROP CASH_ONLY COLLECTION_EXEMPT OTHER_ACCOUNT_DEBT LIFE_SUPPORT
    LOW_INCOME CONTACT_RESTRICTED ACCOUNT_ALERT CONTACT_DATA_STALE MULTI_ACCOUNT SR_OPEN_HIGH SR_AGED
    SR_REPEAT SERVICE_PENDING FIELD_VISIT ORDER_STUCK OUTAGE_ACTIVE OUTAGE_PLANNED OUTAGE_REPEAT USAGE_UP
    USAGE_ZERO USAGE_VACANT READS_ESTIMATED WATER_LEAK REPEAT_CONTACT INTERACTION_OPEN
    LAST_CALL_UNRESOLVED CALLBACK_DUE"""
    assert set(required.split()) - {code for case in CASES for code in case.insights} == set()


def test_a_landlord_has_forty_accounts(demo: DemoFolder) -> None:
    customer = BY_NAME["landlord with 40 accounts"].customer_id
    rows = demo.ask("cis", "SELECT STAT_CD FROM CI_ACCT WHERE CUST_ID = ?", customer)
    assert len(rows) == 40
    assert sum(row["STAT_CD"] == "40" for row in rows) == 8
    counts = demo.ask("cis", "SELECT DISTINCT CUST_ACCT_CNT FROM CI_XREF WHERE CUST_ID = ?", customer)
    assert one(counts)[0] == 40


def test_one_window_has_more_than_three_hundred_records(demo: DemoFolder) -> None:
    since = midnight(date(2026, 5, 16))
    assert sum(at >= since for at in feed(demo, "busy window")) > 300


def test_prospects_and_contacts_have_their_accounts(demo: DemoFolder) -> None:
    for name, lifecycle, number in (
        ("prospect with a former account", "PROSPECT", 1),
        ("prospect never attached", "PROSPECT", 0),
        ("CRM-only contact", "CONTACT", 0),
    ):
        body = one(demo.bodies("crm", "customer", "id", BY_NAME[name].customer_id))
        assert (body["lifecycle"], body["billing"]["accountCount"]) == (lifecycle, number)


def test_a_vacant_premise_has_no_account(demo: DemoFolder) -> None:
    case = BY_NAME["vacant premise"]
    row = one(demo.ask("cis", "SELECT * FROM CI_PREM WHERE ADDR_SRCH = '12 ELM ST RIVERTON'"))
    assert (row["PREM_ID"], row["VACANT_SW"]) == (case.other_id, "Y")
    assert not demo.ask("cis", "SELECT 1 FROM CI_XREF WHERE PREM_IDS LIKE ?", f"%{case.other_id}%")


def test_a_wrong_number_has_no_customer(demo: DemoFolder) -> None:
    body = one(demo.bodies("interactions", "media_item", "id", BY_NAME["wrong number"].other_id))
    assert (body["interaction_id"], body["party_known"]) == (None, False)


@pytest.mark.parametrize("kind", ["one account", "two accounts"])
def test_calls_without_an_account_name_their_customer(demo: DemoFolder, kind: str) -> None:
    customer = BY_NAME[f"null-account calls, {kind}"].customer_id
    assert [b["account_id"] for b in demo.bodies("contact_center", "call", "customer_id", customer)] == [None, None]
    assert [b["account_id"] for b in demo.bodies("contact_center", "chat", "customer_id", customer)] == [None]


def test_every_window_edge_has_records_on_both_sides(demo: DemoFolder) -> None:
    required = {midnight(day) - before for day in edge_days() for before in (0, 1)}
    assert required <= set(feed(demo, "window edges"))
    assert midnight(date(2023, 11, 15)) in required


def test_ten_records_share_a_second(demo: DemoFolder) -> None:
    assert feed(demo, "ties in time").count(TIE) == 10
    for system, kind in (("service_orders", "service_order"), ("field_work", "field_order"), ("outage", "outage_call")):
        assert ats(demo, system, kind, "ties in time") == [TIE]


def test_the_repeated_hour_happens_twice(demo: DemoFolder) -> None:
    calls = demo.bodies("contact_center", "call", "account_id", account("the repeated hour"))
    times = [body["started_at"] for body in calls]
    assert "2026-11-01T01:30:00-04:00" in times
    assert "2026-11-01T01:30:00-05:00" in times
    assert EST - EDT == 3600
    chat = one(demo.bodies("contact_center", "chat", "account_id", account("the repeated hour")))
    assert chat["started_at"] == "2026-11-01T01:30:00"


def test_a_transcript_has_sensitive_data(demo: DemoFolder) -> None:
    chats = demo.bodies("contact_center", "chat", "account_id", account("card number in a transcript"))
    text = json.dumps(one(chats))
    assert all(secret in text for secret in ("4111 1111 1111 1111", "900-12-3456", "@example.com", "+1 555"))


def test_outages_have_their_statuses(demo: DemoFolder) -> None:
    statuses = [
        one(demo.bodies("outage", "outage", "id", BY_NAME[name].other_id))["Status"]
        for name in ("active outage", "planned outage, life support")
    ]
    assert statuses == ["CREW", "PLANNED"]
    assert len(ats(demo, "outage", "outage_call", "repeated outages")) == 3


def test_open_records_are_open(demo: DemoFolder) -> None:
    talk = one(demo.bodies("interactions", "interaction", "id", "INOPEN0001"))
    assert (talk["status"], talk["end"]) == ("O", None)
    requests = demo.bodies("service", "service_request", "account_id", account("open requests"))
    assert sorted(body["status"] for body in requests) == ["Closed", "In Progress", "New", "Resolved"]
    visit = one(demo.bodies("field_work", "field_order", "account_id", account("visit tomorrow")))
    assert NOW < visit["appointment"]["start"] / 1000 < NOW + 2 * DAY
    missed = one(demo.bodies("field_work", "field_order", "account_id", account("visit missed")))
    assert missed["appointment"]["end"] / 1000 < NOW
    stuck = demo.bodies("service_orders", "service_order", "account_id", account("order stuck"))
    assert {body["state_cd"] for body in stuck} == {"VERR", "WAIT"}


def test_people_have_their_names_and_zones(demo: DemoFolder) -> None:
    names = "SELECT customer_id FROM search_term WHERE field = 'name' AND term = ?"
    accents = BY_NAME["accents"].customer_id
    assert accents in {row[0] for row in demo.ask("crm", names, "ostergard")}
    smiths = {row[0] for row in demo.ask("crm", names, "john")} & {row[0] for row in demo.ask("crm", names, "smith")}
    assert {BY_NAME[f"same name, {which}"].customer_id for which in ("first", "second")} <= smiths
    zone = one(demo.ask("cis", "SELECT * FROM CI_ACCT WHERE ACCT_ID = ?", account("Central time")))
    assert zone["TIME_ZONE_NM"] == "America/Chicago"
    party = one(demo.bodies("crm", "party", "id", "R000000016"))
    assert party["type"] == "RELATIONSHIP"
    assert demo.bodies("crm", "party", "id", party["organizationId"])


def test_a_folder_can_be_generated_again(tmp_path: Path) -> None:
    generate(tmp_path, customers=2)
    generate(tmp_path, customers=1)
    assert one(DemoFolder(tmp_path).ask("crm", "SELECT COUNT(*) AS n FROM customer"))["n"] == 1
