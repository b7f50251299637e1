/**
 * Entry of the process of the small model: `fork(model-server, [folder of the model, path of a socket or port])`. It ends
 * when the channel to its parent closes. Started by hand, without a parent, it serves until it is ended.
 */
import { ByteModel } from './byte-model.js';
import { chatServer } from './chat-server.js';
import { readSmallModel } from './small-model.js';

process.on('disconnect', () => process.exit(0));
if (process.send !== undefined) {
  // The terminal sends these to the whole group; the parent decides when its server ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
}

try {
  const [, , folder = '', place = ''] = process.argv;
  const server = chatServer(await ByteModel.load(await readSmallModel(folder)));
  const ready = (): void => {
    if (process.send !== undefined) process.send({ type: 'ready' });
    else console.log(`serving the model of ${folder} at ${place}`);
  };
  if (/^\d{1,5}$/.test(place)) server.listen(Number(place), '127.0.0.1', ready);
  else server.listen(place, ready);
} catch (error) {
  console.error(error instanceof Error ? error.message : 'unknown error');
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
