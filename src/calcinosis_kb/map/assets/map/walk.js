// Keyboard navigation: right follows an arrow, left goes against one, up and down choose among arrows.

const walk = { forward: true, trail: [] };

/** The edges that can be followed from a node in the current direction. */
function choices(index, forward = walk.forward) {
  return (forward ? outgoing : incoming)[index].filter((edge) => !data.edges[edge].undrawn && passes(edge));
}

/** The lines of a folded map, where boxes represent many nodes. */
function lineChoices(index, forward = walk.forward) {
  return view.edges.filter(([edges, source, target]) => (forward ? source : target) === index && edges.some(passes));
}

function step(forward) {
  const here = state.node;
  if (data.nodes[here].opens) return stepLine(here, forward);
  const found = choices(here, forward);
  if (!found.length) {
    announce(`${data.nodes[here].name}: no arrow ${forward ? "leads on from here" : "leads here"}`);
    return undefined;
  }
  // Going back retraces earlier steps, if any.
  const last = walk.trail.at(-1);
  const chosen = found.includes(state.edge) ? state.edge : !forward && found.includes(last) ? last : found[0];
  if (forward) walk.trail.push(chosen);
  else if (chosen === last) walk.trail.pop();
  else walk.trail.length = 0;
  walk.forward = forward;
  const edge = data.edges[chosen];
  const next = forward ? edge.target : edge.source;
  const onward = choices(next, forward);
  const retrace = walk.trail.at(-1);
  goTo(next, { edge: (!forward && onward.includes(retrace) ? retrace : onward[0]) ?? null });
  announce(`${stepWords(chosen)}. ${whatNext(next, onward, forward)}`);
  return undefined;
}

function stepLine(here, forward) {
  const found = lineChoices(here, forward);
  if (!found.length) {
    announce(`${data.nodes[here].name}: no arrow ${forward ? "leads on from here" : "leads here"}`);
    return;
  }
  const line = found.find(([edges]) => edges.includes(state.edge)) ?? found[0];
  walk.forward = forward;
  const next = line[forward ? 2 : 1];
  goTo(next);
  announce(`${data.nodes[line[1]].name} – ${count(line[0].length, "link")} → ${data.nodes[line[2]].name}`);
}

function whatNext(index, onward, forward) {
  if (data.nodes[index].id === data.target) return "This is calcinosis.";
  const where = forward ? "on from here" : "here";
  if (!onward.length) return `No arrow leads ${where}.`;
  return onward.length === 1 ? `One arrow leads ${where}.` : `${onward.length} arrows lead ${where}.`;
}

/** Chooses the next or previous arrow. */
function choose(by) {
  const here = state.node;
  const isBox = Boolean(data.nodes[here].opens);
  if (!isBox && !choices(here).length) walk.forward = !walk.forward;
  const found = isBox ? lineChoices(here).map(([edges]) => edges.find(passes)) : choices(here);
  if (!found.length) return;
  const at = found.indexOf(state.edge);
  const next = at < 0 ? (by > 0 ? 0 : found.length - 1) : (at + by + found.length) % found.length;
  change({ edge: found[next] });
  announce(`${next + 1} of ${found.length}: ${stepWords(found[next])}`);
}

const keys = {
  ArrowRight: () => step(true),
  ArrowLeft: () => step(false),
  ArrowDown: () => choose(1),
  ArrowUp: () => choose(-1),
  Enter: () => activate(state.node),
  " ": () => activate(state.node),
  "+": zoomIn,
  "=": zoomIn,
  "-": zoomOut,
  0: () => fit({ smooth: true }),
};
const panKeys = { ArrowRight: [-80, 0], ArrowLeft: [80, 0], ArrowDown: [0, -80], ArrowUp: [0, 80] };

svg.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (state.node !== null || state.edge !== null) change({ node: null, edge: null });
    else goUp();
    event.preventDefault();
    return;
  }
  const handled = event.shiftKey && panKeys[event.key] ? () => pan(...panKeys[event.key], { smooth: true }) : keys[event.key];
  if (!handled) return;
  event.preventDefault();
  const here = event.target.closest("[data-node]");
  if (here && Number(here.dataset.node) !== state.node) change({ node: Number(here.dataset.node), edge: null });
  if (state.node !== null || event.shiftKey || !event.key.startsWith("Arrow")) handled();
});
