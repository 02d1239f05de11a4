import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const folder = fileURLToPath(new URL("../types", import.meta.url));
const text = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const { exports } = JSON.parse(text("package.json"));

// The errors of strict TypeScript in the page of types/, and in each example of the README.
function diagnostics() {
  const { config } = ts.readConfigFile(`${folder}/tsconfig.json`, ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const examples = [...text("README.md").matchAll(/```ts\n([\s\S]*?)```/g)];
  const files = new Map(examples.map(([, code], index) => [`${folder}/readme-${index}.ts`, code]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  const { getSourceFile } = host;
  host.getSourceFile = (name, language, ...rest) =>
    files.has(name) ? ts.createSourceFile(name, files.get(name), language) : getSourceFile.call(host, name, language, ...rest);
  const program = ts.createProgram([...fileNames, ...files.keys()], options, host);
  return { examples: files.size, errors: ts.getPreEmitDiagnostics(program) };
}

test("strict TypeScript compiles a page, and the README's examples", () => {
  const { examples, errors } = diagnostics();
  const messages = errors.map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  assert.deepEqual(messages, []);
  assert.ok(examples >= 2);
});

test("each module has types, and the page uses them", () => {
  const page = text("types/page.ts");
  for (const [name, { types, default: module }] of Object.entries(exports)) {
    assert.ok(page.includes(`"${name.replace(".", "customer-360-client")}"`), name);
    assert.equal(types, module.replace(".js", ".d.ts"));
  }
});

test("types and modules export the same names", async () => {
  for (const { types, default: module } of Object.values(exports)) {
    const source = ts.createSourceFile(types, text(types), ts.ScriptTarget.ES2022);
    const values = source.statements.flatMap((statement) => {
      if (ts.isExportDeclaration(statement)) return statement.exportClause.elements.map((each) => each.name.text);
      if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((each) => each.name.text);
      return ts.isFunctionDeclaration(statement) ? [statement.name.text] : [];
    });
    assert.deepEqual(values.sort(), Object.keys(await import(`../${module}`)).sort(), types);
  }
});
