// SPDX-License-Identifier: GPL-3.0
/**
 * Shows that what an agent spent kept to its mandate: `spending.prove`.
 *
 * The prover sees the amounts, so it runs inside a confidential VM or at the agent's owner. A proof is about the amounts
 * that were committed: that none is missing is for whoever committed them, such as the service that settled them.
 */
import { randomBytes } from 'node:crypto';
import { contextField } from '#canonical';
import type { OpenTask, TaskOutcome, TaskRuntime } from '#worker';
import { loadCircuit } from '../circuit/circuit.js';
import { openFields, proveTask } from '../circuit/prove-task.js';
import { asTaskError } from '../circuit/statement-error.js';
import type { CircuitInput } from '../pool/messages.js';
import type { ProverPool } from '../pool/prover-pool.js';
import { evaluateSpending, type Mandate, parseMandate, parseSettled, type Settled } from './evaluate.js';

export interface SpendingRuntimeOptions {
  /** Folder of the circuit's manifest, keys and witness program. */
  readonly artifactsDir: string;
  /** Source of the salt of what goes out; the system's unless told. */
  readonly random?: (byteCount: number) => Uint8Array;
}

export interface SpendingSalts {
  readonly mandate: bigint;
  readonly settled: bigint;
  readonly total: bigint;
}

/**
 * Input ports `mandate` and `settled`: opened Poseidon payloads. Outputs: `outcome` (public) and `total` (sealed fields
 * `[total, calls]`).
 *
 * Errors of `run`: TaskError WITNESS_OUT_OF_RANGE, PROOF_INVALID and those of the pool. None repeats a value.
 */
export function spendingRuntime(pool: ProverPool, options: SpendingRuntimeOptions): TaskRuntime {
  const circuit = loadCircuit(options.artifactsDir);
  const random = options.random ?? randomBytes;

  async function run(task: OpenTask, signal: AbortSignal): Promise<TaskOutcome> {
    const mandate = openFields(task, 'mandate');
    const settled = openFields(task, 'settled');
    const caps = asTaskError(() => parseMandate(mandate.fields));
    const spent = asTaskError(() => parseSettled(settled.fields));
    const { outcome, total, calls } = asTaskError(() => evaluateSpending(caps, spent));
    const salts = { mandate: mandate.salt, settled: settled.salt, total: contextField(random(32)) };
    return await proveTask(
      task,
      signal,
      { pool, circuit },
      {
        witness: spendingWitness(caps, spent, salts, task.context),
        inputs: [mandate, settled],
        outputs: {
          outcome: { kind: 'public', value: outcome },
          total: {
            kind: 'sealed-fields',
            fields: [total, calls],
            salt: salts.total,
            value: { total: `${total}`, calls: Number(calls) },
          },
        },
        facts: {},
      },
    );
  }

  return { operation: 'spending.prove', kind: 'zk.groth16', run };
}

/** The circuit's input signals by name. */
export function spendingWitness(
  { mandate, period, perCall, perPeriod }: Mandate,
  { amounts }: Settled,
  salts: SpendingSalts,
  context: bigint,
): CircuitInput {
  return {
    mandate,
    period,
    perCall,
    perPeriod,
    mandateSalt: salts.mandate,
    amount: amounts,
    settledSalt: salts.settled,
    totalSalt: salts.total,
    context,
  };
}
