// Write schema-types.js from schema.graphql: `npm run generate` after every change of the schema.
import { readFileSync, writeFileSync } from "node:fs";
import {
  buildSchema, getNamedType, getNullableType, isAbstractType, isCompositeType, isLeafType, isListType,
  isNonNullType, isObjectType,
} from "graphql";

const here = new URL(".", import.meta.url);
const names = (list) => list.map((type) => type.name).sort();
const fieldsOf = (type) => Object.values(type.getFields());
const fromNames = (pairs) => Object.fromEntries(pairs.sort(([one], [other]) => (one < other ? -1 : 1)));

export function schemaTypes() {
  const schema = buildSchema(readFileSync(new URL("../../schema.graphql", here), "utf8"));
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const objects = types.filter((type) => isObjectType(type) && type !== schema.getQueryType());
  const embedded = objects.filter((type) => !type.getFields().id);
  const local = objects.filter((type) => type.getFields().id?.deprecationReason);
  return {
    possibleTypes: fromNames(types.filter(isAbstractType).map((type) => [type.name, names(schema.getPossibleTypes(type))])),
    EMBEDDED: names(embedded),
    LOCAL: names(local),
    ...merged(objects.concat(schema.getQueryType()), [...embedded, ...local]),
    ...unknowns(objects.concat(schema.getQueryType())),
  };
}

// Types without an id of the graph that several documents may fill: a field of their parent holds one such object.
// Entries of lists are not merged, so what only they hold is not either. Pages of lists have policies of their own.
function merged(objects, embedded) {
  const ofLists = (type) => type.getFields().pageInfo || type.name === "PageInfo";
  const candidates = embedded.filter((type) => !ofLists(type));
  const alone = new Set(objects.filter((type) => !candidates.includes(type)));
  for (const holder of alone) {
    const single = fieldsOf(holder).map((field) => getNullableType(field.type));
    for (const type of single.filter((each) => candidates.includes(each))) alone.add(type);
  }
  const types = candidates.filter((type) => alone.has(type));
  const values = types.filter((type) => isValue(type, types));
  return { VALUES: names(values), PARTS: names(types.filter((type) => !values.includes(type))) };
}

// A value is made of scalars, enums and other values, all of one moment. What has an `asOf` is read at several moments.
function isValue(type, alone) {
  if (type.getFields().asOf) return false;
  return fieldsOf(type).every((field) => {
    const inner = getNullableType(field.type);
    return isLeafType(inner) ? inner.name !== "KnownState" : alone.includes(inner) && isValue(inner, alone);
  });
}

// What tells "unknown" in an answer: states, and lists that are null.
function unknowns(objects) {
  const ofObjects = (test) =>
    objects.map((type) => [type.name, names(fieldsOf(type).filter(test))]).filter(([, fields]) => fields.length);
  const isState = (field) => getNamedType(field.type).name === "KnownState";
  const isList = (field) =>
    !isNonNullType(field.type) && isListType(field.type) && isCompositeType(getNamedType(field.type));
  return { STATES: fromNames(ofObjects(isState)), NULLABLE_LISTS: fromNames(ofObjects(isList)), SIGNS: signs(objects) };
}

// The value of a field that tells that something is missing: a page, an insight, the data of a system.
const MISSING = { complete: false, isKnown: false, needsNotice: true };

function signs(objects) {
  const ofType = (type) => {
    const values = Object.entries(MISSING).filter(([name]) => type.getFields()[name]);
    return Object.fromEntries(type.getFields().isKnown ? [...values, ["state", "UNKNOWN"]] : values);
  };
  return fromNames(objects.map((type) => [type.name, ofType(type)]).filter(([, values]) => Object.keys(values).length));
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
