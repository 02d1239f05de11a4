// What a screen does with a query of Apollo Client: an ObservableQuery, or for `nextPage` also the result of `useQuery`.
import { askAgain, hasUnknown } from "./unknown.js";

// `fetchMore` has a policy of its own, which no default of the client reaches: it throws, and loses the page, if an answer
// has any error.
const ANSWERED = { errorPolicy: "all" };

// Append the next page of a list, also where a system does not answer.
export const nextPage = (query, options) => query.fetchMore({ ...options, ...ANSWERED });

// Ask again whenever a query shows something unknown, by its own answer or by that of another screen. `fetchMore` joins the
// answer to the lists that are shown, where `refetch` would begin them anew. The result stops it.
export function watchUnknown(query) {
  let stop;
  let variables;
  const end = () => {
    stop?.();
    stop = undefined;
  };
  const look = () => {
    const current = JSON.stringify(query.variables);
    if (variables !== current) end();
    variables = current;
    const { data } = query.getCurrentResult();
    if (!hasUnknown(data)) end();
    else stop ??= askAgain(data, () => nextPage(query).then(() => query.getCurrentResult()));
  };
  const subscription = query.subscribe(look);
  look();
  return () => {
    subscription.unsubscribe();
    end();
  };
}
