// A combobox with a list below it, as the ARIA Authoring Practices describe it, and a search that forgives misspellings.

/**
 * Make a text field a combobox.
 *
 * `list` is its listbox, an empty <ul role="listbox" hidden>. Options:
 *   search(text)  returns what is found: objects with `name`, and perhaps `also` (the name that was meant) and `kind`.
 *   choose(item)  takes what was chosen.
 *   status        an element with aria-live, for how many were found.
 *   first         whether Enter takes the first of the list without an arrow key (default: true).
 * Returns { close }.
 */
export function combobox(input, list, { search, choose, status, first = true }) {
  let found = [];
  let active = -1;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false", autocomplete: "off" })) input.setAttribute(name, value);

  function open(wanted) {
    list.hidden = !wanted;
    input.setAttribute("aria-expanded", String(wanted));
    if (!wanted) input.removeAttribute("aria-activedescendant");
  }

  function mark() {
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function show() {
    found = search(input.value);
    active = first && found.length ? 0 : -1;
    list.replaceChildren(...found.map(drawn));
    open(found.length > 0);
    mark();
    if (status) status.textContent = input.value.trim() ? `${found.length} ${found.length === 1 ? "word" : "words"} found.` : "";
  }

  function drawn({ name, also, kind }, place) {
    const option = document.createElement("li");
    option.id = `${list.id}-${place}`;
    option.setAttribute("role", "option");
    option.append(name);
    for (const [text, style] of [[also && ` (${also})`, "also"], [kind, "kind"]]) {
      if (!text) continue;
      const part = document.createElement("span");
      part.className = style;
      part.textContent = text;
      option.append(part);
    }
    option.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus until the click arrives
    option.addEventListener("click", () => take(place));
    return option;
  }

  function take(place) {
    const item = found[place];
    open(false);
    choose(item);
  }

  input.addEventListener("input", show);
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && list.hidden) show();
    else if (move && found.length) {
      active = active < 0 && move < 0 ? found.length - 1 : (active + move + found.length) % found.length;
      mark();
    } else if (event.key === "Enter" && !list.hidden && active >= 0) take(active);
    else if (event.key === "Escape" && !list.hidden) open(false);
    else return;
    event.preventDefault();
  });
  return { close: () => open(false) };
}

/** A text in the form in which it is compared. */
export const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

/**
 * Return a search over entries, each with `names`: its name first, then other words for it. The search returns at most `most`
 * entries as { entry, word }: names that begin with the text first, then those that contain it, or else those that are similar.
 */
export function lookup(entries, most = 8) {
  const words = entries.flatMap((entry) => entry.names.map((word) => ({ entry, word, plain: plain(word) })));
  return (text) => {
    const wanted = plain(text);
    if (!wanted) return [];
    const placed = (rank, least) => {
      const best = new Map();
      for (const one of words) {
        const place = rank(one.plain);
        const before = best.get(one.entry);
        if (place <= least && (!before || place < before.place)) best.set(one.entry, { ...one, place });
      }
      return [...best.values()].sort((a, b) => a.place - b.place || a.word.length - b.word.length || (a.word < b.word ? -1 : 1)).slice(0, most);
    };
    const found = placed((word) => {
      const at = word.indexOf(wanted);
      return at < 0 ? 9 : at === 0 ? 0 : /[\s(/-]/.test(word[at - 1]) ? 1 : wanted.length > 2 ? 2 : 9;
    }, 2);
    if (found.length || wanted.length < 4) return found;
    const far = Math.floor(wanted.length / 3);
    return placed((word) => Math.min(...word.split(/[\s(),/-]+/).map((part) => distance(wanted, part, far))), far).slice(0, 4);
  };
}

/** The edits between two words, or more than `far` where they are further apart. */
export function distance(one, other, far = Infinity) {
  if (Math.abs(one.length - other.length) > far) return far + 1;
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let place = 0; place < other.length; place++) {
      next.push(Math.min(row[place] + (one[at] !== other[place]), row[place + 1] + 1, next[place] + 1));
    }
    row = next;
  }
  return row[other.length];
}
