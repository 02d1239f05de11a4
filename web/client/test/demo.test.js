// Against a running gateway: GATEWAY_URL=http://127.0.0.1:8000/graphql ACCOUNT=4417-0000-0101 npm test
import assert from "node:assert/strict";
import test from "node:test";
import { InMemoryCache } from "@apollo/client";
import gql from "graphql-tag";
import { print } from "graphql";
import { possibleTypes, typePolicies } from "../apollo.js";

const { GATEWAY_URL, ACCOUNT } = process.env;
const FEED = gql`
  query Feed($number: String!, $first: Int, $after: String) {
    billingAccount(accountNumber: $number) {
      __typename
      id
      financialSummary { __typename autopay { __typename since } autopayState }
      activities(first: $first, after: $after) {
        __typename
        edges { __typename cursor node { __typename id title } }
        pageInfo { __typename endCursor hasNextPage }
      }
    }
  }
`;

async function ask(variables) {
  const body = JSON.stringify({ query: print(FEED), variables: { number: ACCOUNT, ...variables } });
  const response = await fetch(GATEWAY_URL, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

test("pages of the demo's feed join to the list that one page has", { skip: !GATEWAY_URL }, async () => {
  const cache = new InMemoryCache({ possibleTypes, typePolicies });
  let after = null;
  for (let number = 0; number < 4; number += 1) {
    const data = await ask({ first: 5, after });
    cache.writeQuery({ query: FEED, variables: { number: ACCOUNT, first: 5, after }, data });
    after = data.billingAccount.activities.pageInfo.endCursor;
  }
  const joined = cache.readQuery({ query: FEED, variables: { number: ACCOUNT, first: 5, after: null } });
  const whole = await ask({ first: 20 });
  const ids = (data) => data.billingAccount.activities.edges.map((edge) => edge.node.id);
  assert.deepEqual(ids(joined), ids(whole));
  assert.equal(joined.billingAccount.financialSummary.autopayState, whole.billingAccount.financialSummary.autopayState);
});
