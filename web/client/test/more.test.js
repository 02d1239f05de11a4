// The next page of each list of the shipped documents: by its own small document, and by nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import gql from "graphql-tag";
import { inventing } from "../support/invented.js";
import { counted, executing, newClient } from "../support/screen.js";

const root = new URL("../../../", import.meta.url);
const shipped = (name) => gql(readFileSync(new URL(`gateway/server/queries/${name}.graphql`, root), "utf8"));
const schema = inventing(readFileSync(new URL("schema.graphql", root), "utf8"));
const PAGES = shipped("pages");
const smallDocument = (name) => ({
  kind: "Document",
  definitions: PAGES.definitions.filter((each) => each.name.value === name),
});

// What the cache has got comes onto the screen in a later turn of the event loop.
async function until(page, isShown) {
  if (isShown()) return;
  await new Promise((resolve) => {
    const subscription = page.subscribe(() => isShown() && resolve(subscription?.unsubscribe()));
  });
}

const ofAccount = (list) => (data) => data.billingAccount[list];
const ofFirstAccount = (list) => (data) => data.customer.accounts[0][list];

// The document of a page, where it has the list, the document of the next pages, and the size of both.
const LISTS = [
  ["customer-360", ofFirstAccount("bills"), "BillsPage", 12],
  ["customer-360", ofFirstAccount("payments"), "PaymentsPage", 12],
  ["customer-360", ofFirstAccount("serviceRequests"), "ServiceRequestsPage", 3],
  ["customer-360", ofFirstAccount("serviceOrders"), "ServiceOrdersPage", 3],
  ["customer-360", ofFirstAccount("fieldOrders"), "FieldOrdersPage", 3],
  ["customer-360", ofFirstAccount("activities"), "ActivitiesPage", 20],
  ["customer-360", (data) => data.customer.interactions, "InteractionsPage", 5],
  ["overview-tab", ofAccount("activities"), "ActivitiesPage", 5],
  ["orders", ofAccount("serviceRequests"), "ServiceRequestsPage", 10],
  ["orders", ofAccount("serviceOrders"), "ServiceOrdersPage", 10],
  ["orders", ofAccount("fieldOrders"), "FieldOrdersPage", 10],
  ["billing-tab", ofAccount("financialHistory"), "FinancialHistoryPage", 25],
];

// Show a document, and fetch all pages of one of its lists by another one. What was sent, and the list on the page.
async function scrolled(name, list, more, first) {
  const variables = { customer: "customer", account: "account" };
  const { counts, link } = counted(executing(schema));
  const client = newClient(link);
  const page = client.watchQuery({ query: shipped(name), variables });
  await new Promise((resolve) => page.subscribe((result) => result.loading || resolve()));
  const shown = () => list(page.getCurrentResult().data);
  while (shown().pageInfo.hasNextPage) {
    const { endCursor } = shown().pageInfo;
    await page.fetchMore({ query: more, variables: { ...variables, first, after: endCursor } });
    await until(page, () => shown().pageInfo.endCursor !== endCursor);
  }
  const { dataState, error } = page.getCurrentResult();
  client.stop();
  return { counts, entries: shown().nodes ?? shown().edges, days: shown().days, isWhole: dataState === "complete" && !error };
}

for (const [name, list, operation, first] of LISTS) {
  test(`${operation} continues a list of ${name}, and asks for nothing else`, async () => {
    const { counts, entries, isWhole } = await scrolled(name, list, smallDocument(operation), first);
    const names = entries.map((entry) => entry.cursor ?? entry.id);
    assert.equal(names.length, 30);
    assert.equal(new Set(names).size, 30);
    assert.ok(isWhole);
    const [[page, sent], ...others] = Object.entries(counts);
    assert.notEqual(page, operation);
    assert.deepEqual([sent, others], [1, [[operation, Math.ceil(30 / first) - 1]]]);
  });
}

test("interactions by day are joined within a day", async () => {
  const { counts, days } = await scrolled("interactions", (data) => data.customer.interactions, shipped("interactions"), 20);
  assert.deepEqual(days.map(({ date, interactions }) => [date, interactions.length]), [["2026-11-01", 30]]);
  assert.deepEqual(counts, { Interactions: 2 });
});

test("every small document continues a list of a page", () => {
  const operations = PAGES.definitions.map((each) => each.name.value);
  assert.deepEqual(new Set(operations), new Set(LISTS.map(([, , operation]) => operation)));
});
