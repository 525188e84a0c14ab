// Draws a view: Python has computed all positions, shapes and lines, so drawing only clones and moves elements.

const svg = byId("map");
const camera = byId("camera");
const nodeElements = new Map(); // index of a node → its element in the view
const edgeElements = []; // in the order of view.edges
let view = null;
const easyNodes = 40;

function drawView() {
  view = data.views[state.view];
  nodeElements.clear();
  edgeElements.length = 0;
  byId("edges").replaceChildren(...view.edges.map(drawEdge));
  byId("nodes").replaceChildren(...view.nodes.map(drawNode));
  byId("view-title").textContent = view.title;
  drawTrail();
}

function drawNode([index, x, y, width, height]) {
  const shape = byId(`shape-${data.nodes[index].id}-${height}`).cloneNode(true);
  shape.removeAttribute("id");
  shape.setAttribute("transform", `translate(${x} ${y})`);
  shape.setAttribute("role", "button");
  shape.setAttribute("tabindex", "-1");
  shape.dataset.node = index;
  const inPatient = data.patient?.[data.nodes[index].id];
  if (inPatient) markState(shape, inPatient[0], width, height);
  nodeElements.set(index, shape);
  return shape;
}

/** Marks a patient's state on a box: by colour, border, and a mark at the corner. */
function markState(shape, name, width, height) {
  shape.classList.add(`state-${name}`);
  const mark = makeSvg("text", { class: "mark", x: -width / 2, y: -height / 2 + 5 });
  [mark.textContent] = data.states[name];
  shape.append(mark);
}

function drawEdge([edges, , , style, path], place) {
  const group = makeSvg("g", { class: "link" });
  const title = makeSvg("title");
  title.textContent = edges.length === 1 ? stepWords(edges[0]) : count(edges.length, "link");
  // A thin line is hard to tap, so an invisible wide line lies over it.
  group.append(title, makeSvg("path", { d: path, class: style }), makeSvg("path", { d: path, class: "hit" }));
  group.dataset.place = place;
  edgeElements.push(group);
  return group;
}

/** Updates the marks for selected, chosen, highlighted, filtered and hidden elements without redrawing. */
function markView() {
  const sentence = shownLinks();
  // In a large view, everything unrelated to the selected box is dimmed; a small view needs no help.
  const near = sentence === null && state.node !== null && view.nodes.length > easyNodes ? nearby(state.node) : null;
  view.edges.forEach(([edges, source, target], place) => {
    const touches = source === state.node || target === state.node;
    const highlighted = sentence !== null && edges.some((edge) => sentence.edges.has(edge));
    toggle(edgeElements[place], {
      filtered: !edges.some(passes),
      chosen: state.edge !== null && edges.includes(state.edge),
      highlighted,
      near: touches,
      dimmed: sentence !== null ? !highlighted : near !== null && !touches,
    });
  });
  for (const [index, element] of nodeElements) {
    const highlighted = sentence !== null && sentence.nodes.has(index);
    toggle(element, {
      filtered: !passesLevel(index) || isStranded(index),
      selected: index === state.node,
      highlighted,
      dimmed: sentence !== null ? !highlighted : near !== null && !near.has(index),
      unlabelled: hiddenLabel(index),
    });
    element.setAttribute("aria-label", nodeLabel(index));
    element.setAttribute("aria-pressed", index === state.node);
  }
  keepOneTabStop();
}

function toggle(element, classes) {
  for (const [name, wanted] of Object.entries(classes)) element.classList.toggle(name, Boolean(wanted));
}

/** The node and its neighbours in this view, or null if it has none. */
function nearby(index) {
  const found = new Set([index]);
  for (const [, source, target] of view.edges) {
    if (source === index) found.add(target);
    if (target === index) found.add(source);
  }
  return found.size > 1 ? found : null;
}

/** Whether the filters hide all lines of a node. A node without lines stays. */
function isStranded(index) {
  const lines = view.edges.filter(([, source, target]) => source === index || target === index);
  return lines.length > 0 && !lines.some(([edges]) => edges.some(passes));
}

function nodeLabel(index) {
  if (hiddenLabel(index)) return shownName(index);
  const node = data.nodes[index];
  const inPatient = data.patient?.[node.id];
  return [node.name, data.kinds[node.kind], inPatient && data.states[inPatient[0]][1]].filter(Boolean).join(", ");
}

/** The map is a single Tab stop; arrow keys move within it. */
function keepOneTabStop() {
  const stop = nodeElements.has(state.node) ? state.node : view.nodes[0]?.[0];
  for (const [index, element] of nodeElements) element.setAttribute("tabindex", index === stop ? "0" : "-1");
}

/** Goes to a node: in this view if it is drawn here, otherwise in the view of its neighbours. */
function goTo(index, { edge = null, focus = true, story = state.story } = {}) {
  const drawn = nodeElements.has(index) && !nodeElements.get(index).classList.contains("filtered");
  const next = drawn ? state.view : `focus:${data.nodes[index].id}`;
  change({ node: index, edge, story, view: Object.hasOwn(data.views, next) ? next : state.view });
  const element = nodeElements.get(index);
  if (!element) return;
  if (focus) element.focus({ preventScroll: true });
  showNode(index);
}

svg.addEventListener("click", (event) => {
  if (dragged()) return;
  const node = event.target.closest("[data-node]");
  const link = event.target.closest("[data-place]");
  if (node) activate(Number(node.dataset.node));
  else if (link) chooseLink(view.edges[link.dataset.place]);
  else change({ node: null, edge: null });
});

/** Handles a click and the Enter key. */
function activate(index) {
  reveal(index);
  const node = data.nodes[index];
  if (node.opens) {
    openBox(index);
    return;
  }
  change({ node: index, edge: null, panel: state.panel === "quiz" ? "quiz" : "about" });
  nodeElements.get(index)?.focus({ preventScroll: true });
  announce(`${node.name}: ${data.kinds[node.kind].toLowerCase()}`);
}

function chooseLink([edges, source]) {
  if (labelsHidden()) return;
  change({ node: source, edge: edges[0], panel: "about" });
  announce(edges.length === 1 ? stepWords(edges[0]) : count(edges.length, "link"));
}

function focusFirst() {
  focusNode(view.nodes[0]?.[0]);
}

function focusNode(index) {
  for (const [other, element] of nodeElements) element.setAttribute("tabindex", other === index ? "0" : "-1");
  nodeElements.get(index)?.focus({ preventScroll: true });
}
