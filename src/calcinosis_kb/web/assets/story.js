// A story one sentence a screen: next by button or arrow key; the address names the sentence. Without this script all are shown.

const steps = [...document.querySelectorAll("#steps > li")];
const list = document.getElementById("steps");
const [previous, next, all] = ["previous", "next", "all"].map((id) => document.getElementById(id));
let at = 0;
let one = true;

const show = (focused) => {
  list.classList.toggle("one", one);
  steps.forEach((step, number) => step.classList.toggle("shown", number === at));
  previous.disabled = !one || at === 0;
  next.disabled = !one || at === steps.length - 1;
  all.textContent = one ? "All sentences" : "One at a time";
  document.getElementById("at").textContent = one ? `Sentence ${at + 1} of ${steps.length}` : `${steps.length} sentences`;
  if (focused) steps[at].querySelector(".sentence").focus({ preventScroll: one });
};

const go = (number) => {
  if (number < 0 || number >= steps.length) return;
  at = number;
  history.replaceState(null, "", `#${at + 1}`);
  show(true);
};

const named = () => {
  const number = Number(location.hash.slice(1));
  return Number.isInteger(number) && number >= 1 && number <= steps.length ? number - 1 : 0;
};

previous.addEventListener("click", () => go(at - 1));
next.addEventListener("click", () => go(at + 1));
all.addEventListener("click", () => {
  one = !one;
  show(false);
});
window.addEventListener("hashchange", () => {
  at = named();
  show(true);
});
document.addEventListener("keydown", (event) => {
  if (!one || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(".frame")) return;
  if (event.key === "ArrowRight") go(at + 1);
  if (event.key === "ArrowLeft") go(at - 1);
});

document.getElementById("stepper").hidden = false;
at = named();
show(false);
