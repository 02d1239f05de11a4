// Checks schema.graphql with GraphQL-ESLint. Exits with 1 for a message without an exception, or an unused exception.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { config } from "./config.js";
import { EXCEPTIONS } from "./exceptions.js";

const PLUGIN = "@graphql-eslint/";
const file = fileURLToPath(new URL(process.argv[2] ?? "../../schema.graphql", import.meta.url));
const text = await readFile(file, "utf8");
const cwd = fileURLToPath(new URL(".", import.meta.url));
const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: config(text) });
const [{ messages }] = await eslint.lintText(text, { filePath: "schema.graphql" });

const used = new Set();
const excepted = ({ ruleId, message }) => {
  const fits = ([rule, about]) => ruleId === PLUGIN + rule && about.test(message);
  const exceptions = EXCEPTIONS.filter(fits);
  exceptions.forEach((each) => used.add(each));
  return exceptions.length > 0;
};
const problems = messages.filter((each) => !excepted(each));
const unused = EXCEPTIONS.filter((each) => !used.has(each));
for (const { line, ruleId, message } of problems) console.error(`schema.graphql:${line}: ${ruleId}: ${message}`);
for (const [rule, about] of unused) console.error(`exceptions.js: no message of ${rule} fits ${about} any more`);
console.log(`${messages.length} messages, ${problems.length} without an exception, ${unused.length} unused exceptions`);
process.exitCode = problems.length || unused.length ? 1 : 0;
