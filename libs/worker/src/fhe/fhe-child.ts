/**
 * Entry of the engine's process: `fork(fhe-child, [keyed | keyless])`. It answers requests over the IPC channel one
 * after another and ends when the channel closes, so that a killed parent leaves no orphan.
 */
import { createSealEngine } from '#ciphertext';
import { FheHost, faultOf } from './fhe-host.js';
import type { FheCall, FheMessage } from './fhe-protocol.js';

function send(message: FheMessage): void {
  process.send?.(message);
}

function answer(host: FheHost, { id, request }: FheCall): FheMessage {
  try {
    const value = host.handle(request);
    return { type: 'done', id, value, rssBytes: process.memoryUsage.rss() };
  } catch (error) {
    return { type: 'refused', id, fault: faultOf(error), rssBytes: process.memoryUsage.rss() };
  }
}

process.on('disconnect', () => process.exit(0));
// The terminal sends these to the whole group; the parent decides when its engine ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

try {
  const engine = await createSealEngine();
  const host = new FheHost(engine, process.argv[2] === 'keyed');
  process.on('message', (call: FheCall) => send(answer(host, call)));
  send({ type: 'ready', library: engine.library, rssBytes: process.memoryUsage.rss() });
} catch (error) {
  send({ type: 'unfit', fault: faultOf(error) });
  process.disconnect?.();
}
