// Two documents on one screen: how often each is sent until both have all that they select.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from "@apollo/client";
import { graphql, print } from "graphql";
import gql from "graphql-tag";
import { possibleTypes, typePolicies } from "../apollo.js";

export const ANSWERED = { errorPolicy: "all" };

// The fields of an account that two documents select, each document another part of the same object.
export const PAIRS = {
  "money of a list and of the summary": [
    "financialSummary { lastBill { id amountDue { formatted } } }",
    "bills(first: 1) { nodes { id amountDue { amount currency } } }",
  ],
  "autopay": ["autopay { since }", "autopay { nextDrawOn instrument }"],
  "autopay of the summary": ["financialSummary { autopay { since } }", "financialSummary { autopay { nextDrawOn } }"],
  "insights": ["insights { total top { id code } }", "insights { all { id code } unknown { id code } }"],
  "the customer class": ["customerClass { label }", "customerClass { code }"],
  "the source": ["source { system }", "source { url }"],
  "the balance": ["balance { current { amount } }", "balance { pastDue { amount } current { formatted } }"],
  "an address": ["premises { id address { line1 } }", "premises { id address { city } }"],
  "the dashboard": ["customer { id dashboard { available } }", "customer { id dashboard { reasonLabel } }"],
  "the header": ["header { contactName }", "header { phone accounts { accountId } }"],
  "the debt": ["creditProfile { debt { inCollections { amount } } }", "creditProfile { debt { disconnectOn } }"],
  "a bill comparison": ["billComparison { currentState }", "billComparison { comparisons { verdict } }"],
  "usage options": ["usageOptions { complete }", "usageOptions { options { unit } }"],
  "a period": [
    "bills(first: 1) { nodes { id period { start } } }",
    "financialSummary { lastBill { id period { end days } } }",
  ],
  "lists of two sizes": ["bills(first: 1) { nodes { id } }", "bills(first: 8) { nodes { id } totalCount complete }"],
  "entries and number of one list": ["bills(first: 8) { nodes { id } complete }", "bills(first: 8) { totalCount }"],
  "nodes and edges of one list": [
    "bills(first: 8) { edges { cursor node { id } } pageInfo { hasNextPage } }",
    "bills(first: 8) { nodes { id } pageInfo { endCursor } }",
  ],
};

export const documents = (account, pair) =>
  ["A", "B"].map((name, index) => gql(`query ${name} { billingAccount(accountNumber: "${account}") { id ${pair[index]} } }`));

// A link that counts the requests of each operation.
export function counted(link) {
  const counts = {};
  const counting = new ApolloLink((operation, forward) => {
    counts[operation.operationName] = (counts[operation.operationName] ?? 0) + 1;
    return forward(operation);
  });
  return { counts, link: counting.concat(link) };
}

// A link that executes documents by the schema, over an object that holds all answers.
export const executing = (schema, rootValue) =>
  new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) => {
        graphql({ schema, rootValue, source: print(query), variableValues: variables }).then((result) => {
          observer.next(result);
          observer.complete();
        });
      }),
  );

export const over = (uri) => new HttpLink({ uri });

export function newClient(link) {
  const cache = new InMemoryCache({ possibleTypes, typePolicies });
  return new ApolloClient({ cache, link, defaultOptions: { watchQuery: ANSWERED, query: ANSWERED } });
}

// Show documents one after another, or at once, and all stay on the screen. The counts, and whether each document is complete.
export async function show(link, queries, { atOnce = false } = {}) {
  const { counts, link: counting } = counted(link);
  const client = newClient(counting);
  const watched = queries.map((query) => client.watchQuery({ query }));
  const subscriptions = [];
  for (const query of watched) {
    const answered = new Promise((resolve) => {
      subscriptions.push(query.subscribe((result) => result.loading || resolve()));
    });
    if (!atOnce) await answered.then(() => settled(watched));
  }
  await settled(watched);
  const results = watched.map((query) => query.getCurrentResult());
  const complete = results.every(({ dataState, error }) => dataState === "complete" && !error);
  subscriptions.forEach((subscription) => subscription.unsubscribe());
  client.stop();
  return { counts, complete };
}

// A write of one document may make another ask again: it does so before the next turns of the event loop.
async function settled(watched) {
  let quiet = 0;
  while (quiet < 5) {
    await new Promise(setImmediate);
    quiet = watched.some((query) => query.hasObservers() && query.getCurrentResult().loading) ? 0 : quiet + 1;
  }
}
