/**
 * An engine that comes up as any other, and at its first request computes for ever: what node-seal does at its 4 GB
 * wall, where it was seen to spin for 25 minutes. Its thread takes no message and no signal meanwhile.
 */
import { createSealEngine, pageParameters } from '#ciphertext';
import type { FheMessage } from './fhe-protocol.js';

const engine = await createSealEngine(pageParameters);
const key = engine.openKey(engine.createSecretKey());
const page = key.encrypt(new BigUint64Array(pageParameters.polyModulusDegree));

process.on('disconnect', () => process.exit(0));
process.on('message', () => {
  for (;;) engine.add(page, page);
});
const ready: FheMessage = {
  type: 'ready',
  library: engine.library,
  rssBytes: process.memoryUsage.rss(),
  handles: 0,
  exceptions: 0,
};
process.send?.(ready);
