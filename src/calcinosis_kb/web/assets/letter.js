// The letter: renew it as ticks change, copy it as rich and plain text, print it.

import { copyLetter } from './clipboard.js';

const choices = document.getElementById('choices');
const announcement = document.getElementById('announcement');

async function renew() {
  const answer = await fetch('/patient/letter', { method: 'POST', body: new URLSearchParams(new FormData(choices)) });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  document.getElementById('plain')?.remove();
  document.getElementById('letter').replaceWith(...page.querySelectorAll('#letter, #plain'));
}

async function copy() {
  if (await copyLetter(document)) return say('Copied.');
  const plain = document.getElementById('plain');
  if (!plain) return;
  plain.open = true;
  plain.querySelector('textarea').select();
  say('This browser does not let a page copy: the text is marked, copy it with the keyboard.');
}

function say(text) {
  announcement.textContent = text;
  announcement.classList.remove('unseen');
}

for (const [id, act] of [['copy', copy], ['print', () => print()]]) {
  const button = document.getElementById(id);
  if (!button) continue;
  button.hidden = false;
  button.addEventListener('click', act);
}
document.getElementById('update')?.setAttribute('hidden', '');
choices.addEventListener('change', renew);
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('textarea')) return;
  if (event.key === 'c' && document.getElementById('plain')) copy();
  if (event.key === 'p' && document.getElementById('plain')) print();
});
