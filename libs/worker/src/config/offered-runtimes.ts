import type { TaskRuntime } from '../runtime.js';

/**
 * What a worker offers of what it can do. Pools of one program divide the work by it: keys of a ledger are in one
 * enclave, so that two pools which both offered its operations would get tasks of ledgers that only the other knows.
 *
 * @param names operations, or `prefix.*` for all that begin so; null: everything
 * @throws when a name names nothing here: a pool that waits for work it will never get helps nobody
 */
export function offeredRuntimes(
  runtimes: readonly TaskRuntime[],
  names: readonly string[] | null,
): readonly TaskRuntime[] {
  if (names === null) return runtimes;
  const nothing = names.find((name) => !runtimes.some(({ operation }) => isNamed(operation, name)));
  if (nothing !== undefined) {
    const known = runtimes.map(({ operation }) => operation).sort();
    throw new Error(
      `SEALFLOW_OPERATIONS: expected operations of this worker, got ${nothing}; it has ${known}`,
    );
  }
  return runtimes.filter(({ operation }) => isOffered(operation, names));
}

/** Whether an operation is offered under these names; null: everything is. */
export function isOffered(operation: string, names: readonly string[] | null): boolean {
  return names === null || names.some((name) => isNamed(operation, name));
}

function isNamed(operation: string, name: string): boolean {
  return name.endsWith('.*') ? operation.startsWith(name.slice(0, -1)) : operation === name;
}
