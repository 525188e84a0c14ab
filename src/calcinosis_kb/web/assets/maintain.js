// The maintainer's desk follows the files: it asks whether something changed, says so, and shows the new findings.

const SECONDS = 1;

const state = document.querySelector("#state");
if (state) setInterval(look, SECONDS * 1000);

async function look() {
  if (document.hidden) return;
  const found = await fetch("/maintain/state").then((answer) => answer.json()).catch(() => null);
  if (!found || String(found.number) === state.dataset.number) return;
  state.dataset.number = found.number;
  const says = document.querySelector("#state-says");
  if (says.textContent !== found.says) says.textContent = found.says;
  state.className = `desk-state ${found.phase}`;
  if (found.phase !== "checking") await show(["#health", ".banner", ".origin", ".bottom"]);
}

// Puts parts of the page as the server has it now in the place of the old ones; what was unfolded stays so.
async function show(parts) {
  const fresh = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  const open = [...document.querySelectorAll("details[open] > summary")].map((one) => title(one));
  for (const summary of fresh.querySelectorAll("summary")) summary.parentElement.open = open.includes(title(summary));
  for (const part of parts) {
    const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && now) old.replaceWith(now);
    else if (now) document.querySelector("main").before(now);
    else if (old) old.remove();
  }
}

function title(summary) {
  return summary.textContent.replace(/:.*/s, "");
}
