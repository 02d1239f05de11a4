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

const pages = (lists) =>
  Object.fromEntries(Object.entries(lists).map(([name, keyArgs]) => [name, { keyArgs, merge: mergePage }]));

export const typePolicies = {
  ...Object.fromEntries(Object.entries(LISTS).map(([type, lists]) => [type, { fields: pages(lists) }])),
  ...Object.fromEntries(SINGLETONS.map((type) => [type, { merge: true }])),
  // Their `id` is deprecated: only their own system knows it, and two systems may use the same one.
  ...Object.fromEntries(LOCAL.map((type) => [type, { keyFields: false }])),
};
