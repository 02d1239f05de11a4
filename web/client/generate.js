// Write schema-types.js from schema.graphql: `npm run generate` after every change of the schema.
import { readFileSync, writeFileSync } from "node:fs";
import { buildSchema, isAbstractType, isObjectType } from "graphql";

const here = new URL(".", import.meta.url);

export function schemaTypes() {
  const schema = buildSchema(readFileSync(new URL("../../schema.graphql", here), "utf8"));
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const names = (list) => list.map((type) => type.name).sort();
  const possible = types.filter(isAbstractType).map((type) => [type.name, names(schema.getPossibleTypes(type))]);
  const objects = types.filter((type) => isObjectType(type) && type !== schema.getQueryType());
  const local = objects.filter((type) => type.getFields().id?.deprecationReason);
  return {
    possibleTypes: Object.fromEntries(possible.sort(([one], [other]) => (one < other ? -1 : 1))),
    EMBEDDED: names(objects.filter((type) => !type.getFields().id)),
    LOCAL: names(local),
  };
}

export function schemaTypesModule() {
  const exports = Object.entries(schemaTypes()).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)};\n`,
  );
  return ["// Written by generate.js from schema.graphql.\n", ...exports].join("");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(new URL("schema-types.js", here), schemaTypesModule());
}
