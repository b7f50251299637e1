import { type ServiceClients, type Timestamp__Output } from '#contracts';
import { Installation } from '../installation/installation.js';
import { credentialOf } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { dial } from '../stack/dial.js';
import { findStack } from '../stack/stack.js';
import { tlsFor } from '../stack/tls-for.js';

export const DEADLINE = { deadlineMs: 10_000 };

/** Calls an orchestrator as its operator: the one that is named, or the stack of this installation. */
export function asOperator<T>(
  orchestrator: string | undefined,
  call: (services: ServiceClients) => Promise<T>,
): Promise<T> {
  return as('operator', orchestrator, call);
}

/** The same as a tenant. */
export function asTenant<T>(
  orchestrator: string | undefined,
  call: (services: ServiceClients) => Promise<T>,
): Promise<T> {
  return as('tenant', orchestrator, call);
}

async function as<T>(
  who: 'operator' | 'tenant',
  orchestrator: string | undefined,
  call: (services: ServiceClients) => Promise<T>,
): Promise<T> {
  const home = homeFolder();
  const target = orchestrator ?? (await findStack(Installation.at(home)))?.address.grpc;
  if (target === undefined) {
    throw new UsageError(
      'no stack of this installation runs: start one with `sealflow up`, or give --orchestrator',
    );
  }
  const services = dial(target, { bearer: credentialOf(home, who), tls: tlsFor(target) });
  try {
    return await call(services);
  } finally {
    services.close();
  }
}

export function timeText(time: Timestamp__Output | null): string {
  return time === null ? '-' : new Date(Number(time.seconds) * 1000).toISOString();
}
