import { randomBytes } from 'node:crypto';
import { type DataOwner, SealflowClient } from '#client';
import { DEVELOPMENT_TENANT } from '../../installation/installation-keys.js';
import type { RunningStack } from '../../stack/stack.js';

/** A party of a demo, as a client of its stack. @param owner keeps values of steps that run at the owner of the data */
export function demoClient(stack: RunningStack, owner?: DataOwner): SealflowClient {
  return new SealflowClient({
    target: stack.address.grpc,
    tenant: DEVELOPMENT_TENANT,
    apiKey: stack.installation.keys.read('tenant') ?? undefined,
    tls: stack.address.tls,
    trust: stack.trust,
    owner,
    random: (n) => new Uint8Array(randomBytes(n)),
    now: () => Date.now(),
  });
}
