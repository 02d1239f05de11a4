import type { ApolloClient, DocumentNode, ObservableQuery, OperationVariables, TypedDocumentNode } from "@apollo/client";

/**
 * Appends the next page of a list, also where a system does not answer.
 * @param query an ObservableQuery, or the result of `useQuery`
 */
export declare function nextPage<Data = unknown, Variables extends OperationVariables = OperationVariables>(
  query: { readonly fetchMore: (options: any) => Promise<any> },
  options?: {
    readonly query?: DocumentNode | TypedDocumentNode<Data, Variables>;
    readonly variables?: Partial<NoInfer<Variables>>;
  },
): Promise<ApolloClient.QueryResult<Data, "all">>;

/** Asks again whenever a query shows something unknown. Call the result when the screen goes. */
export declare function watchUnknown(query: ObservableQuery<any, any>): () => void;
