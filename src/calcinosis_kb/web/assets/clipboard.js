// Put the letter of a page on the clipboard, as rich and as plain text.

/** Copy the letter that a page holds; whether the browser let it. */
export async function copyLetter(page) {
  const letter = page.getElementById('letter');
  const plain = page.querySelector('#plain textarea');
  if (!plain) return false;
  const as = (type, text) => ({ [type]: new Blob([text], { type }) });
  try {
    await navigator.clipboard.write([new ClipboardItem({ ...as('text/html', letter.innerHTML), ...as('text/plain', plain.value) })]);
    return true;
  } catch {
    return false;
  }
}
