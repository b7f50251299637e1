// SPDX-License-Identifier: GPL-3.0
import type { TaskRuntime } from '#worker';
import { CATALOGUE, ownerOperation, runsAtOwner } from '#workflow';

/** The runtimes that plans can have run at the owner of the data, under the operations that plans then name. */
export function atOwner(runtimes: readonly TaskRuntime[]): readonly TaskRuntime[] {
  const planned = new Set(
    [...CATALOGUE.values()].flatMap(({ candidates }) =>
      candidates.flatMap(({ tasks }) => tasks.map(({ operation }) => operation)).filter(runsAtOwner),
    ),
  );
  return runtimes.flatMap((runtime) => {
    const operation = ownerOperation(runtime.operation);
    return planned.has(operation)
      ? [{ operation, kind: runtime.kind, atOwner: true as const, run: runtime.run.bind(runtime) }]
      : [];
  });
}
