// Every rule of GraphQL-ESLint for schemas. What the schema does on purpose stands in exceptions.js.
import graphql from "@graphql-eslint/eslint-plugin";

const FORWARD = { includeBoth: false }; // connections are read forward; lists of a parent are plain lists
const SHAPES = { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false };

export const RULES = {
  ...graphql.configs["flat/schema-all"].rules,
  ...graphql.configs["flat/schema-relay"].rules,
  "@graphql-eslint/require-description": ["error", { types: true, FieldDefinition: true, InputValueDefinition: true,
    EnumValueDefinition: true, DirectiveDefinition: true, rootField: true }],
  "@graphql-eslint/relay-arguments": ["error", FORWARD],
  "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, ...SHAPES }],
};

export const config = (text) => [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: text } } },
    plugins: { "@graphql-eslint": graphql },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: RULES,
  },
];
