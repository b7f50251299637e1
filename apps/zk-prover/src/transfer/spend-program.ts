// SPDX-License-Identifier: GPL-3.0
/**
 * Proofs of transfers as a program: one request as JSON on standard input, one answer as JSON on standard output. It runs
 * at the payer, whose spend key it is given; whoever asks needs nothing of snarkjs, and verifies what it answers.
 */
import { readFileSync } from 'node:fs';
import { type Json, parseField } from '#canonical';
import { Groth16Snarkjs } from '../backends/groth16-snarkjs.js';
import { loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import type { CircuitInput } from '../pool/messages.js';
import { WitnessProgram, WitnessRefusal } from '../witness/witness-program.js';
import { transferWitness } from './runtime.js';

const REQUEST_BYTES_MAX = 16 * 1024 * 1024;
const names = [
  ...['asset', 'balance', 'owner', 'balanceSalt', 'amount', 'recipient', 'spendKey', 'orderSalt'],
  ...['restSalt', 'paymentSalt', 'context'],
] as const;
type Spend = Readonly<Record<(typeof names)[number], bigint>>;

async function read(): Promise<readonly Spend[]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > REQUEST_BYTES_MAX) throw new Error('request too long');
    chunks.push(chunk);
  }
  // The command that starts this program wrote it; values that make no transfer have no witness.
  const { spends } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    readonly spends: readonly Readonly<Record<string, string>>[];
  };
  return spends.map(
    (spend) => Object.fromEntries(names.map((name) => [name, parseField(spend[name] ?? '')])) as Spend,
  );
}

function witnessOf(spend: Spend): CircuitInput {
  const { asset, balance, owner, balanceSalt, amount, recipient, spendKey } = spend;
  const { orderSalt, restSalt, paymentSalt, context } = spend;
  return transferWitness(
    { asset, amount: balance, owner },
    { asset, amount, recipient, spendKey },
    { balance: balanceSalt, order: orderSalt, rest: restSalt, payment: paymentSalt },
    context,
  );
}

async function answer(spends: readonly Spend[]): Promise<object> {
  const { files } = loadCircuit(shippedArtifacts('transfer'));
  const program = await WitnessProgram.compile(new Uint8Array(readFileSync(files.wasmPath)));
  const zkey = { digest: files.zkeyDigest, bytes: new Uint8Array(readFileSync(files.zkeyPath)) };
  const backend = await Groth16Snarkjs.start('one');
  const made: Json[] = [];
  try {
    for (const spend of spends) {
      const witness = await program.calculate(witnessOf(spend));
      const { proof, publicSignals } = await backend.prove(zkey, witness);
      witness.fill(0);
      made.push({ proof: JSON.parse(proof) as Json, publicSignals: [...publicSignals] });
    }
    return { ok: true, proofs: made };
  } catch (error) {
    // The place of a constraint, never a value.
    if (error instanceof WitnessRefusal) return { ok: false, reason: error.code, text: error.place };
    throw error;
  } finally {
    backend.stop();
  }
}

// Libraries print template lines when a constraint fails; the answer is all that this process says.
for (const method of ['log', 'error', 'warn', 'info', 'debug'] as const) console[method] = () => undefined;
process.stdout.write(JSON.stringify(await answer(await read())));
