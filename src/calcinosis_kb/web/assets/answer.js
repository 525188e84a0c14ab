// The answer of the patient page: ask for a new one, show it, open the reasoning on a row, and the keys.
// Without this module every button sends the form and gets a whole page.

import { copyLetter } from './clipboard.js';

const form = document.getElementById('patient');
const announcement = document.getElementById('announcement');
let asking = new AbortController();

/** Send the form as a button would, and return the page that comes back; null if a newer request has taken its place. */
export async function ask(submitter = null) {
  asking.abort();
  asking = new AbortController();
  const sent = new URLSearchParams(new FormData(form, submitter));
  try {
    const answer = await fetch('/patient', { method: 'POST', body: sent, signal: asking.signal });
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch (error) {
    if (error.name === 'AbortError') return null;
    throw error;
  }
}

/** Put the answer of a page in the place of the one that is shown, and say what has changed. */
export function show(page) {
  const focused = document.activeElement?.closest?.('.row')?.querySelector('.open')?.value;
  const open = [...document.querySelectorAll('#answer details[open]')].map((one) => title(one));
  for (const id of ['answer', 'why']) document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  form.classList.toggle('begun', page.getElementById('patient').classList.contains('begun'));
  for (const one of document.querySelectorAll('#answer details')) one.open ||= open.includes(title(one));
  if (focused) document.querySelector(`#answer .open[value="${focused}"]`)?.focus();
  const said = [...document.querySelectorAll('#changes li')].map((line) => line.textContent);
  if (said.length) announcement.textContent = said.join(' ');
  prepare();
  form.dispatchEvent(new CustomEvent('shown', { detail: page }));
}

const title = (details) => details.querySelector('summary').textContent.split(/[(:]/)[0].trim();
const narrow = matchMedia('(max-width: 1150px)');

/** What only a page with this module offers. */
function prepare() {
  for (const one of document.querySelectorAll('#help, #why .back')) one.hidden = false;
}

async function openWhy(button) {
  const page = await ask(button);
  if (!page) return;
  show(page);
  for (const row of document.querySelectorAll('.row')) row.classList.toggle('selected', row.querySelector('.open').value === button.value);
  if (!narrow.matches) return;
  history.pushState('why', '');
  sheet(true);
}

/** Open or close the reasoning as a sheet over a narrow page. */
function sheet(open) {
  form.classList.toggle('why-open', open);
  for (const one of document.querySelectorAll('#form, #answer, body > header, body > footer')) one.inert = open;
  if (open) document.querySelector('#why h2')?.focus();
  else document.querySelector('.row.selected .open')?.focus();
}

addEventListener('popstate', () => sheet(history.state === 'why'));

form.addEventListener('submit', async (event) => {
  const by = event.submitter;
  if (!by?.closest('#answer') || !['why', 'try', 'box'].includes(by.name)) return;
  event.preventDefault();
  if (by.name === 'why') return openWhy(by);
  const page = await ask(by);
  if (page) show(page);
});

form.addEventListener('click', (event) => {
  if (event.target.closest('.back')) history.back();
  if (event.target.closest('#help')) document.getElementById('keys').showModal();
});

form.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.target.id !== 'if') return;
  event.preventDefault();
  document.querySelector('#what-if [name="try"]').click();
});

function step(by) {
  const rows = [...document.querySelectorAll('#answer .row .open')];
  const at = rows.indexOf(document.activeElement?.closest?.('.row')?.querySelector('.open'));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  next?.focus();
  next?.closest('.row').scrollIntoView({ block: 'nearest' });
}

/** Copy the letter on the ticked rows, or on the row that has the focus. */
async function copy() {
  const sent = new URLSearchParams(new FormData(form));
  const row = document.activeElement?.closest?.('.row')?.querySelector('[name="rows"]').value;
  if (!sent.has('rows') && row) sent.append('rows', row);
  const answer = await fetch('/patient/letter', { method: 'POST', body: sent });
  const done = await copyLetter(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  announcement.textContent = done ? 'Copied for a letter.' : 'Not copied: open the letter to copy it there.';
  announcement.classList.add('said');
  setTimeout(() => announcement.classList.remove('said'), 3000);
}

const keys = {
  c: copy,
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest?.('.row')?.querySelector('[name="rows"]')?.click(),
  p: () => document.querySelector('.foot [formaction="/patient/letter"]')?.click(),
  '?': () => document.getElementById('keys').showModal(),
};

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape' && form.classList.contains('why-open')) history.back();
  if (event.target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]')) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

prepare();
