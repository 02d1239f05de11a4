import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { InMemoryCache } from "@apollo/client";
import { buildSchema } from "graphql";
import gql from "graphql-tag";
import { possibleTypes, typePolicies } from "../apollo.js";
import { PARTS, VALUES } from "../schema-types.js";

const schema = buildSchema(readFileSync(new URL("../../../schema.graphql", import.meta.url), "utf8"));
const cache = () => new InMemoryCache({ possibleTypes, typePolicies });
const summary = (fields) => gql`{ billingAccount(accountNumber: "1") { id financialSummary { ${fields} } } }`;
const account = (name, value) => ({ billingAccount: { __typename: "BillingAccount", id: "account", [name]: value } });
const balance = (money) =>
  account("financialSummary", { __typename: "FinancialSummary", currentBalance: { __typename: "Money", ...money } });

test("a merged type has no id of the graph", () => {
  for (const name of [...PARTS, ...VALUES]) {
    const { id } = schema.getType(name).getFields();
    assert.ok(!id || id.deprecationReason, name);
  }
});

test("money, periods and addresses are values; balances and headers are parts", () => {
  for (const name of ["Money", "Period", "Address", "CodedValue", "AutopayInstruction"]) assert.ok(VALUES.includes(name), name);
  for (const name of ["AccountBalance", "DebtSummary", "AccountHeader", "InsightSet"]) assert.ok(PARTS.includes(name), name);
});

test("pages of lists and their entries are no parts", () => {
  const names = [...PARTS, ...VALUES].filter((name) => /Connection$|Edge$|^PageInfo$|^SourceStatus$|^AgingBucket$/.test(name));
  assert.deepEqual(names, []);
});

test("another amount does not keep the text of the old one", () => {
  const store = cache();
  const whole = summary("currentBalance { amount currency formatted }");
  store.writeQuery({ query: whole, data: balance({ amount: "211.20", currency: "USD", formatted: "$211.20" }) });
  store.writeQuery({ query: summary("currentBalance { amount }"), data: balance({ amount: "250.00" }) });
  assert.equal(store.readQuery({ query: whole }), null);
  assert.equal(store.readQuery({ query: summary("currentBalance { amount }") }).billingAccount.financialSummary.currentBalance.amount, "250.00");
});

test("an amount that is gone leaves nothing behind", () => {
  const store = cache();
  const query = summary("currentBalance { amount }");
  store.writeQuery({ query, data: balance({ amount: "211.20" }) });
  store.writeQuery({ query, data: account("financialSummary", { __typename: "FinancialSummary", currentBalance: null }) });
  assert.equal(store.readQuery({ query }).billingAccount.financialSummary.currentBalance, null);
});

test("entries of a list are not merged by their position", () => {
  const store = cache();
  const read = (fields) => gql`{ billingAccount(accountNumber: "1") { id balance { arrears { ${fields} } } } }`;
  const arrears = (...buckets) => account("balance", { __typename: "AccountBalance", arrears: buckets });
  const bucket = (minDays, money) => ({ __typename: "AgingBucket", minDays, amount: { __typename: "Money", ...money } });
  store.writeQuery({ query: read("minDays amount { amount }"), data: arrears(bucket(1, { amount: "9.00" }), bucket(31, { amount: "5.00" })) });
  store.writeQuery({ query: read("minDays amount { formatted }"), data: arrears(bucket(31, { formatted: "$5.00" })) });
  assert.equal(store.readQuery({ query: read("minDays amount { amount formatted }") }), null);
});

test("hits of the second page keep their own addresses", () => {
  const store = cache();
  const query = gql`query S($after: String) { search(text: "12 Oak", first: 1, after: $after) {
    edges { cursor address { line1 city } customerStatus { code } node { ... on Premise { id } } } pageInfo { endCursor } } }`;
  const page = (number, city) => ({
    search: {
      __typename: "SearchConnection",
      edges: [{
        __typename: "SearchEdge", cursor: `c${number}`, customerStatus: null,
        address: { __typename: "Address", line1: "12 Oak St", city }, node: { __typename: "Premise", id: `premise ${number}` },
      }],
      pageInfo: { __typename: "PageInfo", endCursor: `c${number}` },
    },
  });
  store.writeQuery({ query, data: page(1, "Riverton") });
  store.writeQuery({ query, variables: { after: "c1" }, data: page(2, null) });
  assert.deepEqual(store.readQuery({ query }).search.edges.map((edge) => edge.address.city), ["Riverton", null]);
});

test("two documents read one agent, and another agent takes its place", () => {
  const store = cache();
  const read = (fields) => gql`{ node(id: "a") { id ... on Call { agent { ${fields} } } } }`;
  const agent = (fields) => ({ node: { __typename: "Call", id: "a", agent: { __typename: "Agent", ...fields } } });
  store.writeQuery({ query: read("localId name"), data: agent({ localId: "7", name: "Ann" }) });
  store.writeQuery({ query: read("localId team"), data: agent({ localId: "7", team: "Days" }) });
  assert.equal(store.readQuery({ query: read("localId name team") }).node.agent.name, "Ann");
  store.writeQuery({ query: read("localId team"), data: agent({ localId: "8", team: "Nights" }) });
  assert.equal(store.readQuery({ query: read("localId name") }), null);
});
