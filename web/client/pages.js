// How the pages of a list become one list in the cache of Apollo Client.
const ENTRIES = ["edges", "nodes"];

// Join a page to those before it. A page whose systems did not answer has no entries and no pageInfo: what is there
// stays, and the next request continues from the same cursor.
export function mergePage(existing, incoming, { args, readField }) {
  if (!existing || !incoming) return args?.after ? (incoming ?? existing) : incoming;
  if (!args?.after) return firstPage(existing, incoming, readField);
  const merged = { ...existing, ...incoming, ...totalCount(existing, incoming) };
  for (const name of ENTRIES) {
    if (name in existing || name in incoming) merged[name] = joined(existing[name], incoming[name], name, readField);
  }
  if (existing.days && "days" in incoming) merged.days = joinedDays(existing.days, incoming.days ?? [], readField);
  merged.pageInfo = incoming.pageInfo ?? existing.pageInfo;
  return merged;
}

// Interactions by day: a page may begin within the day that ended the one before.
function joinedDays(before, after, readField) {
  const days = new Map(before.map((day) => [readField("date", day), day]));
  for (const day of after) {
    const date = readField("date", day);
    const [known, more] = [days.get(date), day].map((each) => each && readField("interactions", each));
    days.set(date, known ? { ...days.get(date), interactions: joined(known, more, "nodes", readField) } : day);
  }
  return [...days.values()];
}

// Join a page of the feed. What the last page owes is what the list owes.
export function mergeFeed(existing, incoming, options) {
  if (!options.args?.after && continues(existing, incoming, options.readField)) return withNewest(existing, incoming, options.readField);
  const merged = mergePage(existing, incoming, options);
  if (!existing?.window?.until || !options.args?.after || !incoming?.window) return merged;
  return { ...merged, window: { ...existing.window, ...incoming.window, until: existing.window.until } };
}

// Is the newest page the beginning of a longer list? A record of both shows that no activity is missing between them.
// `owed` must tell what is missing further down, as the list is complete where neither page owes anything.
function continues(existing, incoming, readField) {
  if (!existing?.pageInfo || !incoming?.pageInfo || !("owed" in existing.pageInfo)) return false;
  if (ENTRIES.some((name) => existing[name] && !incoming[name])) return false;
  const [before, after] = [existing, incoming].map((page) => records(page, readField));
  return Boolean(before && after && before.length > after.length && after.some((each) => each && before.includes(each)));
}

// What the page tells is newer. The list goes on from its own end, and shows late activities in their place.
function withNewest(existing, incoming, readField) {
  const merged = { ...existing, ...incoming, pageInfo: { ...incoming.pageInfo, ...existing.pageInfo } };
  const shown = new Set(records(incoming, readField));
  for (const name of ENTRIES.filter((each) => existing[each])) {
    const places = records({ [name]: existing[name] }, readField);
    merged[name] = [...incoming[name], ...existing[name].filter((_, index) => !shown.has(places[index]))];
  }
  const owing = existing.pageInfo.owed.length ? ["complete", "sources"].filter((name) => name in existing) : [];
  for (const name of owing) merged[name] = existing[name];
  const { since } = existing.window ?? {};
  return since && incoming.window ? { ...merged, window: { ...incoming.window, since } } : merged;
}

// The feed in its order. Activities of a system that was away come late: they take their place by `occurredAt`, where the
// document selects it. Only a read can tell: while a page is written, its nodes may not be in the cache yet.
export function readFeed(existing, { readField }) {
  if (!existing) return existing;
  const names = ENTRIES.filter((name) => existing[name]);
  return { ...existing, ...Object.fromEntries(names.map((name) => [name, newestFirst(existing[name], name, readField)])) };
}

// Entries of one instant stay as they are, and so does a list in which an instant is missing.
function newestFirst(entries, name, readField) {
  const time = (entry) => Date.parse(readField("occurredAt", name === "nodes" ? entry : readField("node", entry)));
  const timed = entries.map((entry) => ({ entry, at: time(entry) }));
  if (timed.some(({ at }) => Number.isNaN(at))) return entries;
  return timed.sort((one, other) => other.at - one.at).map(({ entry }) => entry);
}

// The first page, by another document or once more. Fields that this document does not select stay if it is the same list.
// A longer list stays as a whole unless the page says where to go on from it.
function firstPage(existing, incoming, readField) {
  if (!sameList(existing, incoming, readField)) return incoming;
  const names = ENTRIES.filter((name) => incoming[name]);
  const isPart = ENTRIES.some((name) => existing[name]?.length > Math.min(...names.map((each) => incoming[each].length)));
  const merged = { ...existing, ...incoming, ...pageInfo(existing, incoming) };
  if (!isPart) return merged;
  const lasting = [...ENTRIES, "complete", "unreadable", "sources"].filter((name) => name in existing);
  return { ...merged, ...Object.fromEntries(lasting.map((name) => [name, existing[name]])), ...pageInfo(incoming, existing) };
}

const pageInfo = (before, after) =>
  before.pageInfo && after.pageInfo ? { pageInfo: { ...before.pageInfo, ...after.pageInfo } } : {};

// Only the page that was the whole list, or another system, could tell the number.
function totalCount(existing, incoming) {
  if (incoming.totalCount !== null || existing.totalCount == null) return {};
  const state = "totalCountState" in existing ? { totalCountState: existing.totalCountState } : {};
  return { totalCount: existing.totalCount, ...state };
}

// Two pages that begin with the same records, as far as both tell, and do not count differently.
function sameList(existing, incoming, readField) {
  if (existing.totalCount != null && incoming.totalCount != null && existing.totalCount !== incoming.totalCount) return false;
  const [before, after] = [existing, incoming].map((page) => records(page, readField));
  if (before === undefined || after === undefined) return true;
  if (before === null || after === null) return before === after;
  const isEnd = after.length < before.length && (after.length === 0 || incoming.pageInfo?.hasNextPage === false);
  return !isEnd && after.every((each, index) => each && (index >= before.length || each === before[index]));
}

// The records of a page in order, undefined those without an id; null if its system did not answer, undefined if the document selects none.
function records(page, readField) {
  const name = ENTRIES.find((each) => each in page);
  if (!name) return undefined;
  return page[name] && page[name].map((entry) => record(name === "nodes" ? entry : readField("node", entry), readField));
}

const record = (node, readField) => node?.__ref ?? readField("id", node);

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
  if (name === "nodes") return record(entry, readField);
  return readField("cursor", entry) ?? record(readField("node", entry), readField);
}
