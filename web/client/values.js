// Objects without an id that are one value, such as money: documents that select different fields of it fill one object.

// A field that both have and that differs tells another value. Fields of the old value then do not stay beside it: a page
// that shows them asks again.
export function mergeValue(existing, incoming) {
  return isOther(existing, incoming) ? incoming : { ...existing, ...incoming };
}

function isOther(existing, incoming) {
  if (!existing || !incoming) return true;
  return Object.keys(incoming).some((name) => name in existing && isLeaf(incoming[name]) && differ(existing[name], incoming[name]));
}

// Objects in it have merged before, by a policy of their own.
const isLeaf = (value) => value === null || typeof value !== "object";
const differ = (one, other) => one !== other;
