// Stories: prose in which each sentence drives the map.

/** The nodes and edges of the current sentence, or null without an open story. */
function shownSentence() {
  if (state.story === null) return null;
  const sentence = data.stories[state.story].sentences[state.sentence];
  const nodes = sentence.nodes.map((id) => indexOf.get(id));
  const edges = sentence.edges.map((id) => edgeOf.get(id)).filter((index) => index !== undefined);
  const ends = edges.flatMap((index) => [data.edges[index].source, data.edges[index].target]);
  return { nodes: new Set([...nodes, ...ends]), edges: new Set(edges) };
}
const edgeOf = new Map(data.edges.map((edge, index) => [edge.id, index]));

function showSentence(story, sentence) {
  const { id, sentences } = data.stories[story];
  change({ story, sentence, view: `story:${id}`, node: null, edge: null, panel: "stories" });
  announce(`${sentence + 1} of ${sentences.length}: ${sentences[sentence].text}`);
}

function showStories() {
  const panel = byId("stories");
  if (state.story === null) panel.replaceChildren(...listStories());
  else if (panel.dataset.story !== String(state.story)) panel.replaceChildren(...drawStory(data.stories[state.story]));
  panel.dataset.story = state.story;
  if (state.story !== null) markSentence();
}

function listStories() {
  if (!data.stories.length) return [make("h2", {}, "Stories"), make("p", {}, "This knowledge base has no stories.")];
  const items = data.stories.map((story, index) =>
    make("li", {}, make("button", { type: "button", class: "link-button", onclick: () => begin(index) }, story.title), make("p", { class: "small" }, story.about)));
  return [make("h2", {}, "Stories"), make("p", {}, "Select a sentence to highlight it on the map."), make("ul", { class: "plain" }, ...items)];
}

function begin(index) {
  showSentence(index, 0);
  byId("next-sentence").focus();
}

function drawStory(story) {
  const sentences = story.sentences.map((sentence, place) =>
    make("li", {},
      make("button", { type: "button", class: "sentence", onclick: () => showSentence(state.story, place) }, sentence.text),
      sentence.sources.length ? make("ul", { class: "map-sources" }, ...sentence.sources.map((source) => sourceItem(data.sources[source]))) : null));
  return [
    make("h2", {}, story.title),
    make("p", { class: "buttons" },
      make("button", { type: "button", id: "previous-sentence", onclick: () => turn(-1) }, "← Previous"),
      make("button", { type: "button", id: "next-sentence", onclick: () => turn(1) }, "Next →"),
      make("button", { type: "button", onclick: leaveStory }, "All stories")),
    make("ol", { class: "story" }, ...sentences),
  ];
}

function turn(by) {
  const last = data.stories[state.story].sentences.length - 1;
  const next = Math.min(Math.max(state.sentence + by, 0), last);
  if (next !== state.sentence) showSentence(state.story, next);
}

function leaveStory() {
  change({ story: null, view: data.start });
  byId("stories").querySelector("button")?.focus();
}

function markSentence() {
  const last = data.stories[state.story].sentences.length - 1;
  byId("previous-sentence").setAttribute("aria-disabled", state.sentence === 0);
  byId("next-sentence").setAttribute("aria-disabled", state.sentence === last);
  [...byId("stories").querySelectorAll(".sentence")].forEach((sentence, place) => {
    const now = place === state.sentence;
    sentence.toggleAttribute("aria-current", now);
    if (now) sentence.setAttribute("aria-current", "step");
    sentence.parentElement.classList.toggle("now", now);
    if (now) sentence.parentElement.scrollIntoView({ block: "nearest" });
  });
}

// In the stories panel, arrow keys go to the next or previous sentence.
byId("stories").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by || state.story === null) return;
  event.preventDefault();
  turn(by);
});
