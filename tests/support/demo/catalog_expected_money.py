"""Expected values of records of payments, collections, usage and the rest of billing."""

import json
from datetime import timedelta

from support.demo.catalog_expected import (
    ENTRY,
    EXPECTED,
    FLOW,
    OF_UNIT,
    PROMISE,
    QUALITY,
    FieldsOf,
    Stored,
    cents,
    coded,
    day,
    money,
    number,
    process,
    utc,
)

MONEY: dict[str, tuple[FieldsOf, Stored]] = {
    "BillLine": (
        lambda r: (*(r.segment_id, r.sequence, r.description, money(r.amount), r.unit, r.quantity, r.unit_price),),
        lambda c: (
            *(str(c["BSEG_ID"]), c["SEQ_NO"], c["DESCR"], cents(c["AMT_CENTS"])),
            *(c["UOM"], number(c["QTY"]), number(c["UNIT_PRICE"])),
        ),
    ),
    "Adjustment": (
        lambda r: (r.id, r.account_id, r.created_on, money(r.amount), coded(r.status), coded(r.cancel_reason)),
        lambda c: (
            *(str(c["ADJ_ID"]), c["ACCT_ID"], day(c["ADJ_DT"]), cents(c["AMT_CENTS"])),
            *((c["STAT_CD"], c["STAT_DESCR"]), (c["CAN_RSN_CD"], c["CAN_RSN_DESCR"])),
        ),
    ),
    "AccountBalance": (
        lambda r: (
            *(r.account_id, money(r.current), money(r.payoff), money(r.past_due), money(r.deposit), r.as_of),
            tuple((a.label, a.min_days, a.max_days, money(a.amount)) for a in r.arrears),
        ),
        lambda c: (
            *(c["ACCT_ID"], cents(c["CUR_CENTS"]), cents(c["PAYOFF_CENTS"]), cents(c["PAST_DUE_CENTS"])),
            *(cents(c["DEPOSIT_CENTS"]), utc(c["AS_OF_DTTM"])),
            tuple((a["label"], a["min_days"], a["max_days"], cents(a["cents"])) for a in json.loads(c["ARREARS"])),
        ),
    ),
    "Payment": (
        lambda r: (r.id, r.account_id, r.paid_on, money(r.amount), r.status.name, coded(r.channel)),
        lambda c: (
            *(c["pay_id"], c["acct_id"], day(c["pay_dt"]), cents(c["amt_cents"])),
            *({"FRZ": "FROZEN", "RET": "RETURNED"}[c["stat"]], (c["chan_cd"], c["chan_descr"])),
        ),
    ),
    "PaymentTender": (
        lambda r: (r.payment_id, r.tender_type.name, money(r.amount), r.instrument, coded(r.cancel_reason)),
        lambda c: (
            c["pay_id"],
            {"CHEC": "CHECK", "ACH": "ACH_DEBIT", "WIRE": "BANK_TRANSFER", "WALL": "WALLET"}.get(
                c["type_cd"], {"MO": "MONEY_ORDER", "PLDG": "AGENCY_PLEDGE"}.get(c["type_cd"], c["type_cd"])
            ),
            *(cents(c["amt_cents"]), c["instr"], (c["can_rsn_cd"], c["can_rsn_descr"])),
        ),
    ),
    "AutopayInstruction": (
        lambda r: (r.account_id, r.since, r.until, r.instrument, money(r.max_withdrawal), r.next_draw_on),
        lambda c: (
            *(c["acct_id"], day(c["start_dt"]), day(c["end_dt"]), c["instr"]),
            *(cents(c["max_cents"]), day(c["next_draw_dt"])),
        ),
    ),
    "ScheduledPayment by account_id": (
        lambda r: (r.account_id, r.due_on, money(r.amount), money(r.received), r.origin.name),
        lambda c: (
            *(c["acct_id"], day(c["due_dt"]), cents(c["amt_cents"]), cents(c["recv_cents"])),
            {"PP": "PAY_PLAN", "PA": "PAYMENT_ARRANGEMENT", "AP": "AUTOPAY"}[c["orig_cd"]],
        ),
    ),
    "ScheduledPayment by pay_plan_id": (
        lambda r: (r.pay_plan_id, r.due_on, money(r.amount), money(r.received), r.origin.name),
        lambda c: (*(c["PP_ID"], day(c["DUE_DT"]), number(c["SCHED_AMT"]), number(c["RECV_AMT"]), "PAY_PLAN"),),
    ),
    "CollectionProcess": process(
        "COLL_PROC_ID",
        lambda r: (coded(r.debt_class), r.days_in_arrears, money(r.minimum_to_stop)),
        lambda c: ((c["DEBT_CL_CD"], c["DEBT_CL_DESCR"]), c["ARS_DAYS"], number(c["MIN_STOP_AMT"])),
    ),
    "SeveranceProcess": process(
        "SEV_PROC_ID",
        lambda r: (r.service_agreement_id, r.collection_process_id, r.disconnect_on),
        lambda c: (c["SA_ID"], c["COLL_PROC_ID"], day(c["DISCON_DT"])),
    ),
    "WriteOffProcess": process(
        "WO_PROC_ID",
        lambda r: (r.collection_agency, money(r.referred_amount)),
        lambda c: (c["AGENCY_NM"], number(c["REFER_AMT"])),
    ),
    "PayPlanOverdueProcess": process("PPOD_PROC_ID", lambda r: (r.pay_plan_id,), lambda c: (c["PP_ID"],)),
    "CutProcess": process(
        "CUT_PROC_ID", lambda r: (r.service_agreement_id, r.cut_on), lambda c: (c["SA_ID"], day(c["CUT_DT"]))
    ),
    "ProcessEvent": (
        lambda r: (r.process_id, r.sequence, coded(r.event_type), r.status.name, r.trigger_date, r.completed_on),
        lambda c: (
            *(c["PROC_ID"], c["SEQ_NO"], (c["EVT_TYPE_CD"], c["EVT_TYPE_DESCR"])),
            {"10": "PENDING", "15": "AWAITING_FIELD_WORK", "20": "COMPLETE", "30": "CANCELED"}[c["STAT_CD"]],
            *(day(c["TRIGGER_DT"]), day(c["COMPL_DT"])),
        ),
    ),
    "PaymentArrangement": (
        lambda r: (
            *(r.id, r.account_id, r.status.name, money(r.total), r.installments, r.installments_billed),
            *(money(r.remaining), money(r.next_bill_amount), r.since, r.until),
        ),
        lambda c: (
            *(c["PA_ID"], c["ACCT_ID"], PROMISE[c["STAT_CD"]], number(c["TOT_AMT"]), c["INSTALL_CNT"]),
            *(c["BILLED_CNT"], number(c["REMAIN_AMT"]), number(c["NEXT_BILL_AMT"])),
            *(day(c["START_DT"]), day(c["END_DT"])),
        ),
    ),
    "PayPlan": (
        lambda r: (r.id, r.account_id, r.status.name, r.since, money(r.total), r.third_party_payor),
        lambda c: (
            *(c["PP_ID"], c["ACCT_ID"], PROMISE[c["STAT_CD"]], day(c["START_DT"])),
            *(number(c["TOT_AMT"]), c["PAYOR_NM"]),
        ),
    ),
    "CreditRatingHistory": ENTRY,
    "CashOnlyHistory": ENTRY,
    "CreditProfile": (
        lambda r: (
            *(r.account_id, r.credit_rating, r.cash_only_score, r.is_cash_only(), r.postpone_review_until),
            *(money(r.debt.in_collections), r.debt.disconnect_on, coded(r.debt.next_event_type)),
            *(r.debt.next_event_sequence, r.debt.next_event_on, r.debt.as_of),
        ),
        lambda c: (
            *(c["ACCT_ID"], c["RATING"], c["CASH_SCORE"], c["CASH_ONLY_SW"] == "Y", day(c["POSTPONE_DT"])),
            *(number(c["IN_COLL_AMT"]), day(c["DISCON_DT"]), (c["NXT_EVT_CD"], c["NXT_EVT_DESCR"])),
            *(c["NXT_EVT_SEQ"], day(c["NXT_EVT_DT"]), utc(c["AS_OF_DTTM"])),
        ),
    ),
    "BilledUsage": (
        lambda r: (
            *(r.service_point_id, r.service_type.name, r.unit, r.flow.name, r.since, r.until, r.value),
            *(r.quality.name, money(r.cost), r.average_temperature),
        ),
        lambda c: (
            *(c["sp_id"], OF_UNIT[c["uom"]], c["uom"], FLOW[c["flow"]], day(c["period_start"])),
            *(day(c["period_end"], before=1), number(c["qty"]), QUALITY[c["quality"]]),
            *(cents(c["cost_cents"]), float(c["avg_temp_f"])),
        ),
    ),
    "DailyUsage": (
        lambda r: (r.service_point_id, r.service_type.name, r.unit, r.flow.name, r.day, r.value, r.quality.name),
        lambda c: (
            *(c["sp_id"], OF_UNIT[c["uom"]], c["uom"], FLOW[c["flow"]], day(c["read_day"])),
            *(number(c["qty"]), QUALITY[c["quality"]]),
        ),
    ),
    "IntervalUsage": (
        lambda r: (r.service_point_id, r.flow.name, r.starts_at, r.ends_at - r.starts_at, r.value, r.quality.name),
        lambda c: (
            *(c["sp_id"], FLOW[c["flow"]], utc(c["start_utc"]), timedelta(minutes=c["minutes"])),
            *(number(c["qty"]), QUALITY[c["quality"]]),
        ),
    ),
}
ALL: dict[str, tuple[FieldsOf, Stored]] = {**EXPECTED, **MONEY}
