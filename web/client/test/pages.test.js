import assert from "node:assert/strict";
import test from "node:test";
import { InMemoryCache } from "@apollo/client";
import gql from "graphql-tag";
import { possibleTypes, typePolicies } from "../apollo.js";

const cache = () => new InMemoryCache({ possibleTypes, typePolicies });
const list = (fields) => gql`
  query Bills($after: String) { billingAccount(accountNumber: "1") { id bills(first: 2, after: $after) { ${fields} } } }
`;
const PAGED = list("nodes { id } complete pageInfo { endCursor hasNextPage }");
const answer = (bills) => ({ billingAccount: { __typename: "BillingAccount", id: "account", bills } });
const nodes = (...numbers) => numbers.map((number) => ({ __typename: "Bill", id: `bill ${number}` }));
const page = (fields) => answer({ __typename: "BillConnection", ...fields });
const paged = (numbers, endCursor, complete = true) =>
  page({ nodes: nodes(...numbers), complete, pageInfo: { __typename: "PageInfo", endCursor, hasNextPage: true } });
const read = (store, query) => store.readQuery({ query })?.billingAccount.bills;
const ids = (bills) => bills.nodes.map(({ id }) => Number(id.slice(5)));

// A list of four bills, read in two pages.
function scrolled() {
  const store = cache();
  store.writeQuery({ query: PAGED, data: paged([1, 2], "c2") });
  store.writeQuery({ query: PAGED, variables: { after: "c2" }, data: paged([3, 4], "c4") });
  return store;
}

test("a document without a cursor does not cut a longer list", () => {
  const store = scrolled();
  store.writeQuery({ query: list("nodes { id } totalCount"), data: page({ nodes: nodes(1, 2), totalCount: 9 }) });
  const bills = read(store, PAGED);
  assert.deepEqual([ids(bills), bills.pageInfo.endCursor], [[1, 2, 3, 4], "c4"]);
  assert.equal(read(store, list("totalCount")).totalCount, 9);
});

test("the same first page, read again, keeps a longer list and its cursor", () => {
  const store = scrolled();
  store.writeQuery({ query: PAGED, data: paged([1, 2], "c2") });
  const bills = read(store, PAGED);
  assert.deepEqual([ids(bills), bills.pageInfo.endCursor], [[1, 2, 3, 4], "c4"]);
});

test("a refetch begins the list anew", () => {
  const store = scrolled();
  store.writeQuery({ query: PAGED, data: paged([1, 2], "c2"), overwrite: true });
  const bills = read(store, PAGED);
  assert.deepEqual([ids(bills), bills.pageInfo.endCursor], [[1, 2], "c2"]);
});

test("a longer list stays incomplete until its own pages say more", () => {
  const store = scrolled();
  store.writeQuery({ query: PAGED, variables: { after: "c4" }, data: paged([5], "c5", false) });
  store.writeQuery({ query: list("nodes { id } complete"), data: page({ nodes: nodes(1, 2), complete: true }) });
  assert.equal(read(store, PAGED).complete, false);
});

test("a list that has changed keeps nothing of the old one", () => {
  const store = scrolled();
  store.writeQuery({ query: list("nodes { id }"), data: page({ nodes: nodes(0, 1) }) });
  assert.deepEqual(ids(read(store, list("nodes { id }"))), [0, 1]);
  assert.equal(read(store, PAGED), undefined);
});

test("a list that counts differently keeps nothing of the old one", () => {
  const store = cache();
  store.writeQuery({ query: list("nodes { id } totalCount"), data: page({ nodes: nodes(1, 2), totalCount: 2 }) });
  store.writeQuery({ query: list("totalCount"), data: page({ totalCount: 3 }) });
  assert.equal(read(store, list("nodes { id }")), undefined);
});

test("a list that has become shorter is shorter", () => {
  const store = scrolled();
  const end = { pageInfo: { __typename: "PageInfo", hasNextPage: false } };
  store.writeQuery({ query: list("nodes { id } pageInfo { hasNextPage }"), data: page({ nodes: nodes(1), ...end }) });
  assert.deepEqual(ids(read(store, list("nodes { id }"))), [1]);
});

test("a first page that its system did not answer is unknown", () => {
  const store = scrolled();
  store.writeQuery({ query: list("nodes { id } complete"), data: page({ nodes: null, complete: false }) });
  const bills = read(store, list("nodes { id } complete"));
  assert.deepEqual([bills.nodes, bills.complete], [null, false]);
});

test("a later page that is null takes nothing away, a first one does", () => {
  const store = scrolled();
  store.writeQuery({ query: PAGED, variables: { after: "c4" }, data: answer(null) });
  assert.deepEqual(ids(read(store, PAGED)), [1, 2, 3, 4]);
  store.writeQuery({ query: PAGED, data: answer(null) });
  assert.equal(read(store, PAGED), null);
});

test("a list of another size is a list of its own", () => {
  const store = scrolled();
  const one = gql`{ billingAccount(accountNumber: "1") { id bills(first: 1) { nodes { id } } } }`;
  assert.equal(store.readQuery({ query: one }), null);
  store.writeQuery({ query: one, data: page({ nodes: nodes(1) }) });
  assert.deepEqual([ids(read(store, one)), ids(read(store, PAGED))], [[1], [1, 2, 3, 4]]);
});
