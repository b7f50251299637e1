import { ClientError } from './client-error.js';

/** No page starts a process: the prover of its owner is started beside the data (`sealflow prove`). */
export async function startOwnProver(): Promise<never> {
  throw new ClientError(
    'PROVER_UNAVAILABLE',
    'no prover at the owner: a page starts none; run `sealflow prove` where the data is, and give the client its `owner`',
  );
}
