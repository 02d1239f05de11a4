// What a scroller of the feed does after a page of `activities(acrossWindows: true)`.
const FIRST_WAIT = 5;
const LONGEST_WAIT = 60;

// The next request: its cursor, and how many seconds to wait before it. Null if there is none: the feed is at its end, and
// what it still owes will not come soon. `attempts` is how often the same cursor has been asked in vain.
export function nextRequest({ hasNextPage, endCursor, owed = [], retryAfterSeconds }, attempts = 0) {
  if (hasNextPage) return { after: endCursor, waitSeconds: 0 };
  if (!owed.some((each) => each.retryable)) return null;
  return { after: endCursor, waitSeconds: retryAfterSeconds ?? Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempts) };
}
