// All that the documents of the tests select of an account.
const money = (amount) => ({ __typename: "Money", amount, currency: "USD", formatted: `$${amount}` });
const period = { __typename: "Period", start: "2026-09-01", end: "2026-09-30", days: 30 };
const autopay = { __typename: "AutopayInstruction", since: "2025-01-01", nextDrawOn: "2026-12-01", instrument: "x1881" };
const coded = { __typename: "CodedValue", code: "RES", label: "Residential" };
const insight = { __typename: "Insight", id: "insight", code: "AUTOPAY_ACTIVE" };

const bills = [3, 2, 1].map((number) => ({ __typename: "Bill", id: `bill ${number}`, period, amountDue: money(`${number}.20`) }));
const billPage = ({ first }) => {
  const nodes = bills.slice(0, first);
  return {
    __typename: "BillConnection",
    nodes,
    edges: nodes.map((node) => ({ __typename: "BillEdge", cursor: `after ${node.id}`, node })),
    pageInfo: { __typename: "PageInfo", hasNextPage: nodes.length < bills.length, endCursor: `after ${nodes.at(-1).id}` },
    totalCount: bills.length,
    totalCountState: "KNOWN",
    complete: true,
  };
};

export const account = {
  __typename: "BillingAccount",
  id: "account",
  autopay,
  customerClass: coded,
  bills: billPage,
  source: { __typename: "SourceRef", system: "CIS", url: "https://cis.example/1" },
  balance: { __typename: "AccountBalance", current: money("206.10"), pastDue: money("0.00") },
  financialSummary: { __typename: "FinancialSummary", autopay, lastBill: bills[0] },
  insights: { __typename: "InsightSet", total: 1, top: [insight], all: [insight], unknown: [] },
  premises: [{ __typename: "Premise", id: "premise", address: { __typename: "Address", line1: "12 Oak St", city: "Riverton" } }],
  customer: { __typename: "Customer", id: "customer", dashboard: { __typename: "Dashboard", available: true, reasonLabel: "Yes" } },
  header: { __typename: "AccountHeader", contactName: "Ann", phone: "555", accounts: [{ accountId: "account" }] },
  creditProfile: {
    __typename: "CreditProfile",
    debt: { __typename: "DebtSummary", inCollections: money("9.00"), disconnectOn: "2026-12-24" },
  },
  billComparison: { __typename: "BillComparison", currentState: "KNOWN", comparisons: [{ verdict: "MORE" }] },
  usageOptions: { __typename: "UsageOptions", complete: true, options: [{ unit: "KWH" }] },
};
