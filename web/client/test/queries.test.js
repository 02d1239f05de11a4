import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { buildSchema, GraphQLError } from "graphql";
import gql from "graphql-tag";
import { counted, executing, newClient } from "../support/screen.js";
import { nextPage, watchUnknown } from "../queries.js";

const schema = buildSchema(readFileSync(new URL("../../../schema.graphql", import.meta.url), "utf8"));
const money = { amount: "9.00", currency: "USD", formatted: "$9.00" };
const BILLS = ["bill 1", "bill 2", "bill 3", "bill 4"];

// An account whose Billing may be away: then its balance is unknown, and its list of bills is null.
function utility() {
  const state = { isAway: false };
  const account = {
    __typename: "BillingAccount",
    id: "account",
    balance: () => (state.isAway ? new GraphQLError("Billing is down.") : { current: money }),
    balanceState: () => (state.isAway ? "UNKNOWN" : "KNOWN"),
    bills({ first, after }) {
      if (state.isAway) return new GraphQLError("Billing is down.");
      const start = after ? BILLS.indexOf(after) + 1 : 0;
      const nodes = BILLS.slice(start, start + first).map((id) => ({ id }));
      return { nodes, pageInfo: { hasNextPage: start + first < BILLS.length, endCursor: nodes.at(-1).id } };
    },
    payments: () => ({ nodes: [{ id: "payment" }], pageInfo: { hasNextPage: false, endCursor: "payment" } }),
  };
  return { state, link: executing(schema, { billingAccount: account }) };
}

const of = (name, fields) => gql`query ${name}${fields.includes("$after") ? "($after: String)" : ""} { billingAccount(accountNumber: "1") { id ${fields} } }`;
const LISTS = of("Lists", "balanceState balance { current { amount } } bills(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }");
const BALANCE = of("Balance", "balanceState balance { current { amount } }");
const PAYMENTS = of("Payments", "balanceState balance { current { amount } } payments(first: 2, after: $after) { nodes { id } pageInfo { endCursor } }");

async function shown(client, query) {
  const watched = client.watchQuery({ query, variables: { after: null } });
  await new Promise((resolve) => watched.subscribe(({ loading }) => loading || resolve()));
  return watched;
}

const account = (watched) => watched.getCurrentResult().data.billingAccount;
// Apollo Client tells a screen of changes in its cache by a timer, as `askAgain` waits by one.
async function pass(t, milliseconds = 0) {
  t.mock.timers.tick(milliseconds);
  for (let count = 0; count < 20; count += 1) await new Promise(setImmediate);
}

test("the next page is there though another field has an error", async () => {
  const { state, link } = utility();
  const client = newClient(link);
  const watched = await shown(client, PAYMENTS);
  state.isAway = true;
  const { data, error } = await nextPage(watched, { variables: { after: "payment" } });
  assert.equal(data.billingAccount.payments.nodes.length, 1);
  assert.ok(error);
  await assert.rejects(watched.fetchMore({ variables: { after: "payment" } }));
  client.stop();
});

test("a screen asks again after another screen's answer has made it unknown", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { state, link: systems } = utility();
  const { counts, link } = counted(systems);
  const client = newClient(link);
  const overview = await shown(client, BALANCE);
  const stop = watchUnknown(overview);
  await pass(t);
  assert.deepEqual(counts, { Balance: 1 });
  state.isAway = true;
  await client.query({ query: LISTS });
  await pass(t);
  assert.equal(account(overview).balanceState, "UNKNOWN");
  assert.equal(account(overview).balance, null);
  assert.deepEqual(counts, { Balance: 2, Lists: 1 });
  state.isAway = false;
  await pass(t, 10_000);
  await pass(t);
  assert.deepEqual([account(overview).balanceState, account(overview).balance.current.amount], ["KNOWN", "9.00"]);
  await pass(t, 3_600_000);
  assert.deepEqual(counts, { Balance: 3, Lists: 1 });
  stop();
  client.stop();
});

test("asking again leaves a list as far as it was read", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { state, link } = utility();
  const client = newClient(link);
  const screen = await shown(client, LISTS);
  await nextPage(screen, { variables: { after: "bill 2" } });
  state.isAway = true;
  await client.query({ query: BALANCE, fetchPolicy: "network-only" });
  await pass(t);
  state.isAway = false;
  assert.equal(account(screen).balanceState, "UNKNOWN");
  const stop = watchUnknown(screen);
  for (let count = 0; count < 4; count += 1) await pass(t);
  const { balanceState, bills } = account(screen);
  assert.deepEqual([balanceState, bills.nodes.map(({ id }) => id), bills.pageInfo.hasNextPage], ["KNOWN", BILLS, false]);
  await screen.refetch();
  await pass(t);
  assert.equal(account(screen).bills.nodes.length, 2);
  stop();
  client.stop();
});

test("a screen that goes asks no more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { state, link: systems } = utility();
  const { counts, link } = counted(systems);
  const client = newClient(link);
  state.isAway = true;
  const screen = await shown(client, BALANCE);
  assert.equal(account(screen).balanceState, "UNKNOWN");
  watchUnknown(screen)();
  await pass(t, 3_600_000);
  assert.deepEqual(counts, { Balance: 1 });
  client.stop();
});
