// The maintainer's desk. Every page works without this: it only sends the forms by itself, and asks again and again.

const LOOK = 1000; // milliseconds between two looks at the state of the files, and at a job
const PAUSE = 350; // after the last key, before a form is sent
const LONG_PAUSE = 1500; // before the effect on the answers is asked for

const $ = (query, root = document) => root.querySelector(query);
const page = async (address, options) => new DOMParser().parseFromString(await (await fetch(address, options)).text(), "text/html");

let asking; // the timer of the job that is under way

if ($("#state")) setInterval(look, LOOK);
if ($("#study")) follow($("#study"));
if ($("#job")) watch();

// == the state of the files ==

async function look() {
  const state = $("#state");
  if (document.hidden) return;
  const found = await fetch("/maintain/state").then((answer) => answer.json()).catch(() => null);
  if (!found || String(found.number) === state.dataset.number) return;
  state.dataset.number = found.number;
  const says = $("#state-says");
  if (says.textContent !== found.says) says.textContent = found.says;
  state.className = `desk-state ${found.phase}`;
  if (found.phase !== "checking") await show(["#health", ".banner", ".origin", ".bottom"]);
}

// Puts parts of the page as the server has it now in the place of the old ones; what was unfolded stays so.
async function show(parts) {
  const fresh = await page(location.pathname);
  const open = [...document.querySelectorAll("details[open] > summary")].map(title);
  for (const summary of fresh.querySelectorAll("summary")) summary.parentElement.open = open.includes(title(summary));
  for (const part of parts) {
    const [old, now] = [$(part), $(part, fresh)];
    if (old && now) old.replaceWith(now);
    else if (now) $("main").before(now);
    else if (old) old.remove();
  }
}

function title(summary) {
  return summary.textContent.replace(/:.*/s, "");
}

// == a study: form and YAML follow each other ==

function follow(form) {
  let sent = 0;
  let timer;
  let effectTimer;
  let isChanged = false;
  form.classList.add("live");
  form.addEventListener("input", (event) => {
    if (event.target.name === "citation") return;
    isChanged = true;
    clearTimeout(timer);
    clearTimeout(effectTimer);
    timer = setTimeout(send, PAUSE, event.target.name === "yaml" ? "yaml" : "form");
  });
  form.addEventListener("submit", (event) => {
    isChanged = false;
    const does = event.submitter ? event.submitter.value : "follow";
    if (does !== "effect" && !/^(add|remove):/.test(does)) return;
    event.preventDefault();
    if (does === "effect") effect();
    else send(does, event.submitter);
  });
  form.addEventListener("click", (event) => {
    const place = event.target.closest("#problems .desk-place");
    if (place) select(Number(place.dataset.line));
  });
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });

  // Shows the line of a finding.
  function select(line) {
    const yaml = form.elements.yaml;
    const lines = yaml.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1);
    yaml.focus();
    yaml.setSelectionRange(start, start + lines[line - 1].length);
    yaml.scrollTop = ((line - 5) / lines.length) * yaml.scrollHeight;
  }

  async function send(does) {
    const mine = ++sent;
    const data = new URLSearchParams(new FormData(form));
    data.set("do", does);
    const fresh = await page(form.action, { method: "POST", body: data });
    if (mine !== sent || !$("#study", fresh)) return; // something was typed meanwhile
    for (const name of ["was_form", "was_yaml"]) form.elements[name].value = fresh.querySelector(`[name=${name}]`).value;
    for (const part of ["#problems", "#says"]) $(part).replaceChildren(...$(part, fresh).childNodes);
    if (does !== "yaml") form.elements.yaml.value = $("#yaml", fresh).value;
    if (does !== "form") {
      $("#form").replaceChildren(...$("#form", fresh).childNodes);
      const added = does.startsWith("add:") ? [...document.querySelectorAll(`[name^="study.${does.slice(4)}."]:not([type=hidden])`)] : [];
      const first = added.findIndex((one) => one.name.split(".").slice(0, -1).join(".") === added.at(-1).name.split(".").slice(0, -1).join("."));
      if (first >= 0) added[first].focus();
    } else {
      for (const found of form.querySelectorAll(".desk-found")) {
        found.replaceChildren(...(fresh.getElementById(found.id)?.childNodes ?? []));
      }
      grow(fresh);
    }
    effectTimer = setTimeout(effect, LONG_PAUSE);
  }

  // One more line in a list of words, once its last one is filled.
  function grow(fresh) {
    for (const last of form.querySelectorAll(".desk-field > input[placeholder]")) {
      if (!last.value) continue;
      const more = [...fresh.getElementsByName(last.name)].at(-1);
      last.removeAttribute("placeholder");
      if (more) last.after(more);
    }
  }

  async function effect() {
    const data = new URLSearchParams(new FormData(form));
    put($("#job", await page("/maintain/effect", { method: "POST", body: data })));
    watch();
  }
}

// == a job ==

function put(job) {
  if (job) $("#job").replaceWith(job);
}

function watch() {
  clearTimeout(asking);
  const { job, state } = $("#job").dataset;
  if (state !== "running") return;
  asking = setTimeout(async () => {
    const fresh = $("#job", await page(`/maintain/job/${job}`));
    if ($("#job").dataset.job !== job) return;
    put(fresh);
    watch();
  }, LOOK / 2);
}

addEventListener("pagehide", () => {
  const { job, state } = $("#job")?.dataset ?? {};
  if (state === "running") navigator.sendBeacon(`/maintain/job/${job}/stop`);
});
