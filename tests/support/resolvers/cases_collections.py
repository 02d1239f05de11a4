"""Cases of the insights about credit and collection."""

from typing import Any

from support.resolvers.insight_cases import Case, Rows, account_row, quiet_account
from support.rows import row


def one(record: str, **fields: Any) -> Rows:
    """A table with one row, of account A1."""
    return {record: [account_row(record, **fields)]}


def profile(**fields: Any) -> Rows:
    """The credit profile of account A1."""
    defaults = {"credit_rating": 600, "rating_threshold": 600, "cash_only_score": 0, "cash_only_threshold": 0}
    return one("CreditProfile", **{**defaults, **fields})


def plan(*payments: tuple[str, str, str | None], status: str = "ACTIVE") -> Rows:
    """A pay plan with its payments: due day, amount due, amount received."""
    rows = [
        row("ScheduledPayment", id=f"Y{number}", pay_plan_id="PayPlan1", due_on=day, amount=due, received=got)
        for number, (day, due, got) in enumerate(payments)
    ]
    return {**one("PayPlan", status=status), "ScheduledPayment": rows}


def ratings(*entries: tuple[str, int]) -> Rows:
    """Credit rating entries: day and effect."""
    return {
        "CreditRatingHistory": [
            account_row("CreditRatingHistory", number, created_on=day, effect=effect)
            for number, (day, effect) in enumerate(entries, start=1)
        ]
    }


def others(*accounts: str | None, **tables: Any) -> Rows:
    """Further accounts of the customer, by what is past due on each."""
    number = range(2, 2 + len(accounts))
    siblings = [
        row("BillingAccount", id=f"A{n}", account_number=f"A{n}", customer_id="C", status="FINALED") for n in number
    ]
    owed = [
        row("AccountBalance", id=f"B{n}", account_id=f"A{n}", current="900.00", past_due=past_due)
        for n, past_due in zip(number, accounts, strict=True)
    ]
    return {"BillingAccount": [*quiet_account()["BillingAccount"], *siblings], "AccountBalance": owed, **tables}


def elsewhere(status: str) -> Rows:
    """A collection process of account A2."""
    process = row("CollectionProcess", id="K", account_id="A2", process_status=status)
    return others("0.00", CollectionProcess=[process])


COLLECTION = {"process_status": "ACTIVE", "amount": "80.00"}
DEBT = {"in_collections": "75.00", "minimum_due": "40.00"}
STEP = {"next_event_type": "Last letter", "next_event_sequence": 30}

CASES = (
    Case("IN_COLLECTIONS", one("CollectionProcess", **COLLECTION),
         one("CollectionProcess", process_status="INACTIVE", amount="80.00"),
         ("CollectionProcess by account_id", "COLLECTIONS"), "$80.00 is being collected.", "CRITICAL",
         "80.00"),
    Case("IN_COLLECTIONS",
         {**one("CollectionProcess", **COLLECTION),
          **profile(debt={**DEBT, **STEP, "next_event_status": "PENDING", "next_event_on": "2026-11-20"})},
         {**one("CollectionProcess", process_status="CANCELED"), **profile(debt=DEBT)}, (),
         "collected. A payment of $40.00 would stop it. Next step: Last letter on Nov 20, 2026.",
         amount="75.00"),
    Case("IN_COLLECTIONS",
         {**one("CollectionProcess", **COLLECTION, minimum_to_stop="20.00"), "ProcessEvent": [
             row("ProcessEvent", id=f"E{number}", process_id="CollectionProcess1", sequence=number)
             | {"status": status, "event_type": f"STEP{number}"}
             for number, status in ((1, "COMPLETE"), (3, "PENDING"), (2, "AWAITING_FIELD_WORK"))]},
         {}, (), "$20.00 would stop it. Next step: STEP2.", amount="80.00"),
    Case("WRITE_OFF_ACTIVE", one("WriteOffProcess", process_status="ACTIVE", amount="12.00"),
         one("WriteOffProcess", process_status="INACTIVE", amount="12.00"),
         ("WriteOffProcess by account_id", "COLLECTIONS"), "$12.00 is being written off.", "CRITICAL",
         "12.00"),
    Case("PAY_PLAN_OVERDUE", one("PayPlanOverdueProcess", process_status="ACTIVE", amount="31.00"),
         one("PayPlanOverdueProcess", process_status="CANCELED", amount="31.00"),
         ("PayPlanOverdueProcess by account_id", "COLLECTIONS"), "is being followed up.", "CRITICAL", "31.00"),
    Case("PA_ACTIVE", one("PaymentArrangement", status="ACTIVE", next_bill_amount="25.00"),
         one("PaymentArrangement", status="KEPT", next_bill_amount="25.00"),
         ("PaymentArrangement by account_id", "COLLECTIONS"), "A payment arrangement adds $25.00",
         "INFORMATION", "25.00"),
    Case("PA_ACTIVE", one("PaymentArrangement", status="ACTIVE", installments=6, installments_billed=4),
         one("PaymentArrangement", status="PENDING", installments=6, installments_billed=4), (),
         "A payment arrangement is active. 4 of 6 installments are billed."),
    Case("PA_BROKEN", one("PaymentArrangement", status="BROKEN", since="2024-01-01", until="2025-11-15"),
         one("PaymentArrangement", status="BROKEN", since="2024-01-01", until="2025-11-14"),
         ("PaymentArrangement by account_id", "COLLECTIONS"), "on Nov 15, 2025.", "WARNING"),
    Case("PA_BROKEN", one("PaymentArrangement", status="BROKEN", since="2025-11-15"),
         one("PaymentArrangement", status="BROKEN", since="2025-11-14"), (), "Nov 15, 2025 broke."),
    Case("PAY_PLAN_AT_RISK", plan(("2026-11-14", "30.00", "29.99"), ("2026-11-15", "30.00", "0.00")),
         plan(("2026-11-14", "30.00", "30.00"), ("2026-11-15", "30.00", "0.00")),
         ("PayPlan by account_id", "ScheduledPayment by pay_plan_id"), "plan is $0.01 behind.", "WARNING", "0.01"),
    Case("PAY_PLAN_AT_RISK", plan(("2026-09-14", "30.00", "10.00"), ("2026-10-14", "30.00", "45.00")),
         plan(("2026-09-14", "30.00", "10.00"), ("2026-10-14", "30.00", "45.00"), status="BROKEN"),
         ("PayPlan by account_id",), amount="5.00"),
    Case("PAY_PLAN_AT_RISK", plan(("2026-11-14", "30.00", "0.00")), plan(("2026-11-15", "30.00", "0.00")),
         ("ScheduledPayment by pay_plan_id",)),
    Case("CREDIT_RATING_LOW", profile(credit_rating=599), profile(credit_rating=600),
         ("CreditProfile by account_id", "COLLECTIONS"), "is 599; below 600", "WARNING"),
    Case("CREDIT_RATING_DROP",
         ratings(("2026-08-18", -30), ("2026-11-01", 5), ("2026-11-15", -25), ("2026-08-17", 500)),
         ratings(("2026-08-18", -30), ("2026-11-15", -19), ("2026-08-17", -500)),
         ("CreditRatingHistory by account_id", "COLLECTIONS"), "lost 50 points", "INFORMATION"),
    Case("CASH_ONLY", profile(cash_only_score=1000, cash_only_threshold=999),
         profile(cash_only_score=1000, cash_only_threshold=1000),
         ("CreditProfile by account_id", "COLLECTIONS"), "Only cash", "CRITICAL"),
    Case("COLLECTION_EXEMPT", profile(postpone_review_until="2026-11-15"),
         profile(postpone_review_until="2026-11-14"), ("CreditProfile by account_id", "COLLECTIONS"),
         "until Nov 15, 2026.", "INFORMATION"),
    Case("OTHER_ACCOUNT_DEBT", others("0.01", "0.00", "70.00"), others("0.00", "0.00"),
         ("BillingAccount by customer_id", "AccountBalance by account_id", "CollectionProcess by account_id"),
         "2 other accounts of this customer owe $70.01 that is past due. Account A4 owes $70.00.", "WARNING", "70.01"),
    Case("OTHER_ACCOUNT_DEBT", elsewhere("ACTIVE"), elsewhere("INACTIVE"), ("BILLING", "COLLECTIONS"),
         "Account A2 of this customer has debt that is being collected.")
)  # fmt: skip
