import { CATALOGUE } from '#workflow';

const operations: ReadonlySet<string> = new Set(
  [...CATALOGUE.values()].flatMap(({ candidates }) =>
    candidates.flatMap(({ tasks }) => tasks.map(({ operation }) => operation)),
  ),
);

/** An operation of the catalogue, or `other`: a worker may claim any name, and each would be memory for ever. */
export function operationLabel(operation: string): string {
  return operations.has(operation) ? operation : 'other';
}
