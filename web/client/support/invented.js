// Answers to any document by the schema: lists of thirty entries, read page by page, and otherwise the least that fits a type.
import { buildSchema, getNamedType, getNullableType, isAbstractType, isEnumType, isListType, isNonNullType, isObjectType, isScalarType } from "graphql";

const LENGTH = 30;
const SCALARS = { Int: 0, Float: 0, Boolean: false, Date: "2026-11-01", DateTime: "2026-11-01T12:00:00-05:00" };
const OWNERS = new Set(["customer", "billingAccount"]); // not null, whether they may be or not

// A schema whose documents are answered without a root value.
export function inventing(text) {
  const schema = buildSchema(text);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = ({ __typename }) => __typename;
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) field.resolve = resolver(schema, type, field);
  }
  return schema;
}

function resolver(schema, type, { name, type: wanted }) {
  if (type.name.endsWith("Connection") || type.name === "PageInfo" || type.name === "Edge") return undefined;
  const inner = getNamedType(wanted);
  if (inner.name.endsWith("Connection")) return (_, args) => page(schema, inner, name, args);
  return (source, args) => {
    if (source && name in source) return source[name];
    if (name === "accounts") return [{ id: "account" }];
    if (name === "id") return args.id ?? "id";
    return isNonNullType(wanted) || OWNERS.has(name) ? least(schema, getNullableType(wanted), args) : null;
  };
}

function least(schema, type, args) {
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0].value;
  if (isScalarType(type)) return SCALARS[type.name] ?? type.name;
  const of = isAbstractType(type) ? schema.getPossibleTypes(type)[0] : type;
  return { __typename: of.name, ...(args.id ? { id: args.id } : {}) };
}

// A page of a connection: its cursors are the numbers of its entries.
function page(schema, connection, name, { first, after }) {
  const start = Number(after ?? 0);
  const numbers = Array.from({ length: Math.min(first, LENGTH - start) }, (_, index) => start + index);
  const type = getNamedType(connection.getFields().nodes.type);
  const of = isAbstractType(type) ? schema.getPossibleTypes(type)[0] : type;
  const nodes = numbers.map((number) => ({ __typename: of.name, id: `${name} ${number}`, date: "2026-11-01", startedAt: "2026-11-01T12:00:00-05:00" }));
  const end = start + nodes.length;
  return {
    nodes,
    edges: nodes.map((node, index) => ({ cursor: String(start + index + 1), node })),
    pageInfo: { hasNextPage: end < LENGTH, hasPreviousPage: start > 0, endCursor: String(end), owed: [] },
    days: [{ date: "2026-11-01", interactions: nodes }],
    sources: [],
    complete: true,
    unreadable: 0,
    counts: [],
    window: { since: "2026-05-01", until: "2026-11-01", earliest: "2023-11-01", maxMonths: 6, historyYears: 3 },
  };
}
