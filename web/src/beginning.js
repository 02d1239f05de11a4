// What stands in the editors when the page opens: the reader's own tabs, or the project's documents.
import { browserStorage } from './storage.js';

async function exampleTabs() {
  const answer = await fetch(new URL('graphiql/tabs.json', location.href));
  if (!answer.ok) return [];
  const tabs = await answer.json();
  return tabs.map(({ query, variables }) => ({ query, variables }));
}

function linkedTab() {
  const asked = new URLSearchParams(location.search);
  if (!asked.get('query')) return null;
  return { query: asked.get('query'), variables: asked.get('variables') ?? '' };
}

export async function beginning() {
  const linked = linkedTab();
  // A link fills an editor and is then forgotten: what it names should not stay in the address bar.
  history.replaceState(null, '', location.pathname);
  const returning = browserStorage.getItem('graphiql:tabState') !== null;
  const examples = returning ? [] : await exampleTabs().catch(() => []);
  const tabs = linked ? [linked, ...examples] : examples;
  if (tabs.length === 0) return {};
  return {
    defaultTabs: tabs,
    initialQuery: tabs[0].query,
    initialVariables: tabs[0].variables,
  };
}
