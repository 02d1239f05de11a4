// What an answer does not know. A cache keeps it, and serves it without an error after the system is back.
import { MAX_ATTEMPTS, waitSeconds } from "./feed.js";
import { NULLABLE_LISTS, STATES } from "./schema-types.js";

// What stays unknown however often it is asked: a number that no system can count, and first days of many readings.
const LASTING = { fields: ["totalCountState"], types: ["UsageGranularityOption"] };
const isLasting = (type, name) => LASTING.fields.includes(name) || LASTING.types.includes(type);

// The paths of fields that are unknown: their `...State` is UNKNOWN, they are lists that are null, or pages that are not
// complete. `data` needs `__typename`, as Apollo Client and urql put it into their documents.
export function unknownFields(data) {
  if (Array.isArray(data)) return data.flatMap((entry, index) => below(index, unknownFields(entry)));
  if (!data || typeof data !== "object") return [];
  return Object.entries(data).flatMap(([name, value]) => [
    ...unknownHere(data.__typename ?? "Query", name, value),
    ...below(name, unknownFields(value)),
  ]);
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
  if (isLasting(type, name)) return [];
  if (value === "UNKNOWN" && STATES[type]?.includes(name)) return [[name.replace(/State$/, "")]];
  if (value === null && NULLABLE_LISTS[type]?.includes(name)) return [[name]];
  return name === "complete" && value === false ? [[name]] : [];
}
