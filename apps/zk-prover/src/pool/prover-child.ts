// SPDX-License-Identifier: GPL-3.0
/**
 * One prover process: the only place of the running service where a witness program or snarkjs is loaded.
 *
 * It sees witnesses. It has no network, no environment and no output but its channel to the pool, and it holds one
 * witness at a time, which it zeroes after use.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BackendError, type BackendSpec, type ProofBackend, type ProvingKey } from '../backends/backend.js';
import { startBackend } from '../backends/start-backend.js';
import { publicWires, WitnessProgram, WitnessRefusal } from '../witness/witness-program.js';
import type { ChildMessage, CircuitFiles, ProveMessage } from './messages.js';

interface LoadedCircuit {
  readonly program: WitnessProgram;
  readonly zkey: ProvingKey;
}

class ArtifactMismatch extends Error {}

// Libraries print template lines when a constraint fails; this process prints nothing.
for (const method of ['log', 'error', 'warn', 'info', 'debug'] as const) console[method] = () => undefined;

/** What stays loaded; the least recently used goes first. */
const circuitsMax = 8;
const zkeyBytesMax = 256 * 2 ** 20;
const circuits = new Map<string, LoadedCircuit>();
let backend: { readonly spec: string; readonly made: ProofBackend } | null = null;

process.on('disconnect', () => {
  backend?.made.stop();
  process.exit(0);
});
// The pool sends the next message after the reply to the last one: no two run at once.
process.on('message', (message: ProveMessage) => {
  handle(message).then(send, (error: unknown) => send(refusalOf(message.id, error)));
});
send({ kind: 'ready' });

function send(message: ChildMessage): void {
  process.send?.(message);
}

async function handle({ id, backend: spec, circuit, input }: ProveMessage): Promise<ChildMessage> {
  const [made, { program, zkey }] = [await backendOf(spec), await load(circuit)];
  if (input === null) return { kind: 'loaded', id };
  const startedAt = performance.now();
  const witness = await program.calculate(input);
  const calculatedAt = performance.now();
  try {
    const { proof, publicSignals } = await made.prove(zkey, witness);
    // A genuine proof of another witness would verify under the signals that come with it.
    if (!sameSignals(publicSignals, witness)) throw new BackendError('BACKEND_OUTPUT');
    return {
      kind: 'proved',
      id,
      proof,
      publicSignals,
      witnessMs: Math.round(calculatedAt - startedAt),
      proveMs: Math.round(performance.now() - calculatedAt),
      rssBytes: process.memoryUsage.rss(),
    };
  } finally {
    witness.fill(0);
  }
}

/** Whether the signals are those of the witness: its wires behind the constant one. */
function sameSignals(signals: readonly string[], witness: Uint8Array): boolean {
  const wires = publicWires(witness, signals.length);
  return wires !== null && signals.every((signal, index) => signal === wires[index]);
}

function refusalOf(id: number, error: unknown): ChildMessage {
  if (error instanceof WitnessRefusal)
    return { kind: 'refused', id, code: 'WITNESS_REJECTED', place: `${error.code} ${error.place}` };
  if (error instanceof ArtifactMismatch) return { kind: 'refused', id, code: 'ARTIFACT_MISMATCH' };
  return { kind: 'refused', id, code: error instanceof BackendError ? error.code : 'BACKEND_FAILED' };
}

async function backendOf(spec: BackendSpec): Promise<ProofBackend> {
  const key = JSON.stringify(spec);
  if (backend?.spec !== key) {
    backend?.made.stop();
    backend = { spec: key, made: await startBackend(spec) };
  }
  return backend.made;
}

/** The digest is checked on the bytes that are used, so that a file swapped on disk proves nothing. */
async function load(files: CircuitFiles): Promise<LoadedCircuit> {
  const key = `${files.wasmDigest} ${files.zkeyDigest}`;
  const known = circuits.get(key);
  circuits.delete(key);
  if (known !== undefined) {
    circuits.set(key, known);
    return known;
  }
  const loaded = {
    program: await WitnessProgram.compile(read(files.wasmPath, files.wasmDigest)),
    zkey: { digest: files.zkeyDigest, bytes: read(files.zkeyPath, files.zkeyDigest) },
  };
  circuits.set(key, loaded);
  const zkeyBytes = (): number =>
    [...circuits.values()].reduce((sum, { zkey }) => sum + zkey.bytes.length, 0);
  while (circuits.size > 1 && (circuits.size > circuitsMax || zkeyBytes() > zkeyBytesMax)) {
    const [oldest] = circuits.keys();
    circuits.delete(oldest ?? '');
  }
  return loaded;
}

function read(path: string, digest: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(path));
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest) throw new ArtifactMismatch();
  return bytes;
}
