// The lists of the schema that are read page by page, and the arguments that tell one list from another.
const RANGE = ["range"];

export const LISTS = {
  BillingAccount: {
    activities: ["categories", "types", "range", "includePendingBills", "acrossWindows"],
    adjustments: RANGE,
    bills: ["status", "range"],
    fieldOrders: RANGE,
    financialHistory: ["range", "kinds"],
    interactions: ["range", "all"],
    payments: ["status", "range"],
    serviceOrders: RANGE,
    serviceRequests: ["state", "states"],
  },
  Customer: { interactions: ["range", "all"] },
  Organization: { interactions: ["range", "all"] },
  PartyRelationship: { interactions: ["range", "all"] },
  Person: { interactions: ["range", "all"] },
  Query: { search: ["by"] },
};

// Objects of which each parent has one, without an id on purpose: two documents fill one object.
export const SINGLETONS = ["AccountBalance", "AccountHeader", "CreditProfile", "FinancialSummary"];
