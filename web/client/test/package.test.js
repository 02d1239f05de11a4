import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { InMemoryCache } from "@apollo/client";
import { buildSchema, isInterfaceType, isObjectType } from "graphql";
import gql from "graphql-tag";
import { possibleTypes, typePolicies } from "../apollo.js";
import { schemaTypesModule } from "../generate.js";
import { LISTS } from "../lists.js";
import { cacheConfig, keys } from "../urql.js";

const schema = buildSchema(readFileSync(new URL("../../../schema.graphql", import.meta.url), "utf8"));
const cache = () => new InMemoryCache({ possibleTypes, typePolicies });
const at = { accountNumber: "1" };

const FEED = gql`
  query Feed($after: String) {
    billingAccount(accountNumber: "1") {
      id
      activities(first: 2, after: $after) {
        complete
        nodes { id title }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
`;

const bill = (number) => ({ __typename: "Bill", id: `bill ${number}`, title: `Bill ${number}` });
const page = (nodes, endCursor, complete = true) => ({
  billingAccount: {
    __typename: "BillingAccount",
    id: "account",
    activities: {
      __typename: "CustomerActivityConnection",
      complete,
      nodes,
      pageInfo: endCursor && { __typename: "PageInfo", endCursor, hasNextPage: true },
    },
  },
});

test("the types are those of the schema", () => {
  assert.equal(readFileSync(new URL("../schema-types.js", import.meta.url), "utf8"), schemaTypesModule());
});

test("every list that is read page by page has a policy", () => {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
  for (const type of types) {
    for (const field of Object.values(type.getFields())) {
      const names = field.args.map((arg) => arg.name);
      if (names.includes("after") && isObjectType(type)) {
        const separate = names.filter((name) => name !== "first" && name !== "after");
        assert.deepEqual(LISTS[type.name]?.[field.name], separate, `${type.name}.${field.name}`);
      }
    }
  }
});

test("pages are joined, and an entry of two pages stands once", () => {
  const store = cache();
  store.writeQuery({ query: FEED, data: page([bill(1), bill(2)], "c2") });
  store.writeQuery({ query: FEED, variables: { after: "c2" }, data: page([bill(2), bill(3)], "c3") });
  const { activities } = store.readQuery({ query: FEED }).billingAccount;
  assert.deepEqual(activities.nodes.map((node) => node.id), ["bill 1", "bill 2", "bill 3"]);
  assert.equal(activities.pageInfo.endCursor, "c3");
});

test("a page whose systems did not answer takes nothing away", () => {
  const store = cache();
  store.writeQuery({ query: FEED, data: page([bill(1)], "c1") });
  store.writeQuery({ query: FEED, variables: { after: "c1" }, data: page(null, null, false) });
  const { activities } = store.readQuery({ query: FEED }).billingAccount;
  assert.deepEqual(activities.nodes.map((node) => node.id), ["bill 1"]);
  assert.equal(activities.pageInfo.endCursor, "c1");
  assert.equal(activities.complete, false);
});

const BILLS = gql`
  query Bills($after: String, $filter: BillFilter, $orderBy: ListOrder! = NEWEST_FIRST) {
    billingAccount(accountNumber: "1") {
      id
      bills(after: $after, filter: $filter, orderBy: $orderBy) { nodes { id } pageInfo { endCursor } }
    }
  }
`;
const billPage = (nodes, endCursor) => ({
  billingAccount: {
    __typename: "BillingAccount",
    id: "account",
    bills: { __typename: "BillConnection", nodes, pageInfo: { __typename: "PageInfo", endCursor } },
  },
});

test("lists of another filter or another order are lists of their own", () => {
  const store = cache();
  const canceled = { filter: { statuses: ["CANCELED"], since: "2026-01-01" } };
  const oldest = { orderBy: "OLDEST_FIRST" };
  store.writeQuery({ query: BILLS, data: billPage([bill(1), bill(2)], "c2") });
  store.writeQuery({ query: BILLS, variables: canceled, data: billPage([bill(1)], "d1") });
  store.writeQuery({ query: BILLS, variables: { ...canceled, after: "d1" }, data: billPage([bill(2)], "d2") });
  store.writeQuery({ query: BILLS, variables: oldest, data: billPage([bill(7)], "e7") });
  const ids = (variables) =>
    store.readQuery({ query: BILLS, variables })?.billingAccount.bills.nodes.map((node) => node.id) ?? null;
  assert.deepEqual(ids(canceled), ["bill 1", "bill 2"]);
  assert.deepEqual(ids({ filter: { since: "2026-01-01", statuses: ["CANCELED"] } }), ["bill 1", "bill 2"]);
  assert.deepEqual(ids(oldest), ["bill 7"]);
  assert.deepEqual(ids({}), ["bill 1", "bill 2"]);
  assert.equal(ids({ filter: { statuses: ["PENDING"] } }), null);
});

test("every filter and order of the schema tells lists apart", () => {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) => Object.values(type.getFields()).map((field) => [type.name, field]));
  const filtered = fields.filter(([, field]) => field.args.some((arg) => arg.name === "filter"));
  assert.ok(filtered.length >= 11);
  for (const [type, field] of filtered) {
    assert.deepEqual(typePolicies[type].fields[field.name].keyArgs.slice(0, 2), ["filter", "orderBy"], field.name);
  }
});

test("a page that cannot tell the number of entries keeps the one there is", () => {
  const store = cache();
  const query = gql`
    query Bills($after: String) {
      billingAccount(accountNumber: "1") { id bills(after: $after) { nodes { id } totalCount totalCountState } }
    }
  `;
  const bills = (nodes, totalCount, totalCountState) => ({
    billingAccount: {
      __typename: "BillingAccount",
      id: "account",
      bills: { __typename: "BillConnection", nodes, totalCount, totalCountState },
    },
  });
  store.writeQuery({ query, data: bills([bill(1)], 2, "KNOWN") });
  store.writeQuery({ query, variables: { after: "c1" }, data: bills([bill(2)], null, "UNKNOWN") });
  const list = store.readQuery({ query }).billingAccount.bills;
  assert.equal(list.nodes.length, 2);
  assert.deepEqual([list.totalCount, list.totalCountState], [2, "KNOWN"]);
});

const TIMED = gql`
  query Feed($after: String) {
    billingAccount(accountNumber: "1") {
      id
      activities(first: 2, after: $after) {
        edges { cursor node { id occurredAt } }
        nodes { id occurredAt }
        window { since until }
        pageInfo { endCursor hasNextPage owed { system } }
      }
    }
  }
`;

const timed = (number, occurredAt) => ({ __typename: "Bill", id: `bill ${number}`, occurredAt });
const feedPage = (nodes, endCursor, since, until, owed = []) => ({
  billingAccount: {
    __typename: "BillingAccount",
    id: "account",
    activities: {
      __typename: "CustomerActivityConnection",
      edges: nodes.map((node) => ({ __typename: "CustomerActivityEdge", cursor: `after ${node.id}`, node })),
      nodes,
      window: { __typename: "ActivityWindow", since, until },
      pageInfo: {
        __typename: "PageInfo",
        endCursor,
        hasNextPage: false,
        owed: owed.map((system) => ({ __typename: "OwedEntries", system })),
      },
    },
  },
});

test("late activities take their place, and nothing is owed any more", () => {
  const store = cache();
  const early = [timed(9, "2026-11-09T00:00:00-05:00"), timed(1, "2026-03-01T00:00:00-05:00")];
  store.writeQuery({ query: TIMED, data: feedPage(early, "c1", "2026-01-01", "2026-11-15", ["EMAIL"]) });
  // Later, but not newer, than the first by the clock of its zone: 23:30 in Chicago is 00:30 in New York.
  const late = [timed(10, "2026-11-08T23:30:00-06:00"), timed(5, "2026-05-01T00:00:00Z"), timed(0, "2025-01-01T00:00:00Z")];
  store.writeQuery({ query: TIMED, variables: { after: "c1" }, data: feedPage(late, "c2", "2025-01-01", "2025-12-31") });
  const { activities } = store.readQuery({ query: TIMED }).billingAccount;
  const order = ["bill 10", "bill 9", "bill 5", "bill 1", "bill 0"];
  assert.deepEqual(activities.nodes.map((node) => node.id), order);
  assert.deepEqual(activities.edges.map((edge) => edge.node.id), order);
  assert.deepEqual(activities.pageInfo.owed, []);
  assert.deepEqual([activities.window.since, activities.window.until], ["2025-01-01", "2026-11-15"]);
});

test("the newest page of the feed keeps what was scrolled to", () => {
  const store = cache();
  const [first, late, old] = [timed(9, "2026-11-09T00:00:00Z"), timed(8, "2026-11-08T00:00:00Z"), timed(1, "2026-03-01T00:00:00Z")];
  const write = (entries, cursor, owed, after) =>
    store.writeQuery({ query: TIMED, variables: { after }, data: feedPage(entries, cursor, "2026-01-01", "2026-11-15", owed) });
  const list = () => store.readQuery({ query: TIMED }).billingAccount.activities;
  write([first], "c1", ["EMAIL"]);
  write([old, timed(0, "2026-02-01T00:00:00Z")], "c2", ["EMAIL"], "c1");
  write([first, late], "c3", []);
  assert.deepEqual(list().nodes.map((node) => node.id), ["bill 9", "bill 8", "bill 1", "bill 0"]);
  assert.deepEqual(list().edges.map((edge) => edge.node.id), ["bill 9", "bill 8", "bill 1", "bill 0"]);
  assert.deepEqual([list().pageInfo.endCursor, list().pageInfo.owed.length], ["c2", 1]);
  write([timed(11, "2026-11-11T00:00:00Z"), timed(10, "2026-11-10T00:00:00Z")], "c4", []);
  assert.deepEqual(list().nodes.map((node) => node.id), ["bill 11", "bill 10"]);
});

test("the first page, read again, replaces the list", () => {
  const store = cache();
  store.writeQuery({ query: FEED, data: page([bill(1), bill(2)], "c2") });
  store.writeQuery({ query: FEED, data: page([bill(9)], "c9") });
  assert.equal(store.readQuery({ query: FEED }).billingAccount.activities.nodes.length, 1);
});

test("two agents of two systems with one id are two agents", () => {
  const store = cache();
  const query = gql`{ nodes(ids: ["a", "b"]) { id ... on Call { agent { id name } } } }`;
  const call = (id, name) => ({ __typename: "Call", id, agent: { __typename: "Agent", id: "7", name } });
  store.writeQuery({ query, data: { nodes: [call("a", "Ann"), call("b", "Ben")] } });
  assert.deepEqual(store.readQuery({ query }).nodes.map((node) => node.agent.name), ["Ann", "Ben"]);
});

test("two documents fill one summary, and a null keeps its state", () => {
  const store = cache();
  const read = (fields) => gql`{ billingAccount(accountNumber: "1") { id financialSummary { ${fields} } } }`;
  const summary = (fields) => ({
    billingAccount: {
      __typename: "BillingAccount",
      id: "account",
      financialSummary: { __typename: "FinancialSummary", ...fields },
    },
  });
  store.writeQuery({ query: read("autopay { since } autopayState"), data: summary({ autopay: null, autopayState: "UNKNOWN" }) });
  store.writeQuery({ query: read("creditRating"), data: summary({ creditRating: 700 }) });
  const both = store.readQuery({ query: read("autopay { since } autopayState creditRating") });
  assert.deepEqual({ ...both.billingAccount.financialSummary }, {
    __typename: "FinancialSummary", autopay: null, autopayState: "UNKNOWN", creditRating: 700,
  });
});

test("urql embeds every type without an id of the graph", () => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !type.name.startsWith("__") && type !== schema.getQueryType()) {
      const id = type.getFields().id;
      assert.equal(type.name in keys, !id || Boolean(id.deprecationReason), type.name);
    }
  }
});

test("urql joins the pages of every list, each filter and order by itself", () => {
  const fields = [];
  const { resolvers } = cacheConfig(() => "pages");
  for (const [type, lists] of Object.entries(resolvers)) {
    for (const [name, resolver] of Object.entries(lists)) {
      assert.equal(resolver, "pages");
      fields.push(`${type}.${name}`);
    }
  }
  const paged = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) => Object.values(type.getFields()).map((field) => [type.name, field]))
    .filter(([, field]) => field.args.some((arg) => arg.name === "after"))
    .map(([type, field]) => `${type}.${field.name}`);
  assert.deepEqual(fields.sort(), paged.sort());
});
