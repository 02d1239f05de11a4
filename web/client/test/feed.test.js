import assert from "node:assert/strict";
import test from "node:test";
import { InMemoryCache } from "@apollo/client";
import gql from "graphql-tag";
import { possibleTypes, typePolicies } from "../apollo.js";
import { MAX_ATTEMPTS, nextRequest } from "../feed.js";

const feed = (entries) => gql`
  query Feed($after: String) {
    billingAccount(accountNumber: "1") {
      id
      activities(first: 2, scope: CUSTOMER, acrossWindows: true, after: $after) {
        ${entries}
        pageInfo { endCursor hasNextPage owed { system } }
      }
    }
  }
`;
// As docs/front-end.md has it for all accounts of a customer. The account is written before the nodes are.
const SCOPED = "title occurredAt account { ... on BillingAccount { id accountNumber } } accountState";
const node = (number, occurredAt) => ({
  __typename: "Bill",
  id: `bill ${number}`,
  title: `Bill ${number}`,
  occurredAt,
  accountState: "KNOWN",
  account: { __typename: "BillingAccount", id: "account", accountNumber: "1" },
});
const page = (nodes, endCursor, owed) => ({
  billingAccount: {
    __typename: "BillingAccount",
    id: "account",
    activities: {
      __typename: "CustomerActivityConnection",
      nodes,
      edges: nodes.map((each) => ({ __typename: "CustomerActivityEdge", cursor: `after ${each.id}`, node: each })),
      pageInfo: {
        __typename: "PageInfo", endCursor, hasNextPage: false, owed: owed.map((system) => ({ __typename: "OwedEntries", system })),
      },
    },
  },
});
const ids = ({ nodes, edges }) => (nodes ?? edges.map((edge) => edge.node)).map(({ id }) => id);

for (const entries of [`nodes { id ${SCOPED} }`, `edges { cursor node { id ${SCOPED} } }`]) {
  test(`late activities take their place where the list selects accounts: ${entries.slice(0, 5)}`, () => {
    const store = new InMemoryCache({ possibleTypes, typePolicies });
    const query = feed(entries);
    const early = [node(9, "2026-11-09T00:00:00-05:00"), node(1, "2023-11-01T00:00:00-05:00")];
    const late = [node(8, "2026-11-08T00:00:00-05:00"), node(5, "2026-05-01T00:00:00-05:00")];
    store.writeQuery({ query, data: page(early, "c1", ["PAYMENTS"]) });
    store.writeQuery({ query, variables: { after: "c1" }, data: page(late, "c2", []) });
    assert.deepEqual(ids(store.readQuery({ query }).billingAccount.activities), ["bill 9", "bill 8", "bill 5", "bill 1"]);
  });
}

test("a list without instants keeps the order of its pages", () => {
  const store = new InMemoryCache({ possibleTypes, typePolicies });
  const query = feed("nodes { id }");
  store.writeQuery({ query, data: page([node(1, "2023-11-01T00:00:00Z")], "c1", []) });
  store.writeQuery({ query, variables: { after: "c1" }, data: page([node(9, "2026-11-01T00:00:00Z")], "c2", []) });
  assert.deepEqual(ids(store.readQuery({ query }).billingAccount.activities), ["bill 1", "bill 9"]);
});

const away = (retryAfterSeconds) => ({
  hasNextPage: false, endCursor: "c", owed: [{ retryable: true }, { retryable: false }], retryAfterSeconds,
});
const waits = (retryAfterSeconds, attempts) =>
  attempts.map((number) => nextRequest(away(retryAfterSeconds), number)?.waitSeconds ?? null);

test("a scroller goes on, or ends", () => {
  assert.equal(nextRequest({ ...away(9), owed: [] }), null);
  assert.equal(nextRequest({ ...away(9), owed: [{ retryable: false }] }), null);
  assert.deepEqual(nextRequest({ ...away(9), hasNextPage: true }, MAX_ATTEMPTS), { after: "c", waitSeconds: 0 });
  assert.deepEqual(nextRequest(away(9)), { after: "c", waitSeconds: 9 });
});

test("a scroller waits longer each time, and stops", () => {
  assert.deepEqual(waits(null, [0, 1, 2, 9, MAX_ATTEMPTS]), [5, 10, 20, 60, null]);
  assert.deepEqual(waits(5, [0, 1, 2, 9, MAX_ATTEMPTS]), [5, 10, 20, 60, null]);
  assert.deepEqual(waits(0, [0, 1, 2]), [1, 10, 20]);
});

test("a scroller never waits less than the system asks for", () => {
  assert.deepEqual(waits(45, [0, 1, 2]), [45, 60, 60]);
  assert.deepEqual(waits(300, [0, 1]), [300, 300]);
});

test("a scroller waits longer though the system asks for ever less", () => {
  const seconds = [5, 3, 1, 2].map((asked, attempts) => waits(asked, [attempts])[0]);
  assert.deepEqual(seconds, [5, 10, 20, 40]);
});
