import {
  createSealEngine,
  type FheEngine,
  type FheParameters,
  parameterSets,
  replayAdd,
  sealLibrary,
} from '#ciphertext';
import type { Replay, VerifyOptions } from '#evidence';
import { ciphertextFolder } from './ciphertext-folder.js';

/** An engine for a parameter set; one takes a third of a second to come up. */
export type Engines = (parameters: FheParameters) => FheEngine | Promise<FheEngine>;

/** Engines that come up when they are first asked for, and stay. */
export function sealEngines(): Engines {
  const opened = new Map<FheParameters, Promise<FheEngine>>();
  return (parameters) => {
    const engine = opened.get(parameters) ?? createSealEngine(parameters);
    opened.set(parameters, engine);
    return engine;
  };
}

/** Additions with node-seal, for steps that were made by the same release under parameters of a ledger. */
export function sealReplay(engines: Engines): Replay {
  return async ({ op, library, paramsId, inputs }) => {
    const [page, delta] = inputs;
    const parameters = Object.values(parameterSets).find((set) => set.paramsId === paramsId);
    const same = library.name === sealLibrary.name && library.version === sealLibrary.version;
    if (!same || parameters === undefined || op !== 'add') return null;
    if (page === undefined || delta === undefined || inputs.length !== 2) return null;
    return replayAdd(await engines(parameters), page, delta);
  };
}

/** What `--ciphertexts DIR` adds to a verification. */
export async function replayFrom(folder: string): Promise<Pick<VerifyOptions, 'replay' | 'ciphertext'>> {
  return { ciphertext: ciphertextFolder(folder), replay: sealReplay(sealEngines()) };
}
