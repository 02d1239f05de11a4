import type { KeyingConfig, Resolver, ResolverConfig } from "@urql/exchange-graphcache";

/** Types without an id of the graph, which are kept inside their parents. */
export declare const keys: KeyingConfig;

/** For `cacheExchange({ schema, ...cacheConfig(relayPagination) })`. */
export declare function cacheConfig(relayPagination: () => Resolver): { keys: KeyingConfig; resolvers: ResolverConfig };
