// What stands in the editors when the page opens: the reader's own tabs, or the project's documents.
import { browserStorage, rememberExamples } from './storage.js';

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

// The tab that was active, so that the editors show it with the variables of the project's document.
function activeTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(browserStorage.getItem('graphiql:tabState'));
    return tabs[activeTabIndex];
  } catch {
    return null;
  }
}

function shownFirst(tab) {
  return { initialQuery: tab.query ?? '', initialVariables: tab.variables ?? '' };
}

export async function beginning() {
  const linked = linkedTab();
  // A link fills an editor and is then forgotten: what it names should not stay in the address bar.
  history.replaceState(null, '', location.pathname);
  const examples = await exampleTabs().catch(() => []);
  rememberExamples(examples);
  const active = activeTab();
  if (linked) return { defaultTabs: active ? [linked] : [linked, ...examples], ...shownFirst(linked) };
  if (active) return shownFirst(active);
  return examples.length === 0 ? {} : { defaultTabs: examples, ...shownFirst(examples[0]) };
}
