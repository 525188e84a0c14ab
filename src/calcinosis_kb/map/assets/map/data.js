// The data of the page, and the few helpers that every part uses.
// Text enters the page only as text nodes: no string is ever parsed as HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** The index of a node by its id: views and edges refer to nodes by index, permalinks by id. */
const indexOf = new Map(data.nodes.map((node, index) => [node.id, index]));

/** The outgoing and incoming edges of a node, as indices, nearest to calcinosis first. */
const outgoing = data.nodes.map(() => []);
const incoming = data.nodes.map(() => []);
data.edges.forEach((edge, index) => {
  outgoing[edge.source].push(index);
  incoming[edge.target].push(index);
});
const far = 99;
const stepsTo = (index) => data.nodes[index].steps ?? far;
outgoing.forEach((edges) => edges.sort((a, b) => stepsTo(data.edges[a].target) - stepsTo(data.edges[b].target) || a - b));
incoming.forEach((edges) => edges.sort((a, b) => stepsTo(data.edges[b].source) - stepsTo(data.edges[a].source) || a - b));

const byId = (id) => document.getElementById(id);

/** An HTML element with attributes and children (elements, or strings that become text). */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** An SVG element with attributes. */
function makeSvg(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** "Warfarin – inhibits → vitamin K", with its strength unless it is established. */
function stepWords(index) {
  const edge = data.edges[index];
  const doubt = edge.strength === "established" ? "" : ` (${edge.strength})`;
  return `${shownName(edge.source)} – ${edge.verb} → ${shownName(edge.target)}${doubt}`;
}

/** Sentences as a paragraph, each with the sources of what it says. */
function paragraph(sentences) {
  const sources = [...new Set(sentences.flatMap((sentence) => sentence.sources))];
  return [
    make("p", {}, sentences.map((sentence) => sentence.text).join(" ")),
    sources.length ? make("details", { class: "map-sources" }, make("summary", {}, count(sources.length, "source")), make("ul", {}, ...sources.map((source) => sourceItem(data.sources[source])))) : null,
  ].filter(Boolean);
}

/** "1 link", "2 links". */
const count = (number, word, words = `${word}s`) => `${number} ${number === 1 ? word : words}`;

/** Announces a text to screen readers, and shows it below the map. */
function announce(text) {
  byId("announcement").textContent = text;
}

/** The displayed name of a node, whose label the quiz may hide. */
function shownName(index) {
  const node = data.nodes[index];
  return hiddenLabel(index) ? `Hidden ${data.kinds[node.kind].toLowerCase()}` : node.name;
}
