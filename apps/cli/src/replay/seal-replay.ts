import { createSealEngine, type FheEngine, ledgerParameters, replayAdd } from '#ciphertext';
import type { Replay, VerifyOptions } from '#evidence';
import { ciphertextFolder } from './ciphertext-folder.js';

/** Additions with node-seal, for steps that were made by the same release under the ledger's parameters. */
export function sealReplay(engine: FheEngine): Replay {
  return ({ op, library, paramsId, inputs }) => {
    const [page, delta] = inputs;
    const same =
      library.name === engine.library.name &&
      library.version === engine.library.version &&
      paramsId === ledgerParameters.paramsId;
    if (!same || op !== 'add' || page === undefined || delta === undefined || inputs.length !== 2)
      return null;
    return replayAdd(engine, page, delta);
  };
}

/** What `--ciphertexts DIR` adds to a verification. */
export async function replayFrom(folder: string): Promise<Pick<VerifyOptions, 'replay' | 'ciphertext'>> {
  const ciphertext = ciphertextFolder(folder);
  return { ciphertext, replay: sealReplay(await createSealEngine()) };
}
