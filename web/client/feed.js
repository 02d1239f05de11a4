// What a scroller of the feed does after a page of `activities(acrossWindows: true)`.
const FIRST_WAIT = 5;
const LONGEST_WAIT = 60;
export const MAX_ATTEMPTS = 10;

// The next request: its cursor, and how many seconds to wait before it. Null if there is none: the feed is at its end, and
// what it still owes will not come soon. `attempts` is how often the same cursor has been asked in vain; after
// MAX_ATTEMPTS, about seven minutes, the user decides.
export function nextRequest({ hasNextPage, endCursor, owed = [], retryAfterSeconds }, attempts = 0) {
  if (hasNextPage) return { after: endCursor ?? null, waitSeconds: 0 };
  if (attempts >= MAX_ATTEMPTS || !owed.some((each) => each.retryable)) return null;
  return { after: endCursor ?? null, waitSeconds: waitSeconds(attempts, retryAfterSeconds) };
}

// As the system asks for, at first; then twice as long each time, up to a minute, and never less than the system asks for.
export function waitSeconds(attempts, retryAfterSeconds) {
  const asked = Math.max(retryAfterSeconds ?? FIRST_WAIT, 1);
  if (attempts === 0) return asked;
  return Math.max(asked, Math.min(LONGEST_WAIT, Math.max(asked, FIRST_WAIT) * 2 ** attempts));
}
