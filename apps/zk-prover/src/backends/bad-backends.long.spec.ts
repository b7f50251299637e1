// SPDX-License-Identifier: GPL-3.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { proveByTrapdoor, trapdoorKey } from '#proofs';
import { loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import { type ProofCause, ProofFailure } from '../jobs/proof-cause.js';
import type { MadeProof } from '../jobs/proof-job.js';
import { ProverPool, type ProverPoolOptions } from '../pool/prover-pool.js';
import { goldenRows } from '../scorecard/golden-rows.fixture.js';
import { parseModel } from '../scorecard/model.js';
import { buildWitness } from '../scorecard/witness.js';
import { StandIns } from './stand-in.fixture.js';

const artifacts = shippedArtifacts('scorecard');
const circuit = loadCircuit(artifacts);
const model = parseModel(readFileSync(join(artifacts, 'model.json')));
const [first, , third] = goldenRows;
if (third === undefined) throw new Error('no third row');
const inputOf = (row: 0 | 2) =>
  buildWitness((row === 0 ? first : third).attributes, model, { featuresSalt: 1n, limitSalt: 2n }, 3n);
const never = new AbortController().signal;
const programs = new StandIns();
const pools: ProverPool[] = [];
let genuine: MadeProof;

function pool(options: Partial<ProverPoolOptions>): ProverPool {
  const made = new ProverPool(options);
  pools.push(made);
  return made;
}

async function failureOf(proof: Promise<unknown>): Promise<ProofFailure> {
  const error: unknown = await proof.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProofFailure) return error;
  throw new Error('expected a ProofFailure');
}

beforeAll(async () => {
  genuine = await pool({}).prove(circuit, inputOf(0), never);
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((made) => made.close()));
});
afterAll(() => programs[Symbol.dispose]());

describe("an operator's program", () => {
  it('proves, and its proof passes the strict verifier', async () => {
    const made = await pool({ backend: programs.honest() }).prove(circuit, inputOf(0), never);
    expect(made.backend).toBe('groth16-exec');
    expect(made.publicSignals).toEqual(genuine.publicSignals);
    expect(made.proof).not.toBe(genuine.proof);
  });

  it('finds witness and key in memory alone, and no environment', async () => {
    const found = programs.file('found');
    const spy = programs.doing(
      `const links = [3, 4, 5, 6].map((fd) => require('node:fs').readlinkSync('/proc/self/fd/' + fd));
      writeFileSync(${JSON.stringify(found)}, JSON.stringify({ links, env: process.env, args: process.argv.slice(2) }));
      write(await honest());`,
    );
    await pool({ backend: spy }).prove(circuit, inputOf(0), never);
    const { links, env, args } = JSON.parse(readFileSync(found, 'utf8'));
    // Without a name: the file goes with its last descriptor, whoever crashes.
    for (const link of links) expect(link).toMatch(/^\/dev\/shm\/sealflow-\w+\/file \(deleted\)$/);
    expect(Object.keys(env).filter((name) => name !== 'PWD' && name !== '_')).toEqual([]);
    expect(args).toEqual([3, 4, 5, 6].map((fd) => `/proc/self/fd/${fd}`));
  });
});

const strange = proveByTrapdoor(trapdoorKey(7n, 5), [1n, 2n, 3n, 4n, 5n]);
const constant = (proof: string, publicSignals: readonly string[]): string =>
  `write({ proof: ${proof}, publicSignals: ${JSON.stringify(publicSignals)} });`;

interface BadBackend {
  readonly does: string;
  readonly body: () => string;
  readonly cause: ProofCause;
  readonly options?: Partial<ProverPoolOptions>;
  readonly rssMiBMax?: number;
}

const bad: readonly BadBackend[] = [
  {
    does: 'swaps two points of its proof',
    body: () =>
      'const m = await honest(); [m.proof.pi_a, m.proof.pi_c] = [m.proof.pi_c, m.proof.pi_a]; write(m);',
    cause: 'PROOF_INVALID',
  },
  {
    does: 'says other public signals than it proved',
    body: () => "const m = await honest(); m.publicSignals[2] = '0'; write(m);",
    cause: 'BACKEND_OUTPUT',
  },
  {
    does: "returns another circuit's proof",
    body: () => constant(JSON.stringify(strange), ['1', '2', '3', '4', '5']),
    cause: 'BACKEND_OUTPUT',
  },
  {
    does: "returns another circuit's proof under the right signals",
    body: () => constant(JSON.stringify(strange), genuine.publicSignals),
    cause: 'PROOF_INVALID',
  },
  { does: 'returns nothing', body: () => '', cause: 'BACKEND_OUTPUT' },
  {
    does: 'returns bytes that are no text',
    body: () =>
      'writeFileSync(proof, Buffer.alloc(999, 0xff)); writeFileSync(publics, Buffer.alloc(999, 0xff));',
    cause: 'BACKEND_OUTPUT',
  },
  {
    does: 'returns JSON of another shape',
    body: () => constant(`{ pi_a: [1, 2], pi_b: 'x', pi_c: null }`, ['0x5']),
    cause: 'BACKEND_OUTPUT',
  },
  {
    does: 'writes without end',
    body: () =>
      "const fd = openSync(proof, 'w'); const b = Buffer.alloc(1 << 16, 0x5b); for (;;) writeSync(fd, b);",
    cause: 'BACKEND_FAILED',
  },
  {
    does: 'talks without end, and then proves nothing',
    body: () => 'for (let i = 0; i < 2000; i += 1) writeSync(1, Buffer.alloc(1 << 16, 0x78));',
    cause: 'BACKEND_OUTPUT',
  },
  { does: 'ends with an error', body: () => 'process.exit(1);', cause: 'BACKEND_FAILED' },
  { does: 'crashes', body: () => "process.kill(process.pid, 'SIGSEGV');", cause: 'BACKEND_FAILED' },
  {
    does: 'takes memory without end',
    body: () =>
      'const all = []; for (;;) { all.push(Buffer.alloc(8 << 20, 1)); await new Promise(setImmediate); }',
    cause: 'MEMORY_EXCEEDED',
    rssMiBMax: 150,
  },
  {
    does: 'hangs',
    body: () => 'for (;;);',
    cause: 'DEADLINE_IN_PROOF',
    options: { deadlineMs: 2_500 },
  },
];

describe('a backend that', () => {
  it.each(bad)('$does ends its proof alone: $cause', async ({ body, cause, options = {}, rssMiBMax }) => {
    const once = programs.file(`once-${cause}-${Math.random()}`);
    // It misbehaves once: the same service, asked again, goes on.
    const misbehaving = programs.doing(
      `if (!require('node:fs').existsSync(${JSON.stringify(once)})) {
        require('node:fs').mkdirSync(${JSON.stringify(once)});
        ${body()}
        return;
      }
      write(await honest());`,
      rssMiBMax,
    );
    const service = pool({ backend: misbehaving, ...options });
    const failure = await failureOf(service.prove(circuit, inputOf(0), never));
    expect(failure.proofCause).toBe(cause);
    expect(existsSync(once)).toBe(true);
    if (cause === 'MEMORY_EXCEEDED' || cause === 'DEADLINE_IN_PROOF') return;
    expect((await service.prove(circuit, inputOf(0), never)).publicSignals).toEqual(genuine.publicSignals);
  });

  it('returns an old proof is caught, although that proof is genuine', async () => {
    const replaying = programs.doing(constant(genuine.proof, genuine.publicSignals));
    const failure = await failureOf(pool({ backend: replaying }).prove(circuit, inputOf(2), never));
    expect(failure.proofCause).toBe('BACKEND_OUTPUT');
  });

  it('is not the program that was named, or is not there, gets no witness', async () => {
    const ran = programs.file('ran');
    const swapped = programs.doing(`writeFileSync(${JSON.stringify(ran)}, '');`);
    const named = { ...swapped, digest: circuit.files.zkeyDigest };
    expect((await failureOf(pool({ backend: named }).prove(circuit, inputOf(0), never))).proofCause).toBe(
      'PROGRAM_MISMATCH',
    );
    const absent = { ...swapped, path: programs.file('absent') };
    expect((await failureOf(pool({ backend: absent }).prove(circuit, inputOf(0), never))).proofCause).toBe(
      'PROGRAM_MISMATCH',
    );
    expect(existsSync(ran)).toBe(false);
  });

  it('hangs is ended with its child, so that nothing goes on with the witness', async () => {
    const pidFile = programs.file('pid');
    const hangs = programs.doing(`writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); for (;;);`);
    const service = pool({ backend: hangs });
    const abort = new AbortController();
    const proof = failureOf(service.prove(circuit, inputOf(0), abort.signal));
    await expect
      .poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', { timeout: 60_000 })
      .toBe(true);
    abort.abort(new ProofFailure('CANCELLED_BY_CALLER', 'x'));
    expect((await proof).proofCause).toBe('CANCELLED_BY_CALLER');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false);
  });

  it('fails says nothing of the witness', async () => {
    const canary = 987_654_321n;
    const input = { ...inputOf(0), featuresSalt: canary };
    const failing = programs.doing('process.stderr.write(String(readFileSync(witness))); process.exit(1);');
    const { message } = await failureOf(pool({ backend: failing }).prove(circuit, input, never));
    expect(message).not.toContain(String(canary));
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
