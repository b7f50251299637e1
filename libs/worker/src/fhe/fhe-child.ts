/**
 * Entry of the engine's process: `fork(fhe-child, [keyed | keyless, parameter set])`. It answers requests over the IPC channel one
 * after another and ends when the channel closes, so that a killed parent leaves no orphan.
 */
import { createSealEngine, parameterSets } from '#ciphertext';
import { FheHost, faultOf } from './fhe-host.js';
import type { FheCall, FheMessage, FheVitals } from './fhe-protocol.js';

function send(message: FheMessage): void {
  process.send?.(message);
}

function answer(host: FheHost, { id, request }: FheCall): FheMessage {
  try {
    const value = host.handle(request);
    return { type: 'done', id, value, ...vitals(host) };
  } catch (error) {
    return { type: 'refused', id, fault: faultOf(error), ...vitals(host) };
  }
}

function vitals(host: FheHost): FheVitals {
  return { rssBytes: process.memoryUsage.rss(), handles: host.handles, exceptions: host.exceptions };
}

process.on('disconnect', () => process.exit(0));
// The terminal sends these to the whole group; the parent decides when its engine ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

try {
  const [, , right, set] = process.argv;
  const engine = await createSealEngine(parameterSets[set === 'ledger-pages' ? set : 'ledger']);
  const host = new FheHost(engine, right === 'keyed');
  process.on('message', (call: FheCall) => send(answer(host, call)));
  send({ type: 'ready', library: engine.library, ...vitals(host) });
} catch (error) {
  send({ type: 'unfit', fault: faultOf(error) });
  process.disconnect?.();
}
