// Make a part of the page like another without replacing what is in both, so that focus, scrolling and open details stay.

/** Make `old` like `made`: parts with the same id or data-key are kept, and the field that has the focus keeps its value. */
export function morph(old, made) {
  attributes(old, made);
  const keys = new Set([...made.children].map(key));
  for (const child of [...old.children]) if (key(child) && !keys.has(key(child))) child.remove();
  const known = new Map([...old.children].filter(key).map((child) => [key(child), child]));
  let at = old.firstChild;
  for (const wanted of [...made.childNodes]) {
    let found = wanted.nodeType === Node.ELEMENT_NODE && key(wanted) ? known.get(key(wanted)) : null;
    if (!found && at && !key(at) && !key(wanted) && at.nodeName === wanted.nodeName) found = at;
    if (!found) {
      old.insertBefore(wanted, at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else move(old, found, at);
    if (found.nodeType === Node.ELEMENT_NODE) morph(found, wanted);
    else if (found.data !== wanted.data) found.data = wanted.data;
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

const key = (node) => node.dataset?.key || node.id || "";

/** Move a child without losing the focus in it. */
function move(parent, child, before) {
  const focused = child.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(child, before);
  focused?.focus({ preventScroll: true });
}

function attributes(old, made) {
  for (const { name } of [...old.attributes]) {
    if (!made.hasAttribute(name) && !stays(old, name)) old.removeAttribute(name);
  }
  for (const { name, value } of made.attributes) {
    if (old.getAttribute(name) !== value && !stays(old, name)) old.setAttribute(name, value);
  }
  const typed = old.matches("input:not([type=checkbox], [type=radio]), textarea");
  if (typed && old === document.activeElement) return;
  if (stays(old, "value")) {
    if (made.value) old.value = made.value;
  } else if (old.nodeName === "INPUT" && made.type !== "file") {
    if (old.checked !== made.checked) old.checked = made.checked;
    if (old.value !== made.value) old.value = made.value;
  } else if (old.nodeName === "OPTION" && old.closest("select") !== document.activeElement) old.selected = made.selected;
}

/** What belongs to the reader or to a script: open details, the lists of a combobox, what is typed but not sent yet. */
function stays(node, name) {
  if (node.nodeName === "DETAILS") return name === "open";
  const role = node.getAttribute("role");
  if (role === "listbox") return name === "hidden";
  if (role === "combobox") return /^(role|aria-|autocomplete|value|name)/.test(name);
  return node.nodeName === "TEXTAREA" && /^(value|name)/.test(name);
}
