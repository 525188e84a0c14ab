// Pan and zoom: wheel, buttons, fingers and keys move one transform.

const zoomLimits = [0.1, 4];
const readable = 0.62; // below this scale, labels are too small to read
const eye = { x: 0, y: 0, scale: 1 };
const pointers = new Map();
let moved = 0;

const dragged = () => moved > 4;

function place({ smooth = false } = {}) {
  camera.classList.toggle("smooth", smooth && !calm.matches);
  camera.style.transform = `translate(${eye.x}px, ${eye.y}px) scale(${eye.scale})`;
}

/** Zooms about a fixed point of the screen. */
function zoom(factor, centre = middle(), options = {}) {
  const scale = Math.min(Math.max(eye.scale * factor, zoomLimits[0]), zoomLimits[1]);
  const ratio = scale / eye.scale;
  Object.assign(eye, { x: centre.x - (centre.x - eye.x) * ratio, y: centre.y - (centre.y - eye.y) * ratio, scale });
  place(options);
}

function pan(x, y, options = {}) {
  eye.x += x;
  eye.y += y;
  place(options);
}

function middle() {
  const box = svg.getBoundingClientRect();
  return { x: box.width / 2, y: box.height / 2 };
}

/** Shows the whole view, or its readable part next to calcinosis at the right. */
function fit({ whole = false, smooth = false } = {}) {
  const box = svg.getBoundingClientRect();
  const all = Math.min(box.width / view.width, box.height / view.height, 1.4);
  eye.scale = whole ? all : Math.max(all, Math.min(readable, 1));
  eye.x = (box.width - view.width * eye.scale) / 2;
  eye.y = (box.height - view.height * eye.scale) / 2;
  if (eye.scale > all) centreOn(state.node ?? view.centre ?? view.nodes[0]?.[0]);
  place({ smooth });
}

function centreOn(index) {
  const spot = spotOf(index);
  if (!spot) return;
  const box = svg.getBoundingClientRect();
  const room = (size, length, at) => {
    if (length * eye.scale <= size) return (size - length * eye.scale) / 2;
    return Math.min(Math.max(size / 2 - at * eye.scale, size - length * eye.scale), 0);
  };
  eye.x = room(box.width, view.width, spot.x);
  eye.y = room(box.height, view.height, spot.y);
}

function spotOf(index) {
  const found = view.nodes.find(([node]) => node === index);
  if (!found) return null;
  const [, x, y, width, height] = found;
  return { x, y, width, height };
}

/** Moves the map as little as needed to make a node visible. */
function showNode(index) {
  const spot = spotOf(index);
  if (!spot) return;
  const box = svg.getBoundingClientRect();
  const shift = (at, half, size) => {
    const low = at - half * eye.scale - 12;
    const high = at + half * eye.scale + 12;
    return low < 0 ? -low : high > size ? size - high : 0;
  };
  const x = shift(spot.x * eye.scale + eye.x, spot.width / 2, box.width);
  const y = shift(spot.y * eye.scale + eye.y, spot.height / 2, box.height);
  if (x || y) pan(x, y, { smooth: true });
}

/** Shows several nodes together at a readable size, without zooming in. */
function showNodes(indices, options = {}) {
  const spots = [...indices].map(spotOf).filter(Boolean);
  if (!spots.length) return;
  const left = Math.min(...spots.map((spot) => spot.x - spot.width / 2));
  const right = Math.max(...spots.map((spot) => spot.x + spot.width / 2));
  const top = Math.min(...spots.map((spot) => spot.y - spot.height / 2));
  const bottom = Math.max(...spots.map((spot) => spot.y + spot.height / 2));
  const box = svg.getBoundingClientRect();
  const largest = Math.min(box.width / (right - left + 40), box.height / (bottom - top + 40));
  eye.scale = Math.min(eye.scale, Math.max(largest, readable * 0.75));
  eye.x = box.width / 2 - ((left + right) / 2) * eye.scale;
  eye.y = box.height / 2 - ((top + bottom) / 2) * eye.scale;
  place(options);
}

svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const box = svg.getBoundingClientRect();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  zoom(Math.exp(-event.deltaY * lines * 0.0015), { x: event.clientX - box.left, y: event.clientY - box.top });
}, { passive: false });

svg.addEventListener("pointerdown", (event) => {
  if (pointers.size === 0) moved = 0;
  pointers.set(event.pointerId, event);
});

svg.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const step = { x: event.clientX - before.clientX, y: event.clientY - before.clientY };
  moved += Math.hypot(step.x, step.y);
  // Capture the pointer only during a drag: a captured click would lose its target node.
  if (dragged()) svg.setPointerCapture(event.pointerId);
  if (pointers.size === 1 && dragged()) pan(step.x, step.y);
  else if (pointers.size === 2) pinch(event, before);
  pointers.set(event.pointerId, event);
});

for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
  svg.addEventListener(name, (event) => pointers.delete(event.pointerId));
}

function pinch(event, before) {
  const other = [...pointers.values()].find((pointer) => pointer.pointerId !== event.pointerId);
  const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  const box = svg.getBoundingClientRect();
  const centre = { x: (event.clientX + other.clientX) / 2 - box.left, y: (event.clientY + other.clientY) / 2 - box.top };
  pan((event.clientX - before.clientX) / 2, (event.clientY - before.clientY) / 2);
  zoom(apart(event) / Math.max(apart(before), 1), centre);
}

byId("zoom-in").addEventListener("click", () => zoom(1.3, middle(), { smooth: true }));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.3, middle(), { smooth: true }));
byId("zoom-fit").addEventListener("click", () => fit({ whole: true, smooth: true }));
/** Shows the initial frame of a view: the whole view, or the nodes of a story's sentence. */
function frame() {
  fit();
  const sentence = shownSentence();
  if (sentence) showNodes(sentence.nodes);
}

// A longer announcement must not undo a zoom; a rotated phone or wider window frames the view anew.
let room = null;
new ResizeObserver(([{ contentRect }]) => {
  const before = room;
  room = contentRect;
  if (!before || !view) return;
  if (room.width === before.width) pan(0, (room.height - before.height) / 2);
  else frame();
}).observe(svg);
