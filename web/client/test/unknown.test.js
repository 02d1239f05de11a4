import assert from "node:assert/strict";
import test from "node:test";
import { MAX_ATTEMPTS } from "../feed.js";
import { askAgain, hasUnknown, nextRefetch, unknownFields } from "../unknown.js";

const answer = (fields) => ({ billingAccountState: "KNOWN", billingAccount: { __typename: "BillingAccount", id: "account", ...fields } });
const summary = (autopayState) => answer({ financialSummary: { __typename: "FinancialSummary", autopay: null, autopayState } });

test("a state that is UNKNOWN names its field", () => {
  assert.deepEqual(unknownFields(summary("UNKNOWN")), [["billingAccount", "financialSummary", "autopay"]]);
  assert.deepEqual(unknownFields(summary("NONE")), []);
  assert.deepEqual(unknownFields({ billingAccount: null, billingAccountState: "UNKNOWN" }), [["billingAccount"]]);
});

test("a list that is null is unknown, an empty one is not", () => {
  assert.deepEqual(unknownFields(answer({ scheduledPayments: null })), [["billingAccount", "scheduledPayments"]]);
  assert.deepEqual(unknownFields(answer({ scheduledPayments: [], status: null })), []);
});

test("a page that is not complete is unknown", () => {
  const bills = { __typename: "BillConnection", complete: false, nodes: [{ __typename: "Bill", id: "b", segments: null }] };
  const below = ["billingAccount", "bills"];
  assert.deepEqual(unknownFields(answer({ bills })), [[...below, "complete"], [...below, "nodes", 0, "segments"]]);
});

test("what no system can tell is not asked again", () => {
  const bills = { __typename: "BillConnection", complete: true, totalCount: null, totalCountState: "UNKNOWN" };
  const granularity = { __typename: "UsageGranularityOption", since: null, sinceState: "UNKNOWN" };
  assert.equal(hasUnknown(answer({ bills, usageOptions: { options: [{ granularities: [granularity] }] } })), false);
});

test("an insight that could not be checked is unknown", () => {
  const insight = (fields) => answer({ insights: { __typename: "InsightSet", ranked: [{ __typename: "Insight", id: "i", ...fields }] } });
  const place = ["billingAccount", "insights", "ranked", 0];
  assert.deepEqual(unknownFields(insight({ isKnown: false })), [[...place, "isKnown"]]);
  assert.deepEqual(unknownFields(insight({ state: "UNKNOWN" })), [[...place, "state"]]);
  assert.deepEqual(unknownFields(insight({ isKnown: true, state: "RAISED" })), []);
  const unknown = answer({ insights: { __typename: "InsightSet", unknown: [{ __typename: "Insight", code: "LEAK" }] } });
  assert.deepEqual(unknownFields(unknown), [["billingAccount", "insights", "unknown", 0]]);
});

test("a system whose data is missing or old is asked again", () => {
  const page = (fields) => answer({ bills: { __typename: "BillConnection", sources: [{ __typename: "SourceStatus", ...fields }] } });
  const place = ["billingAccount", "bills", "sources", 0, "needsNotice"];
  assert.deepEqual(unknownFields(page({ state: "STALE", needsNotice: true })), [place]);
  assert.deepEqual(unknownFields(page({ state: "OK", needsNotice: false })), []);
  for (const refused of [{ state: "FORBIDDEN" }, { state: "NOT_PERMITTED" }, { state: "DOWN", retryable: false }]) {
    assert.deepEqual(unknownFields(page({ ...refused, needsNotice: true })), [], JSON.stringify(refused));
  }
});

test("the health of all systems is no part of the page", () => {
  assert.equal(hasUnknown({ sources: [{ __typename: "SourceStatus", state: "DOWN", needsNotice: true }] }), false);
});

test("an enum of another meaning is no state", () => {
  assert.equal(hasUnknown({ node: { __typename: "ServiceOrder", id: "o", orderState: "UNKNOWN" } }), false);
});

test("an unknown answer is asked again ever later, and then no more", () => {
  assert.equal(nextRefetch(summary("KNOWN")), null);
  const waits = [0, 1, 2, MAX_ATTEMPTS].map((attempts) => nextRefetch(summary("UNKNOWN"), attempts, 7)?.waitSeconds ?? null);
  assert.deepEqual(waits, [7, 14, 28, null]);
  assert.equal(nextRefetch(undefined), null);
});

const turns = () => new Promise(setImmediate);

// Ask again with a clock that only ticks here: the seconds at which it asked, of one hour.
async function asked(t, data, refetch, seconds = 3600) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const at = [];
  let now = 0;
  const stop = askAgain(data, () => at.push(now) && refetch(at.length));
  for (; now < seconds; now += 1) {
    t.mock.timers.tick(now === 0 ? 0 : 1000);
    await turns();
  }
  stop();
  return at;
}

test("an unknown answer is asked again until it is known", async (t) => {
  const refetch = async (count) => ({ data: summary(count < 3 ? "UNKNOWN" : "KNOWN") });
  assert.deepEqual(await asked(t, summary("UNKNOWN"), refetch), [0, 10, 30]);
});

test("a known answer is not asked again", async (t) => {
  assert.deepEqual(await asked(t, summary("NONE"), async () => ({})), []);
});

test("asking again stops after ten attempts, though each fails", async (t) => {
  const at = await asked(t, summary("UNKNOWN"), () => Promise.reject(new Error("no network")));
  assert.equal(at.length, MAX_ATTEMPTS);
});

test("a page that goes asks no more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let count = 0;
  const stop = askAgain(summary("UNKNOWN"), async () => ({ data: summary((count += 1) && "UNKNOWN") }));
  t.mock.timers.tick(0);
  stop();
  await turns();
  t.mock.timers.tick(3_600_000);
  assert.equal(count, 1);
});
