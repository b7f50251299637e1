// SPDX-License-Identifier: GPL-3.0
import { statSync } from 'node:fs';
import type { BackendName } from '../backends/backend.js';
import type { Circuit } from '../circuit/circuit.js';

/** What one proof takes, so that a job that cannot fit is refused before anything is spent on it. */
export interface ProofEstimate {
  readonly constraints: number;
  readonly memoryMiB: number;
  readonly durationMs: number;
  /** `measured`: from proofs of this circuit that this service made. */
  readonly basis: 'formula' | 'measured';
}

interface Cost {
  /** Process, curve and witness program. */
  readonly baseMiB: number;
  /** For each MiB of proving key. */
  readonly memoryFactor: number;
  readonly baseMs: number;
  /** For each 1,024 points of the evaluation domain. */
  readonly msPerKiloPoint: number;
}

/** Fitted to the circuits of this repository, one thread on a core of 2024; measured proofs replace it. */
const COSTS: Readonly<Record<BackendName, Cost>> = {
  'groth16-snarkjs': { baseMiB: 120, memoryFactor: 5.3, baseMs: 150, msPerKiloPoint: 150 },
  'groth16-exec': { baseMiB: 100, memoryFactor: 2.5, baseMs: 50, msPerKiloPoint: 20 },
};
const MIB = 2 ** 20;
/** Weight of the newest proof in the moving average. */
const NEWEST = 0.2;

interface Measured {
  readonly memoryMiB: number;
  readonly durationMs: number;
}

/** Knows what proofs take: by the circuit's size at first, then by the proofs made. */
export class Estimator {
  readonly #measured = new Map<string, Measured>();

  constructor(private readonly backend: BackendName) {}

  of({ manifest, files }: Circuit): ProofEstimate {
    const { constraints, domainPower } = manifest.size;
    const known = this.#measured.get(files.zkeyDigest);
    if (known !== undefined) return { constraints, ...known, basis: 'measured' };
    const { baseMiB, memoryFactor, baseMs, msPerKiloPoint } = COSTS[this.backend];
    return {
      constraints,
      memoryMiB: Math.ceil(baseMiB + (memoryFactor * bytesOf(files.zkeyPath)) / MIB),
      durationMs: Math.ceil(baseMs + (msPerKiloPoint * 2 ** domainPower) / 1024),
      basis: 'formula',
    };
  }

  learn({ files }: Circuit, { memoryMiB, durationMs }: Measured): void {
    const known = this.#measured.get(files.zkeyDigest);
    const average = known === undefined ? durationMs : known.durationMs * (1 - NEWEST) + durationMs * NEWEST;
    this.#measured.set(files.zkeyDigest, {
      memoryMiB: Math.max(memoryMiB, known?.memoryMiB ?? 0),
      durationMs: Math.ceil(average),
    });
  }
}

/** 0 for a file that is not there: the child that needs it reports that. */
function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

export function estimateText({ constraints, memoryMiB, durationMs, basis }: ProofEstimate): string {
  const seconds = (durationMs / 1000).toFixed(1);
  return `estimate (${basis}): ${constraints} constraints, ${memoryMiB} MiB, ${seconds} s`;
}
