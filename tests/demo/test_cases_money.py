"""Every planted case of bills, payments, usage and collections shows its purpose in the data."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder, account, one

from gateway_demo.plan.clock import NEW_YORK, TODAY

DAY = 86_400


def balance(demo: DemoFolder, name: str) -> Any:
    return one(demo.ask("billing", "SELECT * FROM BL_ACCT_BAL WHERE ACCT_ID = ?", account(name)))


def bills(demo: DemoFolder, name: str) -> list[Any]:
    question = "SELECT * FROM BL_BILL WHERE ACCT_ID = ? AND BILL_STAT <> 'X' ORDER BY BILL_DT DESC"
    return demo.ask("billing", question, account(name))


def processes(demo: DemoFolder, table: str, name: str, status: str = "10") -> list[Any]:
    question = f"SELECT * FROM {table} WHERE ACCT_ID = ? AND STAT_CD = ?"  # noqa: S608 - our own table names
    return demo.ask("collections", question, account(name), status)


def profile(demo: DemoFolder, name: str) -> Any:
    return one(demo.ask("collections", "SELECT * FROM CC_PROFILE WHERE ACCT_ID = ?", account(name)))


def events(demo: DemoFolder, process: str) -> dict[str, Any]:
    rows = demo.ask("collections", "SELECT * FROM CC_PROC_EVT WHERE PROC_ID = ?", process)
    return {row["EVT_TYPE_CD"]: row for row in rows}


def test_collections_have_their_statuses(demo: DemoFolder) -> None:
    assert len(processes(demo, "CC_COLL_PROC", "collection active")) == 1
    assert not processes(demo, "CC_SEV_PROC", "collection active")
    severance = one(processes(demo, "CC_SEV_PROC", "severance active"))
    assert events(demo, severance["SEV_PROC_ID"])["CUT"]["STAT_CD"] == "15"
    cut = one(processes(demo, "CC_CUT_PROC", "cut pending"))
    assert events(demo, cut["CUT_PROC_ID"])["CUT"]["STAT_CD"] == "10"
    assert cut["CUT_DT"] > TODAY.isoformat()
    assert one(processes(demo, "CC_WO_PROC", "write-off active"))["REFER_AMT"]
    assert processes(demo, "CC_WO_PROC", "written off", "20")
    assert bills(demo, "written off")[0]["BILL_STAT"] == "W"


def test_disconnected_accounts_have_no_usage_since(demo: DemoFolder) -> None:
    name = "disconnected for non-payment"
    severance = one(processes(demo, "CC_SEV_PROC", name))
    cut = events(demo, severance["SEV_PROC_ID"])["CUT"]
    assert cut["STAT_CD"] == "20"
    spot = one(demo.ask("cis", "SELECT * FROM CI_SP WHERE SP_STAT_CD = 'CNP'"))["SP_ID"]
    used = demo.ask("usage", "SELECT qty FROM daily_read WHERE sp_id = ? AND read_day > ?", spot, cut["COMPL_DT"])
    assert {row["qty"] for row in used} <= {"0.000", None}
    order = demo.bodies("service_orders", "service_order", "account_id", account(name))
    assert [(body["kind_cd"], body["state_cd"]) for body in order] == [("30", "DONE")]


def test_arrangements_and_plans_have_their_statuses(demo: DemoFolder) -> None:
    active = one(processes(demo, "CC_PAY_ARR", "arrangement active", "20"))
    assert 0 < active["BILLED_CNT"] < active["INSTALL_CNT"]
    assert Decimal(active["REMAIN_AMT"]) > 0
    broken = one(processes(demo, "CC_PAY_ARR", "arrangement broken", "40"))
    assert broken["END_DT"] >= (TODAY - timedelta(days=365)).isoformat()
    late = one(processes(demo, "CC_PPOD_PROC", "pay plan overdue"))
    assert one(processes(demo, "CC_PAY_PLAN", "pay plan overdue", "40"))["PP_ID"] == late["PP_ID"]


@pytest.mark.parametrize(("name", "behind"), [("pay plan active", False), ("pay plan at risk", True)])
def test_a_plan_is_behind_only_in_its_case(demo: DemoFolder, name: str, behind: bool) -> None:  # noqa: FBT001 - a parameter
    plan = one(processes(demo, "CC_PAY_PLAN", name, "20"))["PP_ID"]
    rows = demo.ask("collections", "SELECT * FROM CC_PP_PAY WHERE PP_ID = ? AND DUE_DT < ?", plan, TODAY.isoformat())
    short = sum(Decimal(row["RECV_AMT"]) - Decimal(row["SCHED_AMT"]) for row in rows) < 0
    assert short is behind


def test_ratings_have_their_values(demo: DemoFolder) -> None:
    assert profile(demo, "cash only")["CASH_ONLY_SW"] == "Y"
    low = profile(demo, "low rating")
    assert low["RATING"] < low["RATING_THRESH"]
    assert profile(demo, "collection postponed")["POSTPONE_DT"] > TODAY.isoformat()
    assert not processes(demo, "CC_COLL_PROC", "collection postponed")
    assert Decimal(profile(demo, "severance active")["IN_COLL_AMT"]) > 0


def test_a_disconnection_is_pending_at_a_life_support_premise(demo: DemoFolder) -> None:
    name = "disconnection at a life-support premise"
    assert processes(demo, "CC_SEV_PROC", name)
    premise = demo.ask("cis", "SELECT PREM_IDS FROM CI_XREF WHERE ACCT_ID = ?", account(name))
    place = json.loads(one(premise)[0])[0]
    assert one(demo.ask("cis", "SELECT LIFE_SUPPORT_SW FROM CI_PREM WHERE PREM_ID = ?", place))[0] == "Y"


def test_bills_have_their_statuses(demo: DemoFolder) -> None:
    assert balance(demo, "past due")["PAST_DUE_CENTS"] > 0
    assert bills(demo, "final bill")[0]["FINAL_IND"] == 1
    assert [bill["EST_IND"] for bill in bills(demo, "estimated bills")[:4]] == [1, 1, 1, 0]
    assert balance(demo, "deposit")["DEPOSIT_CENTS"] > 0
    assert balance(demo, "credit balance")["CUR_CENTS"] < 0
    newest, before = bills(demo, "long period")[:2]
    assert newest["PER_DAYS"] >= before["PER_DAYS"] + 4
    assert balance(demo, "bill held")["NEXT_BILL_DT"] < (TODAY - timedelta(days=3)).isoformat()
    assert bills(demo, "bill pending")[0]["BILL_STAT"] == "P"
    assert balance(demo, "bill pending")["PEND_BILL_DT"] == TODAY.isoformat()
    canceled = "SELECT 1 FROM BL_BILL WHERE ACCT_ID = ? AND BILL_STAT = 'X'"
    assert demo.ask("billing", canceled, account("canceled bill"))


def test_a_bill_is_due_soon_and_no_payment_is_scheduled(demo: DemoFolder) -> None:
    bill = bills(demo, "due soon")[0]
    assert 0 <= (date.fromisoformat(bill["DUE_DT"]) - TODAY).days <= 5
    assert bill["UNPAID_CENTS"] > 0
    assert not demo.ask("payments", "SELECT 1 FROM sched_pay WHERE acct_id = ?", account("due soon"))


def test_autopay_has_a_next_draw(demo: DemoFolder) -> None:
    row = one(demo.ask("payments", "SELECT * FROM autopay WHERE acct_id = ?", account("autopay")))
    planned = one(demo.ask("payments", "SELECT * FROM sched_pay WHERE acct_id = ?", account("autopay")))
    assert row["next_draw_dt"] == planned["due_dt"] >= TODAY.isoformat()
    assert planned["amt_cents"] > 0


def test_returned_payments_are_recent(demo: DemoFolder) -> None:
    question = "SELECT pay_dt FROM pay WHERE acct_id = ? AND stat = 'RET'"
    assert len(demo.ask("payments", question, account("cash only"))) == 3
    day = one(demo.ask("payments", question, account("payment returned")))["pay_dt"]
    assert day > (TODAY - timedelta(days=90)).isoformat()


def test_a_bill_is_higher_than_the_previous_and_last_years(demo: DemoFolder) -> None:
    perdays = [bill["CUR_CHRG_CENTS"] / bill["PER_DAYS"] for bill in bills(demo, "higher bill")]
    assert perdays[0] > 1.2 * perdays[1]
    assert perdays[0] > 1.2 * perdays[12]


def test_usage_matches_its_cases(demo: DemoFolder) -> None:
    flows = demo.ask("usage", "SELECT DISTINCT flow FROM billed_usage WHERE acct_id = ?", account("net metering"))
    assert {row["flow"] for row in flows} == {"1", "19"}
    leak = "SELECT MIN(CAST(qty AS REAL)) AS least FROM interval_read WHERE sp_id = ? AND uom = 'CCF'"
    spot = json.loads(one(demo.ask("cis", "SELECT SP_IDS FROM CI_XREF WHERE ACCT_ID = ?", account("water leak")))[0])[0]
    assert one(demo.ask("usage", leak, spot))["least"] > 0
    premise = one(demo.ask("cis", "SELECT SP_IDS FROM CI_XREF WHERE ACCT_ID = ?", account("vacant premise")))
    vacant = "SELECT MAX(read_day) AS newest FROM daily_read WHERE sp_id = ? AND CAST(qty AS REAL) > 0"
    assert one(demo.ask("usage", vacant, json.loads(premise[0])[0]))["newest"] == "2026-11-14"


def test_intervals_add_up_to_their_day(demo: DemoFolder) -> None:
    question = """SELECT i.sp_id, i.start_utc, i.qty FROM interval_read i WHERE i.flow = '1'"""
    sums: dict[tuple[str, str], Decimal | None] = {}
    for row in demo.ask("usage", question):
        start = datetime.fromisoformat(row["start_utc"] + "+00:00").astimezone(NEW_YORK)
        key, old = (row["sp_id"], start.date().isoformat()), Decimal(0)
        old = sums.get(key, old)  # type: ignore[assignment]  # None once a part is missing
        sums[key] = None if old is None or row["qty"] is None else old + Decimal(row["qty"])
    days = {
        (row["sp_id"], row["read_day"]): row["qty"]
        for row in demo.ask("usage", "SELECT * FROM daily_read WHERE flow = '1' AND read_day > '2026-10-30'")
    }
    checked = [key for key, total in sums.items() if total is not None and days[key] is not None]
    assert checked
    assert all(sums[key] == Decimal(days[key]) for key in checked)
