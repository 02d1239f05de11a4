// graphql-codegen: config: { scalars }. Decimals are texts: a number of JavaScript would round them.
export const scalars = {
  Date: { input: "string", output: "string" },
  DateTime: { input: "string", output: "string" },
  Decimal: { input: "string", output: "string" },
  Url: { input: "string", output: "string" },
};
