// SPDX-License-Identifier: GPL-3.0
/**
 * One prover process: the only place of the running service where snarkjs is loaded.
 *
 * It sees witnesses. It has no network, no environment and no output but its channel to the pool, and it holds one
 * witness at a time. The file imports no value from this repository, so that Node runs it from source or compiled.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as snarkjs from 'snarkjs';
import type { ChildMessage, CircuitFiles, CircuitInput, ProveMessage, RefusedMessage } from './messages.js';

interface LoadedCircuit {
  readonly wasm: Uint8Array;
  readonly zkey: Uint8Array;
}

class Refusal extends Error {
  readonly code: RefusedMessage['code'];

  constructor(code: RefusedMessage['code']) {
    super(code);
    this.code = code;
  }
}

// The witness program prints template lines when a constraint fails; this process prints nothing.
for (const method of ['log', 'error', 'warn', 'info', 'debug'] as const) console[method] = () => undefined;

// snarkjs starts one thread a CPU core for its curve and keeps it in this global. A single-threaded curve in the
// same place is found by `prove`, costs a third of the memory and needs no terminate() to let the process end.
// (Its option `singleThread` would build a new curve for every proof instead.)
Object.assign(globalThis, {
  curve_bn128: await snarkjs.curves.getCurveFromName('bn128', { singleThread: true }),
});

// One witness program of 64 KiB pages; the default reserves 2 GiB that circom 2 programs do not use.
const witnessOptions = { memorySize: 1 };
const circuitsMax = 8;
const circuits = new Map<string, LoadedCircuit>();

process.on('disconnect', () => process.exit(0));
// The pool sends the next message after the reply to the last one: no two run at once.
process.on('message', (message: ProveMessage) => {
  handle(message).then(send, (error: unknown) => {
    send({ kind: 'refused', id: message.id, code: error instanceof Refusal ? error.code : 'PROVE_FAILED' });
  });
});
send({ kind: 'ready' });

function send(message: ChildMessage): void {
  process.send?.(message);
}

async function handle({ id, circuit, input }: ProveMessage): Promise<ChildMessage> {
  const loaded = load(circuit);
  if (input === null) return { kind: 'loaded', id };
  const startedAt = performance.now();
  const witness = await calculateWitness(loaded.wasm, input);
  const calculatedAt = performance.now();
  try {
    const { proof, publicSignals } = await snarkjs.groth16.prove(loaded.zkey, witness);
    return {
      kind: 'proved',
      id,
      proof: JSON.stringify(proof),
      publicSignals,
      witnessMs: Math.round(calculatedAt - startedAt),
      proveMs: Math.round(performance.now() - calculatedAt),
      rssBytes: process.memoryUsage.rss(),
    };
  } finally {
    witness.fill(0);
  }
}

async function calculateWitness(wasm: Uint8Array, input: CircuitInput): Promise<Uint8Array> {
  const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  try {
    await snarkjs.wtns.calculate(input, wasm, out, witnessOptions);
  } catch {
    throw new Refusal('WITNESS_REJECTED');
  }
  if (out.data === undefined) throw new Refusal('PROVE_FAILED');
  return out.data;
}

/** The digest is checked on the bytes that are used, so that a file swapped on disk proves nothing. */
function load(files: CircuitFiles): LoadedCircuit {
  const key = `${files.wasmDigest} ${files.zkeyDigest}`;
  const known = circuits.get(key);
  if (known !== undefined) return known;
  const loaded = {
    wasm: read(files.wasmPath, files.wasmDigest),
    zkey: read(files.zkeyPath, files.zkeyDigest),
  };
  if (circuits.size >= circuitsMax) circuits.clear();
  circuits.set(key, loaded);
  return loaded;
}

function read(path: string, digest: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(path));
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest)
    throw new Refusal('ARTIFACT_MISMATCH');
  return bytes;
}
