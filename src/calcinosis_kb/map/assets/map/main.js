// Puts the parts together: tabs, the choice of a view, the colours, and the first drawing.

const tabs = [...document.querySelectorAll("[role=tab]")];

function markTabs() {
  for (const tab of tabs) {
    const chosen = tab.dataset.panel === state.panel;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    byId(tab.dataset.panel).hidden = !chosen;
  }
}

for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => change({ panel: tab.dataset.panel }));
  tab.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = tabs[(place + by + tabs.length) % tabs.length];
    change({ panel: next.dataset.panel });
    next.focus();
  });
}

const chooser = byId("view");
chooser.addEventListener("change", () => {
  const story = data.stories.findIndex((one) => `story:${one.id}` === chooser.value);
  if (story >= 0) showSentence(story, 0);
  else change({ view: chooser.value, node: null, edge: null, story: null });
});

/** The menu of named views; other views open from their nodes. */
function drawChooser() {
  for (const [group, keys] of data.menu) {
    const options = keys.map((key) => make("option", { value: key }, data.views[key].title));
    chooser.append(group ? make("optgroup", { label: group }, ...options) : options[0]);
  }
}

function markChooser() {
  const known = [...chooser.options].some((option) => option.value === state.view && option.id !== "elsewhere");
  byId("elsewhere")?.remove();
  if (!known) chooser.append(make("option", { id: "elsewhere", value: state.view }, view.title));
  chooser.value = state.view;
}

const themes = ["auto", "light", "dark"];
function useTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const [sign, word] = { auto: ["◐", "Auto"], light: ["☀", "Light"], dark: ["☾", "Dark"] }[theme];
  byId("theme").replaceChildren(sign, make("span", {}, ` ${word}`));
  byId("theme").setAttribute("aria-label", `Colours: ${theme}. Press to change`);
}
byId("theme").addEventListener("click", () => {
  useTheme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length]);
});

byId("print").addEventListener("click", () => print());
// Print the whole view, not just the part on the screen.
addEventListener("beforeprint", () => {
  svg.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
  document.querySelector(".map-legend").open = true;
  for (const folded of document.querySelectorAll("footer details")) folded.open = true;
});
addEventListener("afterprint", () => svg.removeAttribute("viewBox"));

// A menu closes with Escape, or on a click outside it.
const menus = [...document.querySelectorAll(".menu")];
addEventListener("click", (event) => menus.forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open")));
for (const menu of menus) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

watch((before) => {
  const drawn = view !== data.views[state.view];
  if (drawn) drawView();
  markView();
  if (drawn) frame();
  else if (state.story !== null && before.sentence !== state.sentence) showNodes(shownSentence().nodes, { smooth: true });
  markChooser();
  markFilters();
  markTabs();
  document.querySelector(".map-page").classList.toggle("of-patient", state.view === "patient");
  showSteps();
  showDetails();
  showStories();
  showQuiz();
  if (state.panel === "text") showText();
});

useTheme(document.documentElement.dataset.theme ?? "auto");
drawChooser();
drawFilters();
if (location.hash && isPlace(location.hash)) follow();
else change({});
