// Apollo Client: new InMemoryCache({ possibleTypes, typePolicies })
import { LISTS } from "./lists.js";
import { mergeFeed, mergePage, readFeed } from "./pages.js";
import { LOCAL, PARTS, possibleTypes, VALUES } from "./schema-types.js";
import { mergeValue } from "./values.js";

export { mergeFeed, mergePage, mergeValue, possibleTypes, readFeed };

// Another size of page is another list: a document that asks for one bill does not get, or leave, those of a document that
// asks for twelve.
const policies = { activities: { merge: mergeFeed, read: readFeed } };
const pages = (lists) =>
  Object.fromEntries(
    Object.entries(lists).map(([name, args]) => [name, { keyArgs: [...args, "first"], merge: mergePage, ...policies[name] }]),
  );

const merges = new Map([...PARTS.map((type) => [type, true]), ...VALUES.map((type) => [type, mergeValue])]);

export const typePolicies = {
  ...Object.fromEntries(Object.entries(LISTS).map(([type, lists]) => [type, { fields: pages(lists) }])),
  ...Object.fromEntries([...merges].map(([type, merge]) => [type, { merge }])),
  // Their `id` is deprecated: only their own system knows it, and two systems may use the same one.
  ...Object.fromEntries(LOCAL.map((type) => [type, { keyFields: false, merge: merges.get(type) ?? false }])),
};
