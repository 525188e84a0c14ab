// Saves the view as a standalone SVG, or as a PNG drawn from it.

const leastWidth = 1250; // in pixels, for the notice
const lineLength = 165; // letters of a note in that width

/** The whole view as an SVG document, with the styles and colours of the screen. */
function standalone() {
  const copy = svg.cloneNode(true);
  for (const gone of copy.querySelectorAll("#shapes, .hit, .filtered")) gone.remove();
  const margin = 16;
  const told = show.on ? [slide().caption, sourcesLine(slide().sources)] : [];
  const lines = [view.title, ...told, ...data.origin].flatMap(broken);
  const [width, height] = [Math.max(view.width + 2 * margin, leastWidth), view.height + 2 * margin + lines.length * 16];
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `${-margin} ${-margin} ${width} ${height}`);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("role", "img");
  const moved = copy.querySelector("#camera");
  moved.removeAttribute("style");
  moved.classList.remove("smooth");
  for (const node of copy.querySelectorAll("[tabindex]")) {
    for (const name of ["tabindex", "role", "aria-pressed"]) node.removeAttribute(name);
  }
  const style = makeSvg("style");
  style.textContent = `${pictureRules()}\n${colours()}`;
  const title = makeSvg("title");
  title.textContent = view.title;
  const about = makeSvg("desc");
  about.textContent = data.origin.join(" ");
  const ground = makeSvg("rect", { x: -margin, y: -margin, width, height, class: "ground" });
  copy.prepend(title, about, style, ground);
  // Below the picture: what it is, and its version, for readers without the page.
  copy.append(...lines.map((line, number) => {
    const text = makeSvg("text", { x: 0, y: view.height + 16 * (number + 1), class: "note" });
    text.textContent = line;
    return text;
  }));
  return new XMLSerializer().serializeToString(copy);
}

/** A text as lines that fit the least width. */
function broken(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1).length + word.length > lineLength) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}

/** The style sheet of the picture, whether it is a part of the page or a file beside it. */
const pictureRules = () => [...byId("picture-style").sheet.cssRules].map((rule) => rule.cssText).join("\n");

/** The colours of the current theme as plain values, since a file cannot switch themes. */
function colours() {
  const computed = getComputedStyle(document.documentElement);
  return `:root{${data.colours.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(";")}}`;
}

function save(blob, suffix) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: `${state.view.replaceAll(/[^a-z0-9_-]+/g, "-")}.${suffix}` }).click();
  // The download has begun by then, so the memory can be freed.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  announce(`Saved as ${suffix.toUpperCase()}.`);
}

const saveSvg = () => save(new Blob([standalone()], { type: "image/svg+xml" }), "svg");

async function savePng() {
  const source = URL.createObjectURL(new Blob([standalone()], { type: "image/svg+xml" }));
  const picture = new Image();
  picture.src = source;
  await picture.decode();
  // Twice the size for a slide, but no more than a canvas can hold.
  const scale = Math.min(2, 8000 / Math.max(picture.width, picture.height));
  const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(source);
  canvas.toBlob((blob) => save(blob, "png"), "image/png");
}

for (const name of ["save", "slide"]) {
  byId(`${name}-svg`).addEventListener("click", saveSvg);
  byId(`${name}-png`).addEventListener("click", savePng);
}
