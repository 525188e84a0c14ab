// The text alternative: the view as a nested list, with the same filters.

function showText() {
  const panel = byId("text");
  const open = new Set([...panel.querySelectorAll("details[open]")].map((one) => Number(one.dataset.of)));
  const nodes = view.nodes.map(([index]) => index).filter((index) => passesLevel(index) && !isStranded(index));
  const groups = Map.groupBy(nodes, (index) => data.kinds[data.nodes[index].kind]);
  const lists = [...groups].map(([kind, members]) =>
    make("section", {}, make("h3", {}, kind), make("ul", { class: "plain" }, ...members.map((index) => textNode(index, open.has(index))))));
  panel.replaceChildren(
    make("h2", {}, "The same in words"),
    make("p", {}, `${view.title}: ${count(nodes.length, "node")}, ${count(shownEdges().length, "link")}.`),
    make("p", { class: "buttons" },
      make("button", { type: "button", onclick: () => unfold(true) }, "Open all"),
      make("button", { type: "button", onclick: () => unfold(false) }, "Close all")),
    ...lists);
}

const shownEdges = () => [...new Set(view.edges.flatMap(([edges]) => edges))].filter(passes);

function textNode(index, open) {
  const node = data.nodes[index];
  const lines = view.edges.filter(([, source]) => source === index).flatMap(([edges, , target]) => edges.filter(passes).map((edge) => [edge, target]));
  const name = shownName(index);
  if (!lines.length) return make("li", {}, nodeLink(index, name));
  const items = lines.map(([edge]) => make("li", {}, stepWords(edge), " ", make("span", { class: "map-marks" }, data.edges[edge].sign === "+" ? "▲" : "▼")));
  return make("li", {}, make("details", { open, "data-of": index }, make("summary", {}, `${name} (${lines.length})`), make("p", {}, nodeLink(index, `Go to ${name}`)), make("ul", {}, ...items)));
}

function nodeLink(index, text) {
  const node = data.nodes[index];
  return make("a", { href: node.opens ? `#view=${node.opens}` : `#view=focus:${node.id}&node=${node.id}` }, text);
}

function unfold(open) {
  for (const one of byId("text").querySelectorAll("details")) one.open = open;
}
