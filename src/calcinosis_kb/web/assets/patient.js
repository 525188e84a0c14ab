// The form of the patient page: it is sent as one types, and what comes back takes the place of what is shown.
// Without this module the button Update does the same by a whole page.

import { ask, show } from "./answer.js";
import { combobox, lookup } from "./combobox.js";
import { morph } from "./morph.js";

const form = document.getElementById("patient");
const entry = () => document.getElementById("entry");
const box = document.getElementById("box");
const opened = document.getElementById("opened");
// What is half typed in these is no answer yet: it is sent by its own button or key.
box.removeAttribute("name");
opened.removeAttribute("name");
document.documentElement.classList.add("js");
const PAUSE = 120; // ms between the last key and the request
const SLOW = 300; // ms after which the answer is shown as being made
let pause = 0;
let slow = 0;

/** Ask for the answer to the form as it is now. A newer request takes the place of an older one. */
async function send() {
  clearTimeout(pause);
  clearTimeout(slow);
  slow = setTimeout(() => form.classList.add("waiting"), SLOW);
  form.dataset.busy = "yes";
  try {
    const page = await ask();
    if (page) show(page);
    else return; // a newer request goes on
  } catch {
    const trouble = document.getElementById("trouble");
    trouble.textContent = "No answer came back. What was entered is still here; it is sent again with the next change.";
    trouble.hidden = false;
  }
  clearTimeout(slow);
  form.classList.remove("waiting");
  delete form.dataset.busy;
}

/** Keep an act until a page that knows of it has come back. */
function pend(name, value) {
  const kept = document.createElement("input");
  Object.assign(kept, { type: "hidden", name, value });
  document.getElementById("pending").append(kept);
}

form.addEventListener("shown", (event) => {
  const page = event.detail;
  form.elements.patient.value = page.getElementById("patient").elements.patient.value;
  morph(entry(), page.getElementById("entry"));
  group(current);
});

form.addEventListener("input", (event) => {
  if (event.target === box || event.target === opened || event.target === picker || !event.target.closest("#entry")) return;
  form.dataset.busy = "yes";
  clearTimeout(pause);
  pause = setTimeout(send, event.target.matches("[type=checkbox], [type=radio], select") ? 0 : PAUSE);
});

form.addEventListener("submit", (event) => {
  const by = event.submitter;
  if (by?.hasAttribute("formaction") || !by?.closest("#entry")) return;
  event.preventDefault();
  if (box.value.trim()) add(box.value);
  if (by.name) pend(by.name, by.value);
  if ((by.id === "open" || by.name === "person") && opened.value.trim()) {
    pend("opened", opened.value);
    opened.value = "";
  }
  send();
});

// -- the box --

function add(text) {
  pend("box", text);
  box.value = "";
  typeahead.close();
}

let words = null;
let search = () => [];

/** The words of the knowledge base, fetched once; what is typed is looked up here and sent nowhere. */
async function fetchWords() {
  if (words) return;
  words = await (await fetch(box.dataset.words)).json();
  const find = lookup(words.words.map(([kind, ...names]) => ({ kind, names })));
  search = (text) => {
    const last = text.split(/[;\n]/).at(-1);
    return find(last).map(({ entry: { kind, names }, word }) => ({ name: word, also: word === names[0] ? "" : names[0], kind: words.kinds[kind], id: kind }));
  };
}

const OPEN = new Set(["tried", "medication", "lab"]); // more is typed behind them, such as an outcome or a result

const typeahead = combobox(box, document.getElementById("box-list"), {
  search: (text) => search(text),
  status: document.getElementById("box-status"),
  first: false,
  choose({ name, id }) {
    const before = box.value.split(/[;\n]/).slice(0, -1).join(";");
    if (before.trim()) add(before);
    if (OPEN.has(id)) {
      box.value = `${name} `;
      return;
    }
    box.value = "";
    pend("file", JSON.stringify([name, id, name]));
    send();
  },
});
box.addEventListener("focus", fetchWords, { once: true });
box.addEventListener("keydown", (event) => {
  if (event.key !== "Backspace" || box.value) return;
  document.querySelector('#notes [name="back"]')?.click();
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
  event.preventDefault();
  box.focus();
});

// -- the body: its parts are another way to tick the boxes beside it --

form.addEventListener("click", (event) => {
  const part = event.target.closest("[data-site]");
  if (part) document.getElementById(`site-${part.dataset.site}`).click();
});

// -- patient files and case links --

async function openFile(file) {
  if (!file) return;
  pend("opened", compact(await file.text()));
  send();
}

/** A health record without the spaces between its parts, of which it has more than a request may hold. */
function compact(text) {
  if (!text.includes('"resourceType"')) return text;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

const picker = document.getElementById("file-picker");
picker.addEventListener("change", () => openFile(picker.files[0]).then(() => (picker.value = "")));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  openFile(event.dataTransfer.files[0]);
});

const link = location.hash;
if (link.startsWith("#c=")) {
  history.replaceState(history.state, "", location.pathname);
  pend("case", link);
  send();
}

// -- a narrow page: one group of questions a screen, over the page --

const groups = () => [...document.querySelectorAll("#groups > .group")];
const narrow = matchMedia("(max-width: 720px)");
let current = -1; // -1: the sheet is closed

/** Show one group of the sheet, or close it. */
function group(place) {
  current = place;
  form.classList.toggle("sheet", place >= 0);
  for (const [at, one] of groups().entries()) one.classList.toggle("current", at === place);
  const nav = document.getElementById("sheet-nav");
  nav.hidden = place < 0;
  for (const one of document.querySelectorAll("#answer, #why, body > header, body > footer")) one.inert = place >= 0;
  document.getElementById("sheet-place").textContent = `${place + 1} of ${groups().length}`;
  document.getElementById("sheet-next").textContent = place + 1 < groups().length ? "Next" : "Answer";
}

function goTo(place) {
  history.pushState({ group: place }, "");
  group(place);
  document.getElementById("form").scrollTop = 0;
  const title = (groups()[place] ?? document.getElementById("answer")).querySelector("h2");
  if (!title) return;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
}

addEventListener("popstate", (event) => group(event.state?.group ?? -1));
document.getElementById("sheet-next").addEventListener("click", () => goTo(current + 1 < groups().length ? current + 1 : -1));
document.getElementById("sheet-back").addEventListener("click", () => (current > 0 ? history.back() : goTo(-1)));
document.getElementById("sheet-close").addEventListener("click", () => goTo(-1));
document.addEventListener("click", (event) => {
  if (!narrow.matches || !event.target.closest('a[href="#form"], #edit')) return;
  event.preventDefault();
  goTo(0);
});
narrow.addEventListener("change", () => group(-1));
if (narrow.matches && entry().hasAttribute("data-empty") && !link) {
  history.replaceState({ group: 0 }, "");
  group(0);
}
