// What the schema does on purpose: the rule, the messages it is about, and the reason. One that fits no message fails.
export const EXCEPTIONS = [
  ["alphabetize", /./, "Types, fields and values stand in the order in which a person reads them."],
  ["require-deprecation-date", /./, "The specification's @deprecated has no such argument; every reason names the day."],
  ["strict-id-in-types", /./, "Only a Node has an id. Values, and parts of one parent, have none, so that caches keep them in it."],
  ["relay-connection-types", /`pageInfo` field must return/, "Where the entries are unknown, so is the position of the page: null, beside the state of the list."],
  ["no-root-type", /`Mutation`/, "The rule lets a project forbid mutations. This one has them."],
  ["require-field-of-type-query-in-mutation-result", /"RevealPayload"/, "A revealed value is beside no record: caches would keep it there."],
  ["require-nullable-result-in-root", /result enum "KnownState"/, "A state always has a value: it says why its field is null."],
  ["no-typename-prefix", /"(adjustment|case|premise)Type"/, "`type` alone would read as the type of the object."],
  ["no-typename-prefix", /"(bill|customer|payment)Number"/, "The number that customers see, beside ids of the graph and of the system."],
  ["no-typename-prefix", /"(bill|payment)Status(Label)?"/, "Activities of one list need names that no other type of the list has."],
  ["require-description", /input value "\w+" in directive "(requiresScopes|source|tag|cost|listSize|pii)"/, "The library prints no descriptions there."],
];
