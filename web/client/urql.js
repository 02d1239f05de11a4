// urql: cacheExchange({ schema, ...cacheConfig(relayPagination) }), with relayPagination of
// @urql/exchange-graphcache/extras and an introspection of the gateway as `schema`.
import { LISTS } from "./lists.js";
import { EMBEDDED, LOCAL } from "./schema-types.js";

const embedded = () => null;

// Types without an id of the graph are kept inside their parents.
export const keys = Object.fromEntries([...EMBEDDED, ...LOCAL].map((type) => [type, embedded]));

export function cacheConfig(relayPagination) {
  const pages = (lists) => Object.fromEntries(Object.keys(lists).map((name) => [name, relayPagination()]));
  return {
    keys,
    resolvers: Object.fromEntries(Object.entries(LISTS).map(([type, lists]) => [type, pages(lists)])),
  };
}
