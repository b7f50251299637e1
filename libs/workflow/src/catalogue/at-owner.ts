import { ZK_AT_OWNER } from './levels.js';
import type { Candidate, Operation } from './operation.js';

const SUFFIX = '.owner';

/** Whether a task runs at the owner of the data: its worker is chosen by the client and by nobody else. */
export function runsAtOwner(operation: string): boolean {
  return operation.endsWith(SUFFIX);
}

/** Name of the task that does at the owner what `operation` does in an enclave. */
export function ownerOperation(operation: string): string {
  return `${operation}${SUFFIX}`;
}

/**
 * The same proof, made at the owner of the data. It comes last: it is taken where a minimum asks for CLIENT_ONLY, or
 * where no other prover is connected.
 */
export function provableAtOwner(operation: Operation): Operation {
  const [proved] = operation.candidates.filter(
    ({ protection, tasks }) => protection === 'zk' && tasks.length === 1,
  );
  if (proved === undefined) return operation;
  const atOwner: Candidate = {
    protection: 'zk',
    assurance: ZK_AT_OWNER,
    status: 'ready',
    why: 'the proof convinces others without the data: made by a prover at its owner (sealflow prove), nobody else needs to be given anything that opens it',
    tasks: proved.tasks.map((task) => ({
      ...task,
      operation: ownerOperation(task.operation),
      assurance: ZK_AT_OWNER,
    })),
  };
  return { ...operation, candidates: [...operation.candidates, atOwner] };
}
