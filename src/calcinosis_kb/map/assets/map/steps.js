// The map as steps: one below the other, each with the arrow to the next. A phone shows this in place of the picture.

const narrow = matchMedia("screen and (max-width: 760px)");
const form = { chosen: null }; // "steps" or "picture", once the reader has chosen

const inSteps = () => !show.on && (form.chosen ?? (narrow.matches ? "steps" : "picture")) === "steps";

function markForm() {
  document.querySelector(".map-page").classList.toggle("as-steps", inSteps());
  byId("form").textContent = inSteps() ? "As a picture" : "As steps";
}

byId("form").addEventListener("click", () => {
  form.chosen = inSteps() ? "picture" : "steps";
  change({});
  frame();
});
narrow.addEventListener("change", () => change({}));

function showSteps() {
  markForm();
  if (!inSteps()) return;
  const parts = stepsOf(...state.view.split(":"));
  byId("steps").replaceChildren(...parts.filter((part) => part.tagName !== "H2"));
}

function stepsOf(kind, id) {
  if (kind === "patient") return [...byId("welcome").content.cloneNode(true).querySelectorAll(".patient")];
  if (kind === "part") return aboutPart(id);
  if (kind === "theme") return aboutTheme(id);
  if (kind === "focus" || kind === "route") return waysFrom(indexOf.get(id));
  if (kind === "story") return toldLinks();
  if (kind === "whole") return Object.keys(data.themes).flatMap((theme) => [make("h3", {}, data.themes[theme].name), ...listed(membersOf(theme))]);
  const boxes = (acts) => make("ol", { class: "flow" }, ...Object.keys(data.parts).filter((part) => data.parts[part].acts === acts).map((part) => make("li", {}, boxButton(indexOf.get(`part-${part}`)))));
  return [...paragraph([data.sentence]), boxes(false), boxes(true)];
}

/** A box of the map as a button, with what it holds. */
function boxButton(index) {
  const node = data.nodes[index];
  const inPatient = data.patient?.[node.id];
  return make("button", { type: "button", class: `step-box ${inPatient ? `state-${inPatient[0]}` : ""}`, onclick: () => takeBox(index) },
    make("strong", {}, inPatient ? `${data.states[inPatient[0]][0]} ${shownName(index)}` : shownName(index)),
    make("span", { class: "box-kind" }, node.held ?? data.kinds[node.kind]));
}

function takeBox(index) {
  const node = data.nodes[index];
  change({ view: node.opens ?? `focus:${node.id}`, node: node.opens ? null : index, edge: null, story: null, panel: "about" });
  announce(node.opens ? `${node.name}, opened` : node.name);
  byId("view-title").focus();
}

/** The ways from a node to calcinosis as [sign, edges], best first: of a therapy the best of either sign. */
function waysOf(index) {
  const { evidence } = data.nodes[index];
  return evidence ? evidence.ways.map(([sign, , edges]) => [sign, edges]) : [onwardFrom(index)].filter(([, edges]) => edges.length);
}

function waysFrom(index) {
  const node = data.nodes[index];
  const ways = waysOf(index);
  const start = [make("p", {}, node.about ?? ""), make("p", { class: "box-kind" }, data.kinds[node.kind])];
  if (!ways.length) return [...start, make("p", {}, node.id === data.target ? "This is calcinosis." : node.evidence?.noWay ?? "No path of the map leads from it to calcinosis.")];
  return [...start, ...ways.flatMap(([sign, edges]) => [make("h3", {}, `${arrow(sign)} calcinosis, by this path`), flow(edges)])];
}

function onwardFrom(index) {
  const edges = [];
  for (let here = index; data.nodes[here].onward !== undefined; here = data.edges[edges.at(-1)].target) edges.push(data.nodes[here].onward);
  const lowers = edges.filter((edge) => data.edges[edge].sign === "-").length % 2 === 1;
  return [lowers ? "-" : "+", edges];
}

/** A path in one line. */
const pathWords = (edges) => [data.nodes[data.edges[edges[0]].source].name, ...edges.map((edge) => `${data.edges[edge].verb} → ${data.nodes[data.edges[edge].target].name}`)].join(" – ");

/** A path as a list: box, arrow, box, arrow, … */
function flow(edges) {
  const first = make("li", {}, boxButton(data.edges[edges[0]].source));
  const steps = edges.map((edge) => {
    const { sign, strength, verb, target } = data.edges[edge];
    const words = `${sign === "+" ? "▲" : "▼"} ${verb}${strength === "established" ? "" : ` (${strength})`}`;
    return make("li", { class: sign === "+" ? "raising" : "lowering" }, make("span", { class: "map-verb" }, words), boxButton(target));
  });
  return make("ol", { class: "flow path" }, first, ...steps);
}

/** What the sentence of a story rests on. */
function toldLinks() {
  if (state.story === null) return [];
  const { text } = data.stories[state.story].sentences[state.sentence];
  const { edges } = shownSentence();
  return [make("p", { class: "map-question" }, text), make("ul", { class: "plain" }, ...[...edges].map((edge) => make("li", {}, stepWords(edge))))];
}

const membersOf = (theme) => data.nodes.flatMap((node, index) => (node.theme === theme ? [index] : []));

/** Nodes as a list of links, by kind. */
function listed(members) {
  const groups = Map.groupBy(members, (index) => data.kinds[data.nodes[index].kind]);
  return [...groups].map(([kind, some]) => make("p", {}, make("span", { class: "box-kind" }, `${kind}: `), ...some.flatMap((index, place) => [place ? ", " : "", nodeLink(index, data.nodes[index].name)])));
}
