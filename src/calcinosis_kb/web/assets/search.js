// The search box of reading pages: finds records by their names while one types, also those that are misspelt.
// Without this script the box is a form that asks the server.
(() => {
  const form = document.querySelector("form.search");
  const box = form.querySelector("input");
  const list = form.querySelector(".hits");
  const status = form.querySelector("[role=status]");
  const found = document.getElementById("found"); // on the page of the search only
  const most = 8;
  let records = null; // [address, kind, name, other names], each with its words
  let vocabulary = new Set();
  let base = "";

  const plain = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  function load() {
    if (base) return;
    base = new URL(form.dataset.index, location.href).href;
    document.addEventListener("search-index", (event) => {
      records = event.detail.map(([address, kind, name, others]) => {
        const words = plain(`${name} ${others}`).split(" ");
        for (const word of words) if (word.length > 2) vocabulary.add(word);
        return { address: new URL(address, base).href, kind, name, plain: plain(name), words };
      });
      update();
    });
    const script = document.createElement("script");
    script.src = base;
    document.head.append(script);
  }

  /** The number of letters to change, leave out, put in or swap; more than `limit` counts as infinite. */
  function distance(a, b, limit) {
    if (Math.abs(a.length - b.length) > limit) return Infinity;
    let [before, last, row] = [[], [], Array.from({ length: b.length + 1 }, (_, j) => j)];
    for (let i = 1; i <= a.length; i += 1) {
      [before, last, row] = [last, row, [i]];
      for (let j = 1; j <= b.length; j += 1) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    return row[b.length] <= limit ? row[b.length] : Infinity;
  }

  function nearest(word) {
    const limit = word.length < 5 ? 1 : word.length < 9 ? 2 : 3;
    let best = word;
    let least = Infinity;
    for (const known of vocabulary) {
      if (known.startsWith(word)) return word;
      const far = distance(word, known, limit);
      if (far < least) [best, least] = [known, far];
    }
    return best;
  }

  function holding(words) {
    const whole = words.join(" ");
    const rank = (one) => (one.plain === whole ? 0 : one.plain.startsWith(whole) ? 1 : 2);
    return records
      .filter((one) => words.every((word) => one.words.some((other) => other.startsWith(word))))
      .map((one, place) => ({ one, place, rank: rank(one) }))
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .map(({ one }) => one);
  }

  function find(text) {
    let words = plain(text).split(" ").filter(Boolean);
    if (!words.length) return { hits: [], readAs: "" };
    let hits = holding(words);
    if (hits.length) return { hits, readAs: "" };
    words = words.map(nearest);
    hits = holding(words);
    return { hits, readAs: words.join(" ") === plain(text) ? "" : words.join(" ") };
  }

  function items(hits) {
    const ul = document.createElement("ul");
    for (const { address, kind, name } of hits) {
      const a = Object.assign(document.createElement("a"), { href: address, textContent: name });
      const noun = Object.assign(document.createElement("span"), { className: "kind", textContent: kind });
      const li = document.createElement("li");
      li.append(a, " ", noun);
      ul.append(li);
    }
    return ul;
  }

  function update() {
    if (!records) return;
    const { hits, readAs } = find(box.value);
    const asked = box.value.trim();
    const words = !asked ? "" : `${hits.length} found${readAs ? `, read as “${readAs}”` : ""}`;
    status.textContent = words;
    list.hidden = !asked;
    const note = Object.assign(document.createElement("p"), { className: "quiet small", textContent: words });
    list.replaceChildren(note, items(hits.slice(0, most)));
  }

  function showAll() {
    const asked = new URLSearchParams(location.search).get("q");
    if (!found || found.childElementCount || !asked) return;
    box.value = asked;
    load();
    document.addEventListener("search-index", () => {
      const { hits, readAs } = find(asked);
      const told = `${hits.length} found for “${asked}”${readAs ? `, read as “${readAs}”` : ""}.`;
      found.replaceChildren(Object.assign(document.createElement("p"), { textContent: told }), items(hits.slice(0, 60)));
      list.hidden = true;
    });
  }

  box.addEventListener("focus", load);
  box.addEventListener("input", () => {
    load();
    update();
  });
  form.addEventListener("keydown", (event) => {
    const stops = [box, ...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") list.hidden = true;
    if (!step || list.hidden) return;
    event.preventDefault();
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  });
  showAll();
})();
