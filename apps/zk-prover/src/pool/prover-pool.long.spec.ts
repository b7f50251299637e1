// SPDX-License-Identifier: GPL-3.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { TaskError } from '#worker';
import { type Circuit, loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import { goldenRows } from '../scorecard/golden-rows.fixture.js';
import { parseModel } from '../scorecard/model.js';
import { buildWitness } from '../scorecard/witness.js';
import { ProverPool, type ProverPoolOptions } from './prover-pool.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-prover-'));
const artifacts = shippedArtifacts('scorecard');
const circuit = loadCircuit(artifacts);
const model = parseModel(readFileSync(join(artifacts, 'model.json')));
const input = buildWitness(goldenRows[0].attributes, model, { featuresSalt: 1n, limitSalt: 2n }, 3n);
const never = new AbortController().signal;
const pools: ProverPool[] = [];
/** The children of these tests make no proofs; what becomes of a wrong one is told in bad-backends.spec.ts. */
const credulous = { failuresOf: async () => [], close: async () => undefined };

/** A child that answers "ready" and then runs `body` for each message `m`. */
function script(name: string, body: string): URL {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `process.on('message', (m) => { ${body} }); process.on('disconnect', () => process.exit()); process.send({ kind: 'ready' });`,
  );
  return pathToFileURL(path);
}

const proved = `process.send({ kind: 'proved', id: m.id, proof: String(process.pid), publicSignals: [], witnessMs: 1, proveMs: 1, rssBytes: m.input.rss === undefined ? 1 : Number(m.input.rss) })`;
const obedient = script('obedient', proved);

function pool(options: Partial<ProverPoolOptions>): ProverPool {
  const made = new ProverPool({ deadlineMs: 20_000, verifier: credulous, ...options });
  pools.push(made);
  return made;
}

async function codeOf(proof: Promise<unknown>): Promise<string> {
  try {
    await proof;
  } catch (error) {
    if (error instanceof TaskError) return error.code;
    throw error;
  }
  return 'no error';
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((made) => made.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ProverPool', () => {
  it('refuses a circuit above its limit before a child is started', async () => {
    const nowhere = pathToFileURL(join(folder, 'absent.mjs'));
    const made = pool({ constraintsMax: 1530, script: nowhere });
    await expect(made.prove(circuit, input, never)).rejects.toThrow('1531 constraints, limit 1530');
  });

  it('kills a child at the deadline and proves with a fresh one afterwards', async () => {
    const hangs = script('hangs', `if (m.input.hang) for (;;); ${proved}`);
    const made = pool({ deadlineMs: 1_500, script: hangs });
    expect(await codeOf(made.prove(circuit, { hang: 1n }, never))).toBe('PROVER_TIMEOUT');
    expect((await made.prove(circuit, {}, never)).proof).toMatch(/^\d+$/);
  });

  it('ends with the reason of an abort, in the child and in the queue', async () => {
    const hangs = script('hangs-always', 'for (;;);');
    const made = pool({ script: hangs });
    const running = new AbortController();
    const waiting = new AbortController();
    const first = made.prove(circuit, {}, running.signal);
    const second = made.prove(circuit, {}, waiting.signal);
    setTimeout(() => waiting.abort(new TaskError('LEASE_REVOKED', 'x')), 50);
    expect(await codeOf(second)).toBe('LEASE_REVOKED');
    running.abort(new TaskError('WORKER_STOPPED', 'x'));
    expect(await codeOf(first)).toBe('WORKER_STOPPED');
    expect(await codeOf(made.prove(circuit, {}, running.signal))).toBe('WORKER_STOPPED');
  });

  it('reports a child that dies in the middle of a proof, and goes on', async () => {
    const dies = script('dies', `if (m.input.die) process.kill(process.pid, 'SIGKILL'); else ${proved}`);
    const made = pool({ script: dies });
    expect(await codeOf(made.prove(circuit, { die: 1n }, never))).toBe('PROVER_FAILED');
    expect(await codeOf(made.prove(circuit, {}, never))).toBe('no error');
  });

  it('names the memory limit when a child runs out of heap', async () => {
    const greedy = script('greedy', 'const a = []; for (;;) a.push(new Array(10000).fill(a.length));');
    const made = pool({ heapMiBMax: 24, script: greedy });
    await expect(made.prove(circuit, {}, never)).rejects.toThrow('heap limit of 24 MiB');
  });

  it('reports a child that cannot start', async () => {
    const made = pool({ script: pathToFileURL(join(folder, 'absent.mjs')) });
    expect(await codeOf(made.prove(circuit, {}, never))).toBe('PROVER_FAILED');
  });

  it('refuses more waiting proofs than its queue holds', async () => {
    const slow = script('slow', `setTimeout(() => ${proved}, 200)`);
    const made = pool({ queueMax: 1, script: slow });
    const first = made.prove(circuit, {}, never);
    const second = made.prove(circuit, {}, never);
    expect(await codeOf(made.prove(circuit, {}, never))).toBe('PROVER_CAPACITY');
    expect(await codeOf(Promise.all([first, second]))).toBe('no error');
  });

  it('gives a child one proof at a time and keeps it warm', async () => {
    const strict = script(
      'strict',
      `if (globalThis.busy) process.exit(1); globalThis.busy = true; setTimeout(() => { globalThis.busy = false; ${proved} }, 30)`,
    );
    const made = pool({ script: strict });
    const proofs = await Promise.all(Array.from({ length: 5 }, () => made.prove(circuit, {}, never)));
    expect(new Set(proofs.map(({ proof }) => proof)).size).toBe(1);
  });

  it('proves on as many children as it has', async () => {
    const slow = script('slow-two', `setTimeout(() => ${proved}, 300)`);
    const made = pool({ processes: 2, script: slow });
    const proofs = await Promise.all(Array.from({ length: 4 }, () => made.prove(circuit, {}, never)));
    expect(new Set(proofs.map(({ proof }) => proof)).size).toBe(2);
  });

  it('replaces a child after its share of proofs, and one that grew too large', async () => {
    const made = pool({ proofsPerProcessMax: 2, script: obedient });
    const pids: string[] = [];
    for (let count = 0; count < 4; count += 1) pids.push((await made.prove(circuit, {}, never)).proof);
    expect(pids[0]).toBe(pids[1]);
    expect(pids[2]).not.toBe(pids[1]);

    const grown = pool({ rssMiBMax: 100, script: obedient });
    const large = await grown.prove(circuit, { rss: BigInt(101 * 2 ** 20) }, never);
    expect((await grown.prove(circuit, {}, never)).proof).not.toBe(large.proof);
  });

  it('ends its children when it closes and then refuses work', async () => {
    const made = pool({ script: obedient });
    const { proof } = await made.prove(circuit, {}, never);
    await made.close();
    expect(() => process.kill(Number(proof), 0)).toThrow('ESRCH');
    expect(await codeOf(made.prove(circuit, {}, never))).toBe('PROVER_CAPACITY');
  });

  it('keeps the environment of its process from the child', async () => {
    process.env['SEALFLOW_TEST_SECRET'] = 'canary';
    const tells = script(
      'tells',
      `m.input.rss = undefined; process.send({ kind: 'proved', id: m.id, proof: JSON.stringify(process.env), publicSignals: [], witnessMs: 0, proveMs: 0, rssBytes: 1 })`,
    );
    const { proof } = await pool({ script: tells }).prove(circuit, {}, never);
    expect(proof).not.toContain('canary');
    delete process.env['SEALFLOW_TEST_SECRET'];
  });
});

describe('the real prover child', () => {
  it('refuses circuit files that differ from the manifest', async () => {
    const swapped: Circuit = {
      ...circuit,
      files: { ...circuit.files, zkeyDigest: circuit.files.wasmDigest },
    };
    expect(await codeOf(pool({}).prove(swapped, input, never))).toBe('CIRCUIT_ARTIFACT_MISMATCH');
  });

  it('tells no value when the circuit refuses a witness, and stays usable', async () => {
    const made = pool({});
    await made.warm(circuit);
    const refused = made.prove(circuit, { ...input, amount: 987_654_321n }, never);
    await expect(refused).rejects.toMatchObject({ code: 'WITNESS_OUT_OF_RANGE', retryable: false });
    await expect(refused).rejects.not.toThrow('987654321');
    const { publicSignals, rssMiB } = await made.prove(circuit, input, never);
    expect(publicSignals).toHaveLength(5);
    expect(rssMiB).toBeLessThan(300);
  });
});
