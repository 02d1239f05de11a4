// Against a running gateway whose systems take faults, as `make demo DEMO=--faults` has:
// GATEWAY_URL=http://127.0.0.1:8000/graphql FAULTS_URL=http://127.0.0.1:PORT/_faults BUSY_ACCOUNT=... npm test
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { InMemoryCache } from "@apollo/client";
import gql from "graphql-tag";
import { print } from "graphql";
import { possibleTypes, typePolicies } from "../apollo.js";
import { nextRequest } from "../feed.js";

const { GATEWAY_URL, FAULTS_URL, BUSY_ACCOUNT } = process.env;
const FEED = gql`
  query Feed($number: String!, $first: Int, $after: String) {
    billingAccount(accountNumber: $number) {
      __typename
      id
      activities(first: $first, after: $after, types: [EMAIL, BILL, CALL], acrossWindows: true) {
        __typename
        complete
        window { __typename since until }
        nodes { __typename id occurredAt }
        pageInfo {
          __typename endCursor hasNextPage retryAfterSeconds
          owed { __typename system label retryable retryAfterSeconds }
        }
      }
    }
  }
`;

async function ask(variables) {
  const body = JSON.stringify({ query: print(FEED), variables: { number: BUSY_ACCOUNT, ...variables } });
  const response = await fetch(GATEWAY_URL, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

const faults = (method, system, body) => fetch(`${FAULTS_URL}/${system}`, { method, body: JSON.stringify(body) });

test("a scroller ends while a system is away, and its list is whole afterwards", { skip: !FAULTS_URL }, async () => {
  const cache = new InMemoryCache({ possibleTypes, typePolicies });
  const first = 20;
  const load = async (after) => {
    const data = await ask({ first, after });
    cache.writeQuery({ query: FEED, variables: { number: BUSY_ACCOUNT, first, after }, data });
    return data.billingAccount.activities;
  };
  const joined = () =>
    cache.readQuery({ query: FEED, variables: { number: BUSY_ACCOUNT, first, after: null } }).billingAccount.activities;

  await faults("PUT", "email", { kind: "busy", seconds: 2 });
  let next = { after: null, waitSeconds: 0 };
  let pages = 0;
  while (next.waitSeconds === 0) {
    next = nextRequest((await load(next.after)).pageInfo);
    pages += 1;
    assert.ok(pages < 50, "the scroller loops");
  }
  const missing = joined();
  assert.equal(missing.complete, false);
  assert.equal(missing.pageInfo.hasNextPage, false);
  assert.deepEqual(missing.pageInfo.owed.map(({ system, label }) => [system, label]), [["EMAIL", "E-mail"]]);
  assert.equal(next.waitSeconds, missing.pageInfo.retryAfterSeconds);
  assert.equal(missing.nodes.some((node) => node.__typename === "EmailMessage"), false);

  await faults("DELETE", "email");
  for (let attempts = 1; next && attempts < 50; attempts += 1) {
    await wait(next.waitSeconds * 1000);
    next = nextRequest((await load(next.after)).pageInfo, attempts);
  }
  const list = joined();
  const whole = (await ask({ first: 500 })).billingAccount.activities;
  const ids = ({ nodes }) => nodes.map((node) => node.id).sort();
  const times = ({ nodes }) => nodes.map((node) => Date.parse(node.occurredAt));
  assert.ok(whole.nodes.some((node) => node.__typename === "EmailMessage"));
  assert.deepEqual(ids(list), ids(whole));
  assert.deepEqual(times(list), times(whole));
  assert.deepEqual([list.complete, list.pageInfo.owed, list.window], [true, [], whole.window]);
});
