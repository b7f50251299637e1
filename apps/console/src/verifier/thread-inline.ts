/**
 * In the page that is one file the code of the thread lies in it as text, and becomes a file of the browser's own. The
 * build puts this in the place of `thread.ts`.
 */
export function startThread(): Worker {
  const text = document.getElementById('verifier')?.textContent ?? '';
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  return new Worker(url, { name: 'verifier' });
}
