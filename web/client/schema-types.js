// Written by generate.js from schema.graphql.
export const possibleTypes = {
  "CreditEntry": [
    "CashOnlyHistory",
    "CreditRatingHistory"
  ],
  "CreditProcess": [
    "CollectionProcess",
    "CutProcess",
    "PayPlanOverdueProcess",
    "SeveranceProcess",
    "WriteOffProcess"
  ],
  "CustomerActivity": [
    "Bill",
    "Call",
    "Case",
    "CashOnlyHistory",
    "Chat",
    "CollectionProcess",
    "CreditRatingHistory",
    "CustomerContact",
    "CutProcess",
    "EmailMessage",
    "FieldOrder",
    "OutageCall",
    "PayPlanOverdueProcess",
    "Payment",
    "PaymentArrangement",
    "RebateClaim",
    "ServiceOrder",
    "ServiceRequest",
    "ServiceTask",
    "SeveranceProcess",
    "WriteOffProcess"
  ],
  "FinancialTransaction": [
    "Adjustment",
    "Bill",
    "Payment"
  ],
  "Node": [
    "Adjustment",
    "Bill",
    "BillSegment",
    "BillingAccount",
    "Call",
    "Case",
    "CashOnlyHistory",
    "Chat",
    "CollectionProcess",
    "ContactRestriction",
    "CreditRatingHistory",
    "Customer",
    "CustomerContact",
    "CutProcess",
    "EmailMessage",
    "FieldOrder",
    "Interaction",
    "InteractionActivity",
    "MediaItem",
    "Organization",
    "OutageCall",
    "OutageEvent",
    "PartyRelationship",
    "PayPlan",
    "PayPlanOverdueProcess",
    "Payment",
    "PaymentArrangement",
    "Person",
    "Premise",
    "RebateClaim",
    "ServiceAgreement",
    "ServiceOrder",
    "ServicePoint",
    "ServiceRequest",
    "ServiceTask",
    "SeveranceProcess",
    "WriteOffProcess"
  ],
  "Party": [
    "Organization",
    "PartyRelationship",
    "Person"
  ],
  "SearchHit": [
    "BillingAccount",
    "Customer",
    "Premise"
  ]
};
export const EMBEDDED = [
  "AccountBalance",
  "AccountHeader",
  "AccountOption",
  "AccountPerson",
  "ActivityWindow",
  "Address",
  "AdjustmentConnection",
  "AdjustmentEdge",
  "AgingBucket",
  "AutopayInstruction",
  "BillComparison",
  "BillComparisonItem",
  "BillConnection",
  "BillCorrection",
  "BillDriver",
  "BillEdge",
  "BillLine",
  "BilledService",
  "BillingHistoryMonth",
  "CallStatistics",
  "CategoryCount",
  "ChatMessage",
  "CodedValue",
  "ContactPoint",
  "CreditProfile",
  "CustomerActivityConnection",
  "CustomerActivityEdge",
  "Dashboard",
  "DebtSummary",
  "FieldOrderConnection",
  "FieldOrderEdge",
  "FinancialHistoryConnection",
  "FinancialHistoryEntry",
  "FinancialHistoryEntryEdge",
  "FinancialSummary",
  "InsightAction",
  "InsightFact",
  "InsightSet",
  "InteractionConnection",
  "InteractionDay",
  "InteractionEdge",
  "InteractionWindow",
  "MediaItemSegment",
  "Money",
  "Mutation",
  "NameValue",
  "NextBill",
  "OwedEntries",
  "PageInfo",
  "PaymentConnection",
  "PaymentEdge",
  "PaymentTender",
  "Period",
  "PersonalIdentifier",
  "ProcessEvent",
  "ProgramEnrollment",
  "RevealPayload",
  "RevealedValue",
  "ScheduledPayment",
  "SearchConnection",
  "SearchEdge",
  "ServiceOrderConnection",
  "ServiceOrderEdge",
  "ServiceQuantity",
  "ServiceRequestConnection",
  "ServiceRequestEdge",
  "SourceRef",
  "SourceStatus",
  "SpecialNeed",
  "UsageComparison",
  "UsageComparisonPoint",
  "UsageComparisonSeries",
  "UsageGranularityOption",
  "UsageOption",
  "UsageOptions",
  "UsagePart",
  "UsageReading",
  "UsageSeries",
  "WrapUp"
];
export const LOCAL = [
  "AccountAlert",
  "Agent",
  "Meter",
  "Note",
  "ServiceOrderStep"
];
export const VALUES = [
  "ActivityWindow",
  "Address",
  "Agent",
  "AutopayInstruction",
  "CallStatistics",
  "CodedValue",
  "Dashboard",
  "InsightAction",
  "InteractionWindow",
  "Meter",
  "Money",
  "Period",
  "ProcessEvent",
  "WrapUp"
];
export const PARTS = [
  "AccountBalance",
  "AccountHeader",
  "BillComparison",
  "CreditProfile",
  "DebtSummary",
  "FinancialSummary",
  "InsightSet",
  "NextBill",
  "SourceRef",
  "UsageComparison",
  "UsageOptions"
];
export const STATES = {
  "AccountHeader": [
    "accountNumberState",
    "accountState",
    "birthYearState",
    "contactNameState",
    "customerClassState",
    "dateOfBirthState",
    "emailState",
    "phoneState"
  ],
  "AccountPerson": [
    "accountState",
    "personState"
  ],
  "Adjustment": [
    "serviceAgreementState"
  ],
  "AdjustmentConnection": [
    "totalCountState"
  ],
  "Bill": [
    "accountState",
    "occurredOnState"
  ],
  "BillComparison": [
    "currentState"
  ],
  "BillComparisonItem": [
    "billState",
    "changePerDayPercentState",
    "changePercentState",
    "changeState",
    "verdictState"
  ],
  "BillConnection": [
    "totalCountState"
  ],
  "BillCorrection": [
    "replacedByState"
  ],
  "BillDriver": [
    "serviceTypeState"
  ],
  "BillSegment": [
    "premiseState",
    "serviceAgreementState"
  ],
  "BillingAccount": [
    "autopayState",
    "balanceState",
    "billComparisonState",
    "creditProfileState",
    "customerState",
    "timeZoneState",
    "usageComparisonState",
    "usageOptionsState"
  ],
  "BillingHistoryMonth": [
    "amountDueState",
    "chargesState",
    "endingBalanceState"
  ],
  "Call": [
    "accountState",
    "interactionState",
    "occurredOnState"
  ],
  "Case": [
    "accountState",
    "occurredOnState"
  ],
  "CashOnlyHistory": [
    "accountState",
    "occurredOnState"
  ],
  "CategoryCount": [
    "countState"
  ],
  "Chat": [
    "accountState",
    "interactionState",
    "occurredOnState"
  ],
  "CollectionProcess": [
    "accountState",
    "nextEventState",
    "occurredOnState"
  ],
  "CreditRatingHistory": [
    "accountState",
    "occurredOnState"
  ],
  "Customer": [
    "dashboardState",
    "defaultAccountState",
    "partyState"
  ],
  "CustomerActivityConnection": [
    "totalCountState"
  ],
  "CustomerContact": [
    "accountState",
    "occurredOnState",
    "personState"
  ],
  "CutProcess": [
    "accountState",
    "nextEventState",
    "occurredOnState",
    "serviceAgreementState"
  ],
  "EmailMessage": [
    "accountState",
    "occurredOnState"
  ],
  "FieldOrder": [
    "accountState",
    "occurredOnState",
    "serviceOrderState",
    "servicePointState"
  ],
  "FieldOrderConnection": [
    "totalCountState"
  ],
  "FinancialHistoryConnection": [
    "closingBalanceState",
    "openingBalanceState",
    "totalCountState"
  ],
  "FinancialHistoryEntry": [
    "balanceAfterState",
    "cancelReasonState"
  ],
  "FinancialSummary": [
    "autopayState",
    "billedLast12MonthsState",
    "creditRatingState",
    "currentBalanceState",
    "depositState",
    "lastBillState",
    "lastPaymentState",
    "nextBillOnState",
    "onTimePaymentPercent12MonthsState",
    "payoffBalanceState",
    "payoffDiffersState",
    "previousBillState"
  ],
  "Insight": [
    "amountState"
  ],
  "Interaction": [
    "accountState",
    "contactState",
    "partyState"
  ],
  "InteractionActivity": [
    "mediaItemState"
  ],
  "InteractionConnection": [
    "totalCountState"
  ],
  "MediaItem": [
    "interactionState"
  ],
  "NextBill": [
    "expectedOnState"
  ],
  "OutageCall": [
    "accountState",
    "occurredOnState",
    "outageState",
    "premiseState"
  ],
  "PartyRelationship": [
    "organizationState",
    "personState"
  ],
  "PayPlanOverdueProcess": [
    "accountState",
    "nextEventState",
    "occurredOnState",
    "payPlanState"
  ],
  "Payment": [
    "accountState",
    "occurredOnState"
  ],
  "PaymentArrangement": [
    "accountState",
    "occurredOnState"
  ],
  "PaymentConnection": [
    "totalCountState"
  ],
  "Person": [
    "dateOfBirthState"
  ],
  "Premise": [
    "customerState"
  ],
  "Query": [
    "billingAccountState",
    "customerState",
    "interactionState",
    "mediaItemState",
    "nodeState"
  ],
  "RebateClaim": [
    "accountState",
    "occurredOnState"
  ],
  "SearchConnection": [
    "totalCountState"
  ],
  "SearchEdge": [
    "accountCountState",
    "accountNumberState",
    "accountStatusState",
    "addressState",
    "contextState",
    "customerNumberState",
    "customerStatusState",
    "matchedTextState",
    "nameState"
  ],
  "ServiceAgreement": [
    "accountState",
    "premiseState"
  ],
  "ServiceOrder": [
    "accountState",
    "occurredOnState",
    "servicePointState"
  ],
  "ServiceOrderConnection": [
    "totalCountState"
  ],
  "ServicePoint": [
    "premiseState"
  ],
  "ServiceRequest": [
    "accountState",
    "occurredOnState"
  ],
  "ServiceRequestConnection": [
    "totalCountState"
  ],
  "ServiceTask": [
    "accountState",
    "occurredOnState"
  ],
  "SeveranceProcess": [
    "accountState",
    "collectionProcessState",
    "nextEventState",
    "occurredOnState",
    "serviceAgreementState"
  ],
  "SourceRef": [
    "numberState",
    "recordState",
    "titleState"
  ],
  "UsageComparison": [
    "changePercentState"
  ],
  "UsageComparisonPoint": [
    "changePercentState",
    "currentState",
    "earlierState"
  ],
  "UsageComparisonSeries": [
    "averagePerDayState",
    "totalState"
  ],
  "UsageGranularityOption": [
    "intervalMinutesState",
    "sinceState",
    "state",
    "untilState"
  ],
  "UsageSeries": [
    "servicePointState",
    "totalState"
  ],
  "WriteOffProcess": [
    "accountState",
    "nextEventState",
    "occurredOnState"
  ]
};
export const NULLABLE_LISTS = {
  "AccountBalance": [
    "arrears"
  ],
  "AccountHeader": [
    "accounts",
    "personalIdentifiers"
  ],
  "AdjustmentConnection": [
    "edges",
    "nodes"
  ],
  "Bill": [
    "segments"
  ],
  "BillComparisonItem": [
    "drivers"
  ],
  "BillConnection": [
    "edges",
    "nodes"
  ],
  "BillSegment": [
    "lines",
    "quantities"
  ],
  "BilledService": [
    "quantities"
  ],
  "BillingAccount": [
    "alerts",
    "billingHistory",
    "creditProcesses",
    "outages",
    "payPlans",
    "paymentArrangements",
    "persons",
    "premises",
    "programs",
    "scheduledPayments",
    "serviceAgreements",
    "usage"
  ],
  "BillingHistoryMonth": [
    "bills",
    "corrections",
    "services"
  ],
  "Chat": [
    "transcript"
  ],
  "CollectionProcess": [
    "events"
  ],
  "Customer": [
    "accounts"
  ],
  "CustomerActivityConnection": [
    "counts"
  ],
  "CutProcess": [
    "events"
  ],
  "FieldOrderConnection": [
    "edges",
    "nodes"
  ],
  "FinancialHistoryConnection": [
    "edges",
    "nodes"
  ],
  "Interaction": [
    "activities",
    "mediaItems",
    "notes"
  ],
  "InteractionConnection": [
    "days",
    "edges",
    "nodes"
  ],
  "MediaItem": [
    "segments"
  ],
  "Organization": [
    "contactPoints",
    "customers",
    "restrictions"
  ],
  "PartyRelationship": [
    "contactPoints",
    "customers",
    "restrictions"
  ],
  "PayPlan": [
    "payments"
  ],
  "PayPlanOverdueProcess": [
    "events"
  ],
  "Payment": [
    "tenders"
  ],
  "PaymentConnection": [
    "edges",
    "nodes"
  ],
  "Person": [
    "accountRoles",
    "contactPoints",
    "customers",
    "identifiers",
    "restrictions",
    "specialNeeds"
  ],
  "Premise": [
    "accounts",
    "serviceAgreements",
    "servicePoints"
  ],
  "Query": [
    "nodes"
  ],
  "SearchConnection": [
    "edges",
    "nodes"
  ],
  "ServiceAgreement": [
    "servicePoints"
  ],
  "ServiceOrder": [
    "fieldOrders",
    "steps"
  ],
  "ServiceOrderConnection": [
    "edges",
    "nodes"
  ],
  "ServiceRequestConnection": [
    "edges",
    "nodes"
  ],
  "ServiceTask": [
    "details"
  ],
  "SeveranceProcess": [
    "events"
  ],
  "UsageOption": [
    "servicePoints"
  ],
  "UsageReading": [
    "parts"
  ],
  "WriteOffProcess": [
    "events"
  ]
};
export const SIGNS = {
  "AdjustmentConnection": {
    "complete": false
  },
  "BillConnection": {
    "complete": false
  },
  "CustomerActivityConnection": {
    "complete": false
  },
  "FieldOrderConnection": {
    "complete": false
  },
  "FinancialHistoryConnection": {
    "complete": false
  },
  "Insight": {
    "isKnown": false,
    "state": "UNKNOWN"
  },
  "InteractionConnection": {
    "complete": false
  },
  "PaymentConnection": {
    "complete": false
  },
  "SearchConnection": {
    "complete": false
  },
  "ServiceOrderConnection": {
    "complete": false
  },
  "ServiceRequestConnection": {
    "complete": false
  },
  "SourceStatus": {
    "needsNotice": true
  },
  "UsageOptions": {
    "complete": false
  }
};
