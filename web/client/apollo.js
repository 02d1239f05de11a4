// Apollo Client: new InMemoryCache({ possibleTypes, typePolicies })
import { LISTS, SINGLETONS } from "./lists.js";
import { LOCAL, possibleTypes } from "./schema-types.js";

export { possibleTypes };

// Join a page to those before it. A page whose systems did not answer has no entries and no pageInfo: what is there
// stays, and the next request continues from the same cursor.
export function mergePage(existing, incoming, { args, readField }) {
  if (!existing || !args?.after) return incoming;
  const merged = { ...existing, ...incoming };
  for (const name of ["edges", "nodes"]) {
    if (name in existing || name in incoming) merged[name] = joined(existing[name], incoming[name], name, readField);
  }
  merged.pageInfo = incoming.pageInfo ?? existing.pageInfo;
  if (incoming.totalCount === null && existing.totalCount != null) {
    // Only the page that was the whole list, or another system, could tell the number.
    merged.totalCount = existing.totalCount;
    if ("totalCountState" in existing) merged.totalCountState = existing.totalCountState;
  }
  return merged;
}

// Join a page of the feed. Activities of a system that was away come late: they take their place by `occurredAt`, where
// the document selects it. What the last page owes is what the list owes.
export function mergeFeed(existing, incoming, options) {
  const merged = mergePage(existing, incoming, options);
  if (!existing || !options.args?.after) return merged;
  for (const name of ["edges", "nodes"]) {
    if (merged[name]) merged[name] = newestFirst(merged[name], name, options.readField);
  }
  if (existing.window?.until && incoming.window) merged.window = { ...incoming.window, until: existing.window.until };
  return merged;
}

// Entries of one instant stay as they are, and so does a list in which an instant is missing.
function newestFirst(entries, name, readField) {
  const time = (entry) => Date.parse(readField("occurredAt", name === "nodes" ? entry : readField("node", entry)));
  const timed = entries.map((entry) => ({ entry, at: time(entry) }));
  if (timed.some(({ at }) => Number.isNaN(at))) return entries;
  return timed.sort((one, other) => other.at - one.at).map(({ entry }) => entry);
}

function joined(before, after, name, readField) {
  const entries = [...(before ?? [])];
  const seen = new Set(entries.map((entry) => identity(entry, name, readField)).filter(Boolean));
  for (const entry of after ?? []) {
    const key = identity(entry, name, readField);
    if (!key || !seen.has(key)) entries.push(entry);
  }
  return before || after ? entries : null;
}

// An entry is the same if its cursor or its record is. An entry without either is never left out.
function identity(entry, name, readField) {
  if (name === "nodes") return entry?.__ref ?? readField?.("id", entry);
  return readField?.("cursor", entry) ?? readField?.("node", entry)?.__ref;
}

const merges = { activities: mergeFeed };
const pages = (lists) =>
  Object.fromEntries(Object.entries(lists).map(([name, keyArgs]) => [name, { keyArgs, merge: merges[name] ?? mergePage }]));

export const typePolicies = {
  ...Object.fromEntries(Object.entries(LISTS).map(([type, lists]) => [type, { fields: pages(lists) }])),
  ...Object.fromEntries(SINGLETONS.map((type) => [type, { merge: true }])),
  // Their `id` is deprecated: only their own system knows it, and two systems may use the same one.
  ...Object.fromEntries(LOCAL.map((type) => [type, { keyFields: false }])),
};
