// The browser's storage, without request headers: a bearer token must not outlive the page.
const withoutHeaders = (name, value) => (name === 'headers' ? undefined : value);

function scrubbed(value) {
  try {
    return JSON.stringify(JSON.parse(value, withoutHeaders));
  } catch {
    return value;
  }
}

const SCRUBBED = new Set(['graphiql:queries', 'graphiql:favorites']);

export const browserStorage = {
  getItem: (key) => localStorage.getItem(key),
  setItem(key, value) {
    if (key === 'graphiql:headers') return;
    localStorage.setItem(key, SCRUBBED.has(key) ? scrubbed(value) : value);
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
