import { SealflowClient } from '#client';
import type { Scene } from '../attack-case.js';
import { type Lie, Relay } from './relay.js';

/** Lets the honest customer work, with somebody in between who lies. Its eyes are its own: trust file, key and clock. */
export async function throughRelay<T>(
  { client, place }: Scene,
  lies: readonly Lie[],
  work: (deceived: SealflowClient) => Promise<T>,
): Promise<T> {
  const relay = await Relay.start(place, lies);
  const { tls: _direct, ...options } = client.options;
  const deceived = new SealflowClient({ ...options, target: relay.target });
  try {
    return await work(deceived);
  } finally {
    deceived.close();
    relay.close();
  }
}
