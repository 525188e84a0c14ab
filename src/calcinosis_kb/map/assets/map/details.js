// The panel with the details of the selected node or arrow.

const arrow = (sign) => (sign === "+" ? "▲ raises" : "▼ lowers");

function showDetails() {
  const panel = byId("about");
  if (state.node === null) panel.replaceChildren(...welcome());
  else if (hiddenLabel(state.node)) panel.replaceChildren(make("p", {}, "The label is hidden. Press Enter on the node, or tap it, to reveal it."));
  else panel.replaceChildren(...aboutNode(state.node));
}

function welcome() {
  const [kind, id] = state.view.split(":");
  const help = [...byId("welcome").content.cloneNode(true).children].filter((part) => state.view === "patient" || !part.classList.contains("patient"));
  if (inSteps()) return help.filter((part) => !part.classList.contains("patient"));
  if (kind === "theme") return aboutTheme(id);
  if (kind === "part") return aboutPart(id);
  return state.view === overviewKey ? [make("h2", {}, "In one sentence"), ...paragraph([data.sentence]), ...help] : help;
}

/** What the knowledge says of a theme, and the nodes in it. */
function aboutTheme(id) {
  const members = membersOf(id);
  return [
    make("h2", {}, data.themes[id].name),
    ...paragraph(data.themes[id].about),
    make("h3", {}, `In it: ${count(members.length, "box", "boxes")}`),
    ...listed(members),
  ];
}

function aboutPart(id) {
  const { name, themes } = data.parts[id];
  const parts = themes.flatMap((theme) => [make("h3", {}, make("a", { href: `#view=theme:${theme}` }, data.themes[theme].name)), ...paragraph(data.themes[theme].about)]);
  return [make("h2", {}, name), ...parts];
}

function aboutNode(index) {
  const node = data.nodes[index];
  const parts = [make("h2", {}, node.name), make("p", { class: "box-kind" }, [data.kinds[node.kind], data.themes[node.theme]?.name].filter(Boolean).join(" · "))];
  const inPatient = data.patient?.[node.id];
  if (inPatient) parts.push(make("p", { class: "in-patient" }, make("strong", {}, "In this patient: "), inPatient[1]));
  if (node.about) parts.push(make("p", {}, node.about));
  if (node.aliases?.length) parts.push(make("p", { class: "small" }, `Also: ${node.aliases.join(", ")}`));
  parts.push(viewButtons(index));
  if (node.evidence) parts.push(...aboutTherapy(node));
  if (node.kind === "theme") parts.push(make("h3", {}, "Contents"), make("ul", {}, ...node.members.map((member) => make("li", {}, nodeButton(member)))));
  parts.push(...edgeSection("Leads to", outgoing[index]), ...edgeSection("Comes from", incoming[index]));
  return parts;
}

function viewButtons(index) {
  const { id } = data.nodes[index];
  const offered = [[`focus:${id}`, "Show its neighbours"], [`route:${id}`, "Show its paths to calcinosis"], [`theme:${data.nodes[index].theme}`, "Show its theme"]];
  const buttons = offered.filter(([key]) => Object.hasOwn(data.views, key) && key !== state.view);
  return make("p", { class: "buttons" }, ...buttons.map(([key, text]) => make("button", { type: "button", onclick: () => change({ view: key, story: null }) }, text)), pageLink(index));
}

/** The page of a node or therapy, where the map is served beside such pages; a single file has none. */
function pageLink(index) {
  const { id, kind, opens } = data.nodes[index];
  const address = byId("pages")?.dataset[kind === "therapy" ? "therapy" : "node"];
  return address && !opens ? make("a", { href: address.replace("ID", id) }, "Its page, with all sources") : null;
}

function aboutTherapy(node) {
  const { evidence } = node;
  const parts = [make("h3", {}, "Evidence"), make("p", {}, evidence.words), make("h3", {}, "Expected effect on calcinosis")];
  parts.push(make("p", {}, make("strong", {}, evidence.polarity), evidence.ways.length ? `, because of ${evidence.ways.length === 1 ? "this path" : "these paths"}:` : `. ${evidence.noWay}`));
  if (evidence.ways.length) {
    parts.push(make("ul", { class: "ways" }, ...evidence.ways.map(([sign, words]) => make("li", {}, make("span", { class: "map-sign" }, arrow(sign)), ` ${words}`))));
  }
  return parts;
}

function edgeSection(title, edges) {
  const passing = edges.filter(passes);
  const parts = [];
  if (passing.length) parts.push(make("h3", {}, title), make("ul", { class: "map-edges" }, ...passing.map(edgeItem)));
  const left = edges.length - passing.length;
  if (left) parts.push(make("p", { class: "small" }, `${title}: ${count(left, "further link")}, hidden by the filters.`));
  return parts;
}

/** One edge in words, with its claim and sources folded below. The chosen edge is open. */
function edgeItem(index) {
  const edge = data.edges[index];
  const marks = [edge.sign === "+" ? "▲" : "▼", edge.strength, ...edge.contexts.map((context) => data.contexts[context])].join(" · ");
  const summary = make("summary", {}, edgeWords(index), make("span", { class: "map-marks" }, marks));
  return make("li", {}, make("details", { open: index === state.edge, class: index === state.edge ? "chosen" : null }, summary, ...edgeSources(edge)));
}

function edgeSources(edge) {
  const places = edge.sources.map((source) => sourceItem(data.sources[source]));
  const other = [edge.source, edge.target].find((end) => end !== state.node);
  return [
    make("p", {}, edge.claim),
    make("p", { class: "buttons" }, nodeButton(other, `Go to ${data.nodes[other].name}`)),
    places.length ? make("ul", { class: "map-sources" }, ...places) : make("p", { class: "small" }, "Inherited from the family of the therapy."),
  ];
}

/** An edge as seen from the selected node: only the other end is named. */
function edgeWords(index) {
  const edge = data.edges[index];
  if (edge.source === state.node) return `${edge.verb} ${data.nodes[edge.target].name}`;
  return `${data.nodes[edge.source].name} ${edge.verb} it`;
}

/** A source with its links. Python has filtered its addresses: only http and https. */
function sourceItem(source) {
  const links = source.links.flatMap(([label, address]) => [" ", make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label)]);
  return make("li", {}, source.cite, ...links);
}

function nodeButton(index, text = data.nodes[index].name) {
  return make("button", { type: "button", class: "link-button", onclick: () => goTo(index, { focus: false }) }, text);
}
