// SPDX-License-Identifier: GPL-3.0
/**
 * Moves a private amount between owners: `balance.transfer`.
 *
 * The prover sees amounts and the spend key, so it runs inside a confidential VM or at the owner. Everybody else sees
 * commitments, the asset, and the nullifier of the balance that was used. That a nullifier is new is for whoever
 * accepts payments to look up: a proof cannot know what was spent elsewhere.
 */
import { randomBytes } from 'node:crypto';
import { commitmentField, contextField } from '#canonical';
import type { OpenTask, TaskOutcome, TaskRuntime } from '#worker';
import { loadCircuit } from '../circuit/circuit.js';
import { openFields, type ProvedOutput, type Prover, proveTask } from '../circuit/prove-task.js';
import { asTaskError } from '../circuit/statement-error.js';
import type { CircuitInput } from '../pool/messages.js';
import {
  evaluateTransfer,
  type Note,
  noteFields,
  nullifierOf,
  type Order,
  parseNote,
  parseOrder,
} from './evaluate.js';

export interface TransferRuntimeOptions {
  /** Folder of the circuit's manifest, keys and witness program. */
  readonly artifactsDir: string;
  /** Source of the salts of what goes out; the system's unless told. */
  readonly random?: (byteCount: number) => Uint8Array;
}

export interface TransferSalts {
  readonly balance: bigint;
  readonly order: bigint;
  readonly rest: bigint;
  readonly payment: bigint;
}

/**
 * Input ports `balance` and `order`: opened Poseidon payloads. Outputs: `outcome` (public), `rest` and `payment`
 * (sealed notes).
 *
 * Errors of `run`: TaskError WITNESS_OUT_OF_RANGE, PROOF_INVALID and those of the pool. None repeats a value.
 */
export function transferRuntime(pool: Prover, options: TransferRuntimeOptions): TaskRuntime {
  const circuit = loadCircuit(options.artifactsDir);
  const random = options.random ?? randomBytes;

  async function run(task: OpenTask, signal: AbortSignal): Promise<TaskOutcome> {
    const balance = openFields(task, 'balance');
    const order = openFields(task, 'order');
    const note = asTaskError(() => parseNote(balance.fields));
    const wanted = asTaskError(() => parseOrder(order.fields));
    const { outcome, rest, payment } = asTaskError(() => evaluateTransfer(note, wanted));
    const salts = {
      balance: balance.salt,
      order: order.salt,
      rest: contextField(random(32)),
      payment: contextField(random(32)),
    };
    return await proveTask(
      task,
      signal,
      { pool, circuit },
      {
        witness: transferWitness(note, wanted, salts, task.context),
        inputs: [balance, order],
        outputs: {
          outcome: { kind: 'public', value: outcome },
          rest: sealedNote(rest, salts.rest),
          payment: sealedNote(payment, salts.payment),
        },
        facts: {
          nullifier: `${nullifierOf(wanted.spendKey, commitmentField(balance.commitment))}`,
          asset: `${note.asset}`,
        },
      },
    );
  }

  return { operation: 'balance.transfer', kind: 'zk.groth16', run };
}

/** The circuit's input signals by name. */
export function transferWitness(
  balance: Note,
  order: Order,
  salts: TransferSalts,
  context: bigint,
): CircuitInput {
  return {
    asset: balance.asset,
    balance: balance.amount,
    balanceSalt: salts.balance,
    amount: order.amount,
    recipient: order.recipient,
    spendKey: order.spendKey,
    orderSalt: salts.order,
    restSalt: salts.rest,
    paymentSalt: salts.payment,
    context,
  };
}

function sealedNote(note: Note, salt: bigint): ProvedOutput {
  const { asset, amount, owner } = note;
  const value = { asset: `${asset}`, amount: `${amount}`, owner: `${owner}` };
  return { kind: 'sealed-fields', fields: noteFields(note), salt, value };
}
