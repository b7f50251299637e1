// SPDX-License-Identifier: GPL-3.0
import type { BackendSpec, ProofBackend } from './backend.js';
import { Groth16Exec } from './groth16-exec.js';

/** The backend of a child. snarkjs is loaded only where it proves. */
export async function startBackend(spec: BackendSpec): Promise<ProofBackend> {
  if (spec.name === 'groth16-exec') return new Groth16Exec(spec);
  const { Groth16Snarkjs } = await import('./groth16-snarkjs.js');
  return Groth16Snarkjs.start(spec.threads ?? 'one');
}
