// The lists of the schema that are read page by page, and the arguments that tell one list from another.
// `filter` and `orderBy` do, on every list that has them; the others are older.
const FILTERED = ["filter", "orderBy"];
const INTERACTIONS = [...FILTERED, "all", "range"];

export const LISTS = {
  BillingAccount: {
    activities: ["categories", "types", "range", "includePendingBills", "scope", "acrossWindows"],
    adjustments: [...FILTERED, "range"],
    bills: [...FILTERED, "status", "range"],
    fieldOrders: [...FILTERED, "range"],
    financialHistory: [...FILTERED, "kinds", "range"],
    interactions: INTERACTIONS,
    payments: [...FILTERED, "status", "range"],
    serviceOrders: [...FILTERED, "range"],
    serviceRequests: [...FILTERED, "states", "state"],
  },
  Customer: {
    activities: ["categories", "types", "range", "includePendingBills", "acrossWindows"],
    interactions: INTERACTIONS,
  },
  Organization: { interactions: INTERACTIONS },
  PartyRelationship: { interactions: INTERACTIONS },
  Person: { interactions: INTERACTIONS },
  Query: { search: ["by", "text"] },
};
