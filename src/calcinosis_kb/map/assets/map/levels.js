// The levels of the map: parts, themes, nodes. Opening a box or zooming in goes one deeper; Escape or zooming out goes back.

const overviewKey = "overview";
const themeOfNode = (id) => data.nodes[indexOf.get(id)]?.theme;
const titleOf = (key) => data.views[key].title;

/** The view that holds a view as one of its boxes, or null for the first. */
function parentOf(key) {
  const [kind, id] = key.split(":");
  if (key === overviewKey) return null;
  if (kind === "theme") {
    const { part } = data.themes[id];
    return data.parts[part].view === key ? overviewKey : data.parts[part].view;
  }
  const theme = kind === "focus" || kind === "route" ? themeOfNode(id) : null;
  return theme ? `theme:${theme}` : overviewKey;
}

/** The views from the first to this one. */
function trailOf(key) {
  const parent = parentOf(key);
  return parent && Object.hasOwn(data.views, parent) ? [...trailOf(parent), key] : [key];
}

/** Goes back one level, and to the box that was left. Returns whether there was one. */
function goUp() {
  const left = state.view;
  const parent = parentOf(left);
  if (!parent) return false;
  const index = data.views[parent].nodes.map(([node]) => node).find((node) => data.nodes[node].opens === left || left.endsWith(`:${data.nodes[node].id}`));
  change({ view: parent, node: null, edge: null, story: null });
  if (index !== undefined) focusNode(index);
  announce(`Back to: ${titleOf(parent)}`);
  return true;
}

/** Opens a folded box. */
function openBox(index) {
  const box = data.nodes[index];
  change({ view: box.opens, node: null, edge: null, story: null });
  focusFirst();
  announce(`${box.name}, opened`);
}

function drawTrail() {
  const keys = trailOf(state.view).slice(0, -1);
  const links = keys.map((key) => make("li", {}, make("a", { href: `#view=${key}` }, key === overviewKey ? "Map" : titleOf(key))));
  byId("trail").replaceChildren(...links);
  byId("trail").parentElement.hidden = keys.length === 0;
}
