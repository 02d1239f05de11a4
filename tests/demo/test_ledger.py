"""The demo's ledgers add up to the cent, and debts match collections."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from support.demo.demo_folders import DemoFolder

from gateway_demo.plan.clock import NOW, TODAY

CUSTOMERS = 100
SEED = 360


def test_lines_sum_to_segments_and_segments_to_charges(demo: DemoFolder) -> None:
    wrong = demo.ask(
        "billing",
        """SELECT s.BSEG_ID FROM BL_BSEG s JOIN BL_LINE l USING (BSEG_ID)
           GROUP BY s.BSEG_ID HAVING SUM(l.AMT_CENTS) <> s.AMT_CENTS""",
    )
    wrong += demo.ask(
        "billing",
        """SELECT b.BILL_ID FROM BL_BILL b JOIN BL_BSEG s USING (BILL_ID)
           GROUP BY b.BILL_ID HAVING SUM(s.AMT_CENTS) <> b.CUR_CHRG_CENTS""",
    )
    assert wrong == []


def test_a_line_is_its_quantity_times_its_price(demo: DemoFolder) -> None:
    for line in demo.ask("billing", "SELECT * FROM BL_LINE WHERE QTY IS NOT NULL LIMIT 20000"):
        exact = Decimal(line["QTY"]) * Decimal(line["UNIT_PRICE"]) * 100
        assert abs(exact - line["AMT_CENTS"]) <= Decimal("0.5")


def test_a_segment_bills_the_usage(demo: DemoFolder) -> None:
    billed = {
        (row["sa_id"], row["period_end"]): Decimal(row["qty"])
        for row in demo.ask("usage", "SELECT * FROM billed_usage WHERE flow = '1'")
    }
    segments = demo.ask("billing", "SELECT * FROM BL_BSEG WHERE SEG_STAT = '50'")
    assert segments
    for segment in segments:
        quantity = Decimal(json.loads(segment["QTYS"])[0]["qty"])
        assert billed[segment["SA_ID"], segment["END_DT"]] == quantity


def test_billed_usage_is_the_sum_of_the_days(demo: DemoFolder) -> None:
    days: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in demo.ask("usage", "SELECT * FROM daily_read WHERE flow = '1' AND qty IS NOT NULL"):
        days[row["sp_id"]][row["read_day"]] = Decimal(row["qty"])
    checked = 0
    for row in demo.ask("usage", "SELECT * FROM billed_usage WHERE flow = '1'"):
        start, end = (date.fromisoformat(row[key]).toordinal() for key in ("period_start", "period_end"))
        reads = days[row["sp_id"]]
        period = [f"{date.fromordinal(day)}" for day in range(start, end)]
        if all(day in reads for day in period):
            assert sum(reads[day] for day in period) == Decimal(row["qty"])
            checked += 1
    assert checked > 100


def ledgers(demo: DemoFolder) -> Iterator[tuple[str, list[Any], list[Any], list[Any], Any]]:
    """Per account: bills, payments and adjustments that count, and the balance."""
    grouped: dict[str, tuple[list[Any], list[Any], list[Any]]] = defaultdict(lambda: ([], [], []))
    bills = "SELECT * FROM BL_BILL WHERE BILL_STAT IN ('C', 'W') ORDER BY BILL_DT, BILL_ID"
    for row in demo.ask("billing", bills):
        grouped[row["ACCT_ID"]][0].append(row)
    for row in demo.ask("payments", "SELECT * FROM pay WHERE stat = 'FRZ'"):
        grouped[row["acct_id"]][1].append(row)
    for row in demo.ask("billing", "SELECT * FROM BL_ADJ WHERE STAT_CD = '50'"):
        grouped[row["ACCT_ID"]][2].append(row)
    for balance in demo.ask("billing", "SELECT * FROM BL_ACCT_BAL"):
        yield (balance["ACCT_ID"], *grouped[balance["ACCT_ID"]], balance)


def test_every_bill_continues_the_previous_one(demo: DemoFolder) -> None:
    for account, bills, payments, adjustments, _ in ledgers(demo):
        previous, since = 0, "0000-00-00"
        for bill in bills:
            day = bill["BILL_DT"]
            paid = -sum(row["amt_cents"] for row in payments if since <= row["pay_dt"] < day)
            moved = sum(row["AMT_CENTS"] for row in adjustments if since <= row["ADJ_DT"] < day)
            assert bill["PREV_BAL_CENTS"] == previous, account
            assert bill["PAYMTS_CENTS"] == paid, account
            assert bill["ADJ_CENTS"] == moved, account
            previous += paid + moved + bill["CUR_CHRG_CENTS"]
            assert bill["END_BAL_CENTS"] == previous, account
            since = day


def test_the_balance_is_the_sum_of_the_ledger(demo: DemoFolder) -> None:
    for account, bills, payments, adjustments, balance in ledgers(demo):
        total = sum(bill["CUR_CHRG_CENTS"] for bill in bills)
        total += sum(row["AMT_CENTS"] for row in adjustments)
        total -= sum(row["amt_cents"] for row in payments)
        assert balance["CUR_CENTS"] == total, account
        buckets = json.loads(balance["ARREARS"])
        assert sum(bucket["cents"] for bucket in buckets) == total, account
        assert sum(bucket["cents"] for bucket in buckets[1:]) == balance["PAST_DUE_CENTS"], account


def test_past_due_is_the_unpaid_amount_of_overdue_bills(demo: DemoFolder) -> None:
    for account, bills, _, _, balance in ledgers(demo):
        late = sum(bill["UNPAID_CENTS"] for bill in bills if bill["DUE_DT"] < TODAY.isoformat())
        assert balance["PAST_DUE_CENTS"] == late, account


def test_agreement_balances_sum_to_the_account(demo: DemoFolder) -> None:
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for row in demo.ask("cis", "SELECT ACCT_ID, CUR_BAL FROM CI_SA"):
        shares[row["ACCT_ID"]] += Decimal(row["CUR_BAL"])
    for account, *_, balance in ledgers(demo):
        assert shares[account] * 100 == balance["CUR_CENTS"]


def test_tenders_sum_to_payments(demo: DemoFolder) -> None:
    assert not demo.ask(
        "payments",
        """SELECT pay_id FROM pay JOIN tender t USING (pay_id)
           GROUP BY pay_id HAVING SUM(t.amt_cents) <> pay.amt_cents""",
    )


def test_no_record_is_dated_in_the_future(demo: DemoFolder) -> None:
    today = TODAY.isoformat()
    assert not demo.ask("billing", "SELECT 1 FROM BL_BILL WHERE BILL_DT > ?", today)
    assert not demo.ask("payments", "SELECT 1 FROM pay WHERE pay_dt > ?", today)
    for system, kind in (
        ("contact_center", "call"),
        ("email", "email"),
        ("service", "service_request"),
        ("interactions", "interaction"),
        ("self_service", "service_task"),
        ("field_work", "field_order"),
        ("service_orders", "service_order"),
    ):
        assert not demo.ask(system, f'SELECT 1 FROM "{kind}" WHERE at > ?', NOW)  # noqa: S608 - our own table names


def test_accounts_in_collections_owe(demo: DemoFolder) -> None:
    owing = {row["ACCT_ID"]: row["PAST_DUE_CENTS"] for row in demo.ask("billing", "SELECT * FROM BL_ACCT_BAL")}
    active = demo.ask("collections", "SELECT * FROM CC_COLL_PROC WHERE STAT_CD = '10'")
    assert active
    for process in active:
        assert Decimal(process["PROC_AMT"]) * 100 == owing[process["ACCT_ID"]] > 0
