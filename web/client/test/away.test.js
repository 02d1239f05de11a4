// Against a running gateway whose systems take faults; see scroll.test.js.
import assert from "node:assert/strict";
import test from "node:test";
import gql from "graphql-tag";
import { counted, newClient, over } from "../support/screen.js";
import { watchUnknown } from "../queries.js";
import { hasUnknown, unknownFields } from "../unknown.js";

const { GATEWAY_URL, FAULTS_URL, ACCOUNT } = process.env;
const query = gql`
  query Overview($number: String!) {
    billingAccount(accountNumber: $number) { id financialSummary { autopay { since } autopayState } scheduledPayments { dueOn } }
  }
`;
const faults = (method, body) => fetch(`${FAULTS_URL}/payments`, { method, body: JSON.stringify(body) });

test("a page shows what it knows, and the rest once its system is back", { skip: !FAULTS_URL }, async () => {
  const { counts, link } = counted(over(GATEWAY_URL));
  const client = newClient(link);
  const variables = { number: ACCOUNT };
  await faults("PUT", { kind: "error" });
  const away = await client.query({ query, variables });
  await faults("DELETE");
  assert.ok(away.error);
  assert.deepEqual(unknownFields(away.data), [
    ["billingAccount", "financialSummary", "autopay"], ["billingAccount", "scheduledPayments"],
  ]);

  const watched = client.watchQuery({ query, variables });
  const healed = new Promise((resolve) => {
    watched.subscribe(({ data }) => data && !hasUnknown(data) && resolve(data));
  });
  assert.equal(watched.getCurrentResult().data.billingAccount.financialSummary.autopayState, "UNKNOWN");
  assert.deepEqual(counts, { Overview: 1 });
  const stop = watchUnknown(watched);
  const { financialSummary } = (await healed).billingAccount;
  assert.notEqual(financialSummary.autopayState, "UNKNOWN");
  assert.ok(counts.Overview >= 2);
  stop();
  client.stop();
});
