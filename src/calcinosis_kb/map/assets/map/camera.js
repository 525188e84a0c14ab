// Pan and zoom: wheel, buttons, fingers and keys move one transform.

const largest = 4;
const legible = 12 / data.fontSize; // the least scale: text is never drawn smaller than 12 pixels
const eye = { x: 0, y: 0, scale: 1 };
let room = null; // the size of the map on the screen
const levels = { fitted: 1, beyond: 1, changed: 0 }; // the scale of the whole view, how far it was zoomed beyond that, and when a level was left
const pointers = new Map();
let moved = 0;

const dragged = () => moved > 4;

function place({ smooth = false } = {}) {
  camera.classList.toggle("smooth", smooth && !calm.matches);
  camera.style.transform = `translate(${eye.x}px, ${eye.y}px) scale(${eye.scale})`;
  sayMore();
}

/** Says how many boxes are out of sight, and where. */
function sayMore() {
  const box = svg.getBoundingClientRect();
  const out = { "←": 0, "→": 0, "↑": 0, "↓": 0 };
  let hidden = 0;
  for (const [, x, y, width, height] of view?.nodes ?? []) {
    const [left, right] = [x - width / 2, x + width / 2].map((at) => at * eye.scale + eye.x);
    const [top, bottom] = [y - height / 2, y + height / 2].map((at) => at * eye.scale + eye.y);
    const sides = [["←", left < -1], ["→", right > box.width + 1], ["↑", top < -1], ["↓", bottom > box.height + 1]].filter(([, is]) => is);
    for (const [side] of sides) out[side] += 1;
    if (sides.length) hidden += 1;
  }
  const where = Object.keys(out).filter((side) => out[side]).join(" ");
  byId("more").textContent = hidden ? `${where} ${hidden} of ${count(view.nodes.length, "box", "boxes")} out of sight: drag the map` : "";
}

/** Zooms about a fixed point of the screen. */
function zoom(factor, centre = middle(), options = {}) {
  const scale = Math.min(Math.max(eye.scale * factor, levels.fitted), largest);
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

/** Zooms in; where a folded box is already large, it opens. ``where`` is the point of the screen that is looked at. */
function zoomIn(where = null, factor = 1.3) {
  if (eye.scale * factor > levels.fitted * 1.6 && (!where || !hasJustChanged())) {
    const box = foldedAt(where);
    if (box !== null) return changeLevel(() => openBox(box));
  }
  return zoom(factor, where ?? middle(), { smooth: !where });
}

/** Zooms out; where the whole view is already seen, the level above opens. */
function zoomOut(where = null, factor = 1 / 1.3) {
  if (eye.scale > levels.fitted * 1.001) {
    levels.beyond = 1;
    return zoom(factor, where ?? middle(), { smooth: !where });
  }
  levels.beyond *= factor;
  if (levels.beyond < 0.8 && (!where || !hasJustChanged())) changeLevel(goUp);
  return undefined;
}

/** Whether a level was changed by the same turn of the wheel, which goes on for a while. */
const hasJustChanged = () => performance.now() - levels.changed < 500;

function changeLevel(go) {
  go();
  Object.assign(levels, { beyond: 1, changed: performance.now() });
}

/** The folded box at a point of the screen; without a point the selected one, or the nearest to the middle. */
function foldedAt(where) {
  const folded = view.nodes.filter(([index]) => data.nodes[index].opens);
  if (!where && folded.some(([index]) => index === state.node)) return state.node;
  const { x, y } = where ?? middle();
  const from = ([, left, top, width, height]) => {
    const [across, down] = [Math.abs(x - eye.x - left * eye.scale) - (width / 2) * eye.scale, Math.abs(y - eye.y - top * eye.scale) - (height / 2) * eye.scale];
    return Math.hypot(Math.max(across, 0), Math.max(down, 0));
  };
  const near = folded.map((box) => [from(box), box[0]]).sort((a, b) => a[0] - b[0])[0];
  return near && (!where || near[0] < 40) ? near[1] : null;
}

/** Shows the whole view, or as much as is legible of it, beside what it is about. */
function fit({ smooth = false } = {}) {
  const box = svg.getBoundingClientRect();
  const all = Math.min(box.width / view.width, box.height / view.height, 1.4);
  eye.scale = Math.max(all, legible);
  levels.fitted = eye.scale;
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
  const whole = Math.min(box.width / (right - left + 40), box.height / (bottom - top + 40));
  eye.scale = Math.max(Math.min(eye.scale, whole), legible);
  eye.x = box.width / 2 - ((left + right) / 2) * eye.scale;
  eye.y = box.height / 2 - ((top + bottom) / 2) * eye.scale;
  place(options);
}

svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const box = svg.getBoundingClientRect();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  const factor = Math.exp(-event.deltaY * lines * 0.0015);
  const where = { x: event.clientX - box.left, y: event.clientY - box.top };
  if (factor > 1) zoomIn(where, factor);
  else zoomOut(where, factor);
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
  const factor = apart(event) / Math.max(apart(before), 1);
  if (factor > 1) zoomIn(centre, factor);
  else zoomOut(centre, factor);
}

byId("zoom-in").addEventListener("click", () => zoomIn());
byId("zoom-out").addEventListener("click", () => zoomOut());
byId("zoom-fit").addEventListener("click", () => fit({ smooth: true }));

/** Shows the initial frame of a view: the whole view, or the nodes of a story's sentence. */
function frame() {
  room = svg.getBoundingClientRect();
  fit();
  const sentence = shownLinks();
  if (sentence) showNodes(sentence.nodes);
}

// A longer announcement must not undo a zoom; a rotated phone or wider window frames the view anew.
new ResizeObserver(([{ contentRect }]) => {
  const before = room;
  room = contentRect;
  if (!before || !view) return;
  if (room.width === before.width) pan(0, (room.height - before.height) / 2);
  else frame();
}).observe(svg);
