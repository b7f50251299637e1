import { randomBytes } from 'node:crypto';
import { SealflowClient } from '#client';
import { Installation } from '../installation/installation.js';
import { credentialOf } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { readTrust } from '../installation/read-trust.js';
import { UsageError } from '../output/failure.js';
import { findStack } from './stack.js';
import { tlsFor } from './tls-for.js';

export interface ClientFlags {
  readonly tenant: string;
  readonly orchestrator?: string;
  readonly trust?: string;
}

export const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

/** Calls an orchestrator as a client that verifies what it is told: the one that is named, or the stack of this installation. */
export async function asClient<T>(
  flags: ClientFlags,
  work: (client: SealflowClient) => Promise<T>,
): Promise<T> {
  const home = homeFolder();
  const target = flags.orchestrator ?? (await findStack(Installation.at(home)))?.address.grpc;
  if (target === undefined) {
    throw new UsageError(
      'no stack of this installation runs: start one with `sealflow up`, or give --orchestrator',
    );
  }
  const client = new SealflowClient({
    target,
    tenant: flags.tenant,
    apiKey: credentialOf(home, 'tenant'),
    tls: tlsFor(target) ?? undefined,
    trust: readTrust(flags.trust),
    random,
    now: () => Date.now(),
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
