// What an answer does not know. A cache keeps it, and serves it without an error after the system is back.
import { MAX_ATTEMPTS, waitSeconds } from "./feed.js";
import { NULLABLE_LISTS, SIGNS, STATES } from "./schema-types.js";

// What stays unknown however often it is asked: a number that no system can count, and first days of many readings.
const LASTING = { fields: ["totalCountState"], types: ["UsageGranularityOption"] };
const isLasting = (type, name) => LASTING.fields.includes(name) || LASTING.types.includes(type);
// The health of all systems is not what the page shows; and who may not see a record will not see it in ten seconds.
const isSettled = (type, name, object) =>
  (type === "Query" && name === "sources") || (type === "SourceStatus" && (object.retryable === false || REFUSED.includes(object.state)));
// Each entry is unknown, whatever a document selects of it.
const LISTS_OF_UNKNOWNS = { InsightSet: "unknown" };
const REFUSED = ["FORBIDDEN", "NOT_PERMITTED"];

// The paths of fields that are unknown: their `...State` is UNKNOWN, or they are lists that are null. So are pages that are
// not complete, insights that could not be checked, and systems whose data is missing or old.
// `data` needs `__typename`, as Apollo Client and urql put it into their documents.
export function unknownFields(data) {
  if (Array.isArray(data)) return data.flatMap((entry, index) => below(index, unknownFields(entry)));
  if (!data || typeof data !== "object") return [];
  const type = data.__typename ?? "Query";
  return Object.entries(data)
    .filter(([name]) => !isSettled(type, name, data))
    .flatMap(([name, value]) => [...unknownHere(type, name, value), ...below(name, unknownFields(value))]);
}

export const hasUnknown = (data) => unknownFields(data).length > 0;

// When to ask again for an answer with unknown fields, past the cache: how many seconds to wait before. Null if all is
// known, or after MAX_ATTEMPTS in vain.
export function nextRefetch(data, attempts = 0, retryAfterSeconds = null) {
  if (attempts >= MAX_ATTEMPTS || !hasUnknown(data)) return null;
  return { waitSeconds: waitSeconds(attempts, retryAfterSeconds) };
}

// Ask again, past the cache, until all is known: at once, since `data` may be from the cache, then ever later. `refetch` is
// that of Apollo Client. The result stops it: call it when the page goes.
export function askAgain(data, refetch) {
  let timer;
  let isShown = true;
  const plan = (latest, attempts) => {
    const next = isShown && nextRefetch(latest, attempts);
    if (next) timer = setTimeout(ask, attempts === 0 ? 0 : next.waitSeconds * 1000, latest, attempts);
  };
  const ask = async (latest, attempts) => {
    const answer = await refetch().catch(() => undefined);
    plan(answer?.data ?? latest, attempts + 1);
  };
  plan(data, 0);
  return () => {
    isShown = false;
    clearTimeout(timer);
  };
}

const below = (name, paths) => paths.map((path) => [name, ...path]);

function unknownHere(type, name, value) {
  if (isLasting(type, name) || value === undefined) return [];
  if (LISTS_OF_UNKNOWNS[type] === name) return value.map((_, index) => [name, index]);
  if (value === "UNKNOWN" && STATES[type]?.includes(name)) return [[name.replace(/State$/, "")]];
  if (value === null && NULLABLE_LISTS[type]?.includes(name)) return [[name]];
  return SIGNS[type]?.[name] === value ? [[name]] : [];
}
