// The state of the page: one object, mirrored in the address fragment so that a link restores it.

const filterNames = ["strength", "context", "level"];

const state = {
  view: data.start,
  node: null, // index of the selected node
  edge: null, // index of the chosen edge
  hidden: { strength: new Set(data.hidden), context: new Set(), level: new Set() }, // values hidden by the filters
  story: null, // index of the open story
  sentence: 0,
  panel: "about",
};

const watchers = [];

/** Registers a function to call after every change with the previous state. */
const watch = (watcher) => watchers.push(watcher);

/** Changes the state, calls the watchers, and writes the permalink. A new view is a step that "Back" undoes. */
function change(changes, { remember = true } = {}) {
  const before = { ...state };
  Object.assign(state, changes);
  for (const watcher of watchers) watcher(before);
  if (!remember) return;
  const fragment = toFragment();
  if (fragment === location.hash) return;
  const step = before.view !== state.view;
  history[step ? "pushState" : "replaceState"](null, "", fragment);
}

function toFragment() {
  const words = new URLSearchParams({ view: state.view });
  if (state.node !== null) words.set("node", data.nodes[state.node].id);
  for (const name of filterNames) {
    if (state.hidden[name].size) words.set(`no-${name}`, [...state.hidden[name]].sort().join("."));
  }
  if (state.story !== null) {
    words.set("story", data.stories[state.story].id);
    words.set("sentence", state.sentence + 1);
  }
  if (state.panel !== "about") words.set("panel", state.panel);
  // A colon, as in "focus:warfarin", is allowed in a fragment and more readable than %3A.
  return `#${words.toString().replaceAll("%3A", ":")}`;
}

/** The state described by a fragment, without names that this page does not have. */
function fromFragment(fragment) {
  const named = fragment.replace(/^#/, "");
  const words = new URLSearchParams(indexOf.has(named) ? { view: `focus:${named}`, node: named } : named);
  const found = { view: data.start, node: null, edge: null, hidden: {}, story: null, sentence: 0, panel: "about" };
  if (Object.hasOwn(data.views, words.get("view") ?? "")) found.view = words.get("view");
  found.node = indexOf.get(words.get("node")) ?? null;
  for (const name of filterNames) {
    const known = data.filters[name].map(([value]) => String(value));
    found.hidden[name] = new Set((words.get(`no-${name}`) ?? "").split(".").filter((value) => known.includes(value)));
  }
  const story = data.stories.findIndex((one) => one.id === words.get("story"));
  if (story >= 0) {
    found.story = story;
    const last = data.stories[story].sentences.length - 1;
    found.sentence = Math.min(Math.max(Number.parseInt(words.get("sentence") ?? "1", 10) - 1 || 0, 0), last);
  }
  const panel = words.get("panel") ?? "about";
  if (["about", "stories", "quiz", "text"].includes(panel)) found.panel = panel;
  return found;
}

/** Whether a fragment is a place of the map: a view, or the id of a node or therapy alone. */
const isPlace = (fragment) => !fragment || indexOf.has(fragment.slice(1)) || new URLSearchParams(fragment.slice(1)).has("view");

function follow() {
  // The link "Skip to the map" is also a fragment, but not a view.
  if (!isPlace(location.hash)) return;
  change(fromFragment(location.hash), { remember: false });
  const asked = new URLSearchParams(location.hash.slice(1)).get("view");
  if (asked && asked !== state.view) announce(`This page has no view “${asked}”. It shows: ${data.views[state.view].title}.`);
}
addEventListener("popstate", follow);

/** Whether the filters show an edge. Edges of a hidden therapy are hidden too. */
function passes(index) {
  const edge = data.edges[index];
  if (state.hidden.strength.has(edge.strength)) return false;
  if (edge.contexts.every((context) => state.hidden.context.has(context))) return false;
  return passesLevel(edge.source) && passesLevel(edge.target);
}

function passesLevel(index) {
  const evidence = data.nodes[index].evidence;
  return !evidence || !state.hidden.level.has(String(evidence.level));
}
