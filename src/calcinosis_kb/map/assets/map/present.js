// Presenting: the full screen, one level, path or sentence a slide, with a caption and its sources.

const show = { on: false, slides: [], at: 0 };
const slide = () => (show.on ? show.slides[show.at] : null);

/** The slides: of an open story its sentences, of a node its paths to calcinosis, otherwise the levels of the map. */
function makeSlides() {
  if (state.story !== null) return storySlides(state.story);
  const [kind, id] = state.view.split(":");
  const paths = kind === "focus" || kind === "route" ? pathSlides(indexOf.get(id)) : [];
  return paths.length ? paths : levelSlides();
}

function storySlides(story) {
  const { id, sentences } = data.stories[story];
  return sentences.map(({ text, nodes, edges, sources }) => ({
    view: `story:${id}`, caption: text, sources,
    nodes: nodes.map((node) => indexOf.get(node)), edges: edges.map((edge) => edgeOf.get(edge)).filter((edge) => edge !== undefined),
  }));
}

function pathSlides(index) {
  const { id } = data.nodes[index];
  const view = [`route:${id}`, `focus:${id}`].find((key) => Object.hasOwn(data.views, key));
  return waysOf(index).map(([sign, edges]) => ({
    view, edges, nodes: [index], caption: `${arrow(sign)} calcinosis: ${pathWords(edges)}`,
    sources: [...new Set(edges.flatMap((edge) => data.edges[edge].sources))],
  }));
}

function levelSlides() {
  const told = (view, sentences) => ({ view, caption: sentences.map(({ text }) => text).join(" "), sources: [...new Set(sentences.flatMap(({ sources }) => sources))] });
  const themes = Object.values(data.parts).flatMap((part) => part.themes);
  return [told(overviewKey, [data.sentence]), ...themes.filter((id) => data.themes[id].about.length).map((id) => told(`theme:${id}`, data.themes[id].about))];
}

/** What a slide or the sentence of a story highlights, or null where everything is as important. */
function shownLinks() {
  if (!show.on) return shownSentence();
  const { nodes, edges } = slide();
  if (!edges) return null;
  return { nodes: new Set([...nodes, ...edges.flatMap((edge) => [data.edges[edge].source, data.edges[edge].target])]), edges: new Set(edges) };
}

async function present() {
  show.slides = makeSlides();
  const at = show.slides.findIndex(({ view }) => view === state.view);
  Object.assign(show, { on: true, at: state.story === null ? Math.max(at, 0) : state.sentence, left: { view: state.view, story: state.story, node: state.node } });
  const page = document.querySelector(".map-page");
  page.classList.add("presenting");
  byId("slide").hidden = false;
  await page.requestFullscreen?.().catch(() => undefined);
  turnSlide(0);
  byId("next-slide").focus();
}

function endShow() {
  if (!show.on) return;
  show.on = false;
  document.querySelector(".map-page").classList.remove("presenting");
  byId("slide").hidden = true;
  if (document.fullscreenElement) document.exitFullscreen();
  change(show.left);
  frame();
  byId("present").focus();
}

function turnSlide(by) {
  show.at = Math.min(Math.max(show.at + by, 0), show.slides.length - 1);
  const { view: key, caption, sources } = slide();
  byId("caption").textContent = caption;
  byId("slide-sources").textContent = sourcesLine(sources);
  byId("slide-count").textContent = `${show.at + 1} of ${show.slides.length}`;
  byId("previous-slide").setAttribute("aria-disabled", show.at === 0);
  byId("next-slide").setAttribute("aria-disabled", show.at === show.slides.length - 1);
  change({ view: key, node: null, edge: null }, { remember: false });
  frame();
}

const sourcesLine = (sources) => (sources.length ? `Sources: ${sources.map((source) => data.sources[source].cite).join("; ")}` : "");

byId("present").addEventListener("click", present);
byId("previous-slide").addEventListener("click", () => turnSlide(-1));
byId("next-slide").addEventListener("click", () => turnSlide(1));
byId("end-show").addEventListener("click", endShow);
addEventListener("fullscreenchange", () => document.fullscreenElement || endShow());

const showKeys = { ArrowRight: () => turnSlide(1), PageDown: () => turnSlide(1), ArrowLeft: () => turnSlide(-1), PageUp: () => turnSlide(-1), Escape: endShow, f: endShow };
// Before the map hears them: its own arrows walk from box to box.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
  const handled = show.on ? showKeys[event.key] : event.key === "f" ? present : null;
  if (!handled) return;
  event.preventDefault();
  event.stopPropagation();
  handled();
}, true);
