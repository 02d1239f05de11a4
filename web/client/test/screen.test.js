import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { buildSchema } from "graphql";
import { account } from "../support/account.js";
import { documents, executing, over, PAIRS, show } from "../support/screen.js";

const { GATEWAY_URL, ACCOUNT } = process.env;
const schema = buildSchema(readFileSync(new URL("../../../schema.graphql", import.meta.url), "utf8"));
const ONCE = { counts: { A: 1, B: 1 }, complete: true };

// The second document is not sent where the first has told that there is nothing.
function assertOnce({ counts, complete }, name) {
  assert.ok(complete, name);
  for (const count of Object.values(counts)) assert.equal(count, 1, `${name}: ${JSON.stringify(counts)}`);
}

for (const [name, pair] of Object.entries(PAIRS)) {
  test(`two documents share ${name}: each is sent once`, async () => {
    const link = executing(schema, { billingAccount: account });
    const [a, b] = documents("1", pair);
    assert.deepEqual(await show(link, [a, b]), ONCE);
    assert.deepEqual(await show(link, [a, b], { atOnce: true }), ONCE);
    assertOnce(await show(link, [b, a]), name);
  });
}

test("two documents of the demo's account are each sent once", { skip: !GATEWAY_URL }, async () => {
  for (const [name, pair] of Object.entries(PAIRS)) assertOnce(await show(over(GATEWAY_URL), documents(ACCOUNT, pair)), name);
});
