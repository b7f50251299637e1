/** Served: a file of its own, with a policy of its own that forbids it every connection. */
export function startThread(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'verifier' });
}
