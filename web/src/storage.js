// The browser's storage, without request headers, variables and answers: tokens and personal data must not outlive the
// page. Variables of the project's own documents come back with these.
const DROPPED = new Set(['graphiql:headers', 'graphiql:variables']);
const SCRUBBED = new Set(['graphiql:queries', 'graphiql:favorites', 'graphiql:tabState']);
const PRIVATE = new Set(['headers', 'variables', 'response']);
const examples = new Map();

function scrubbed(key, value) {
  // A tab without these fields would not be read again; null says that they are empty.
  const empty = key === 'graphiql:tabState' ? null : undefined;
  try {
    return JSON.stringify(JSON.parse(value, (name, each) => (PRIVATE.has(name) ? empty : each)));
  } catch {
    return '';
  }
}

function withExamples(value) {
  const state = JSON.parse(value);
  for (const tab of state.tabs ?? []) tab.variables = examples.get(tab.query) ?? null;
  return JSON.stringify(state);
}

export function rememberExamples(tabs) {
  for (const { query, variables } of tabs) examples.set(query, variables);
}

export const browserStorage = {
  getItem(key) {
    const value = DROPPED.has(key) ? null : localStorage.getItem(key);
    return value && key === 'graphiql:tabState' ? withExamples(value) : value;
  },
  setItem(key, value) {
    if (DROPPED.has(key)) return;
    localStorage.setItem(key, SCRUBBED.has(key) ? scrubbed(key, value) : value);
  },
  removeItem: (key) => localStorage.removeItem(key),
  clear() {
    const ours = Object.keys(localStorage).filter((key) => key.startsWith('graphiql:'));
    for (const key of ours) localStorage.removeItem(key);
  },
  get length() {
    return Object.keys(localStorage).filter((key) => key.startsWith('graphiql:')).length;
  },
};

// What an earlier version of the page has left.
for (const key of DROPPED) localStorage.removeItem(key);
for (const key of SCRUBBED) {
  const value = localStorage.getItem(key);
  if (value !== null) localStorage.setItem(key, scrubbed(key, value));
}
