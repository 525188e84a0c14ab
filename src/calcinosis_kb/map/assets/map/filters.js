// Filters by the strength and the context of an edge, and by the level of evidence of a therapy.

function drawFilters() {
  const titles = { strength: "Strength of a link", context: "Where it was seen", level: "Level of evidence of a therapy" };
  byId("filters").replaceChildren(...filterNames.map((name) =>
    make("fieldset", {}, make("legend", {}, titles[name]), ...data.filters[name].map(([value, label]) => drawFilter(name, String(value), label)))),
    make("p", { class: "buttons" }, make("button", { type: "button", onclick: showEverything }, "Show everything")));
}

function drawFilter(name, value, label) {
  const box = make("input", { type: "checkbox", "data-filter": name, value });
  box.addEventListener("change", () => {
    const left = new Set(state.hidden[name]);
    if (box.checked) left.delete(value);
    else left.add(value);
    change({ hidden: { ...state.hidden, [name]: left }, edge: null });
    announce(filterWords());
  });
  return make("label", {}, box, ` ${label}`);
}

function showEverything() {
  change({ hidden: { strength: new Set(), context: new Set(), level: new Set() } });
  announce(filterWords());
}

function markFilters() {
  for (const box of byId("filters").querySelectorAll("input")) box.checked = !state.hidden[box.dataset.filter].has(box.value);
  const number = filterNames.reduce((sum, name) => sum + state.hidden[name].size, 0);
  byId("filter-count").textContent = number ? ` (${number} off)` : "";
}

function filterWords() {
  const all = new Set(view.edges.flatMap(([edges]) => edges)).size;
  const left = shownEdges().length;
  return left === all ? `All ${count(all, "link")} of this view are shown.` : `${left} of ${count(all, "link")} of this view are shown.`;
}
