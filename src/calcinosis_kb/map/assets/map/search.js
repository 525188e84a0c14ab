// Search by name, alias or brand: the combobox of the ARIA Authoring Practices, with a listbox below it.

const searchBox = byId("search");
const listbox = byId("found");
let found = [];
let active = -1;

/** A typed text as the names are compared: no case, accents or punctuation. Python has done so with the names. */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
const searchable = data.names.map(([words, word, index]) => ({ plain: words, words: words.split(" "), word, index }));
const vocabulary = [...new Set(searchable.flatMap((entry) => entry.words))].filter((word) => word.length > 2);

/** At most twelve distinct nodes whose name has each word, or one that begins with it: the whole name first, then whole words. */
function search(text) {
  const wanted = plain(text).split(" ").filter(Boolean);
  if (!wanted.length) return [];
  const rank = (entry) => {
    if (entry.plain === wanted.join(" ")) return 0;
    if (wanted.every((word) => entry.words.includes(word))) return 1;
    return wanted.every((word) => entry.words.some((known) => known.startsWith(word))) ? 2 : 3;
  };
  const best = new Map();
  for (const entry of searchable) {
    const place = rank(entry);
    const before = best.get(entry.index);
    if (place < 3 && (!before || place < before.place)) best.set(entry.index, { ...entry, place });
  }
  const closer = (a, b) => a.place - b.place || a.words.length - b.words.length || a.word.localeCompare(b.word, "en");
  return [...best.values()].sort(closer).slice(0, 12);
}

/** What is found where each word that begins no name is read as the nearest one that does; at most four nodes. */
function nearest(text) {
  const read = plain(text).split(" ").map((word) => {
    if (vocabulary.some((known) => known.startsWith(word))) return word;
    const near = vocabulary.map((known) => [distance(word, known), known]).filter(([far]) => far <= Math.floor(word.length / 3));
    return near.sort((a, b) => a[0] - b[0] || a[1].length - b[1].length || (a[1] < b[1] ? -1 : 1))[0]?.[1] ?? word;
  });
  return search(read.join(" ")).slice(0, 4);
}

/** The Levenshtein distance of two words. */
function distance(one, other) {
  let row = [...other, ""].map((_, place) => place);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    [...other].forEach((character, place) => next.push(Math.min(row[place] + (letter !== character), row[place + 1] + 1, next[place] + 1)));
    row = next;
  }
  return row.at(-1);
}

function showFound() {
  const typed = searchBox.value.trim();
  found = search(typed);
  const missed = typed && !found.length;
  if (missed) found = nearest(typed);
  active = found.length ? 0 : -1;
  listbox.replaceChildren(...found.map(drawFound));
  openList(found.length > 0);
  markActive();
  const status = byId("search-status");
  status.classList.toggle("unseen", !missed);
  if (missed) status.textContent = `Nothing is called “${typed}”.${found.length ? " The nearest:" : ""}`;
  else status.textContent = typed ? `${count(found.length, "result")}.` : "";
}

function drawFound({ word, index }, place) {
  const node = data.nodes[index];
  const also = word === node.name ? null : make("span", { class: "also" }, ` (${word})`);
  const option = make("li", { role: "option", id: `found-${place}` }, node.name, also, make("span", { class: "box-kind" }, data.kinds[node.kind]));
  // Otherwise pointerdown moves the focus before the click arrives.
  option.addEventListener("pointerdown", (event) => event.preventDefault());
  option.addEventListener("click", () => take(place));
  return option;
}

function openList(open) {
  listbox.hidden = !open;
  searchBox.setAttribute("aria-expanded", open);
}

function closeSearch() {
  openList(false);
  byId("search-status").classList.add("unseen");
}

function markActive() {
  [...listbox.children].forEach((option, place) => option.setAttribute("aria-selected", place === active));
  if (active < 0) searchBox.removeAttribute("aria-activedescendant");
  else {
    searchBox.setAttribute("aria-activedescendant", `found-${active}`);
    listbox.children[active].scrollIntoView({ block: "nearest" });
  }
}

function take(place) {
  const { index } = found[place];
  searchBox.value = data.nodes[index].name;
  closeSearch();
  const own = `focus:${data.nodes[index].id}`;
  change({ view: Object.hasOwn(data.views, own) ? own : state.view, node: index, edge: null, story: null, panel: "about" });
  walk.trail.length = 0;
  walk.forward = true;
  goTo(index);
  announce(`${data.nodes[index].name}: ${data.kinds[data.nodes[index].kind].toLowerCase()}. ${whatNext(index, choices(index), true)}`);
}

searchBox.addEventListener("input", showFound);
searchBox.addEventListener("focus", () => searchBox.select());
searchBox.addEventListener("blur", closeSearch);
// Clear the search text when the view changes to something else.
watch((before) => {
  if (before.view !== state.view && searchBox.value !== data.nodes[state.node]?.name) searchBox.value = "";
});
searchBox.addEventListener("keydown", (event) => {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move && listbox.hidden) showFound();
  else if (move && found.length) {
    active = (active + move + found.length) % found.length;
    markActive();
  } else if (event.key === "Enter" && !listbox.hidden && active >= 0) take(active);
  else if (event.key === "Escape") {
    if (listbox.hidden) searchBox.value = "";
    closeSearch();
  } else return;
  event.preventDefault();
});
// "/" focuses the search box from anywhere except a text field.
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
  event.preventDefault();
  searchBox.focus();
});
