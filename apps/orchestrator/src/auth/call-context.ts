import { AsyncLocalStorage } from 'node:async_hooks';
import { ApiError } from '#contracts';
import type { Principal } from './principal.js';

/** Null: the orchestrator itself, in work that a caller began. */
const storage = new AsyncLocalStorage<Principal | null>();

/** Runs a handler as its caller: what it does to the database, it does as that tenant. */
export function asCaller<T>(principal: Principal, run: () => T): T {
  return storage.run(principal, run);
}

/** Runs work of the orchestrator itself, e.g. a run that goes on after the call that began it. */
export function asSystem<T>(run: () => T): T {
  return storage.run(null, run);
}

/** Who calls; null outside of a call. */
export function currentPrincipal(): Principal | null {
  return storage.getStore() ?? null;
}

export function requirePrincipal(): Principal {
  const principal = currentPrincipal();
  if (principal === null) throw new ApiError('INTERNAL', 'no caller here: expected one of a call');
  return principal;
}
