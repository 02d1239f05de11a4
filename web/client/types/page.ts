// A strict TypeScript page that uses each module of the package. It is compiled by test/types.test.js, and never run.
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { mergeFeed, mergePage, mergeValue, possibleTypes, readFeed, typePolicies } from "customer-360-client/apollo";
import { scalars } from "customer-360-client/codegen";
import { MAX_ATTEMPTS, nextRequest, waitSeconds } from "customer-360-client/feed";
import { LISTS } from "customer-360-client/lists";
import { nextPage, watchUnknown } from "customer-360-client/queries";
import { EMBEDDED, LOCAL, NULLABLE_LISTS, PARTS, SIGNS, STATES, VALUES } from "customer-360-client/schema-types";
import { askAgain, hasUnknown, nextRefetch, unknownFields } from "customer-360-client/unknown";
import { cacheConfig, keys } from "customer-360-client/urql";

declare module "@apollo/client" {
  namespace ApolloClient.DeclareDefaultOptions {
    interface WatchQuery { errorPolicy: "all" }
    interface Query { errorPolicy: "all" }
    interface Mutate { errorPolicy: "all" }
  }
}

const activities = { merge: mergeFeed, read: readFeed };
const extended = { BillingAccount: { fields: { activities, bills: { merge: mergePage } } }, Money: { merge: mergeValue } };
const cache = new InMemoryCache({ possibleTypes, typePolicies: { ...typePolicies, ...extended } });
const all = { errorPolicy: "all" } as const;
export const client = new ApolloClient({
  cache,
  link: new HttpLink({ uri: "/graphql" }),
  defaultOptions: { watchQuery: all, query: all, mutate: all },
});
export const exchange = cacheExchange({ ...cacheConfig(relayPagination), keys });

const codegenConfig: { scalars: Record<string, { input: string; output: string }> } = { scalars };
const names: string[] = [...EMBEDDED, ...LOCAL, ...PARTS, ...VALUES, codegenConfig.scalars.Date?.input ?? ""];
const lists: string[] | undefined = LISTS.BillingAccount?.bills ?? STATES.Bill ?? NULLABLE_LISTS.Bill;
const page: { hasNextPage: boolean; endCursor: string | null } = { hasNextPage: true, endCursor: null };
const next = nextRequest(page, MAX_ATTEMPTS);
const after: string | null = next === null ? null : next.after;
const seconds: number = (nextRefetch({}, 1, 5)?.waitSeconds ?? 0) + waitSeconds(2) + (next?.waitSeconds ?? 0);
const paths: (string | number)[][] = unknownFields({});
export const stop: () => void = askAgain({}, () => client.refetchQueries({ include: [] }).then(() => ({})));
const watched = client.watchQuery<{ a: string }, { after: string | null }>({ query: gql`{ sources { system } }`, variables: { after: null } });
export const stopWatching: () => void = watchUnknown(watched);
export const ended: Promise<boolean> = nextPage(watched, { variables: { after } }).then(({ data, error }) => !data && !error);
export const used = { signs: SIGNS, names, lists, after, seconds, paths, unknown: hasUnknown({}) satisfies boolean };

// @ts-expect-error a page must say whether more follows
nextRequest({ endCursor: "c" });
// @ts-expect-error the number of attempts is a number
nextRequest(page, "twice");
