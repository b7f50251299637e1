// SPDX-License-Identifier: GPL-3.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import { ProverPool, type ProverPoolOptions } from '../pool/prover-pool.js';
import { ProofFailure } from './proof-cause.js';
import type { ProofJob, ProofRequest } from './proof-job.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-states-'));
const circuit = loadCircuit(shippedArtifacts('scorecard'));
const small = {
  ...circuit,
  manifest: { ...circuit.manifest, size: { ...circuit.manifest.size, domainPower: 1 } },
};
const pools: ProverPool[] = [];
const accepting = { failuresOf: async () => [], close: async () => undefined };

/** Does what the signal `act` says, in the words of the test; the order of its proofs is its answer. */
const child = join(folder, 'child.mjs');
writeFileSync(
  child,
  `let order = 0;
  const proved = (m, proof) => process.send({ kind: 'proved', id: m.id, proof, publicSignals: [], witnessMs: 1, proveMs: 1, rssBytes: 1 });
  process.on('disconnect', () => process.exit());
  process.on('message', (m) => {
    const { act = 0n, ms = 0n } = m.input ?? {};
    if (act === 1n) process.exit(3);
    if (act === 2n) for (;;);
    if (act === 3n) for (;;) process.send({ kind: 'proved', id: m.id + 1 });
    if (act === 4n) return process.send({ kind: 'proved', id: m.id, proof: 'x'.repeat(100_000), publicSignals: [], witnessMs: 1, proveMs: 1, rssBytes: 1 });
    if (act === 5n) return process.send({ kind: 'refused', id: m.id, code: 'toString' });
    if (act === 6n) { const all = []; for (;;) all.push(Buffer.alloc(1 << 22, 1)); }
    order += 1;
    setTimeout(() => proved(m, String(order)), Number(ms));
  });
  process.send({ kind: 'ready' });`,
);
const script = pathToFileURL(child);

function pool(options: Partial<ProverPoolOptions> = {}): ProverPool {
  const made = new ProverPool({ verifier: accepting, script, deadlineMs: 20_000, ...options });
  pools.push(made);
  return made;
}

const ask = (input: Record<string, bigint> = {}, change: Partial<ProofRequest> = {}): ProofRequest => ({
  circuit: small,
  input,
  ...change,
});

async function end(job: ProofJob): Promise<readonly [string, string | null]> {
  await job.done.catch(() => undefined);
  return [job.state, job.cause];
}

function refusal(submit: () => ProofJob): ProofFailure {
  try {
    submit();
  } catch (error) {
    if (error instanceof ProofFailure) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((made) => made.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a proof', () => {
  it('is queued, then proving, then verified', async () => {
    const service = pool();
    const first = service.submit(ask({ ms: 30n }));
    const second = service.submit(ask());
    expect([first.state, second.state]).toEqual(['proving', 'queued']);
    expect(service.open).toEqual([first, second]);
    expect(await end(first)).toEqual(['verified', null]);
    expect(await end(second)).toEqual(['verified', null]);
    expect(service.open).toEqual([]);
  });

  it.each([
    ['whose child ends', 1n, 'PROVER_ENDED'],
    ['whose child floods its channel', 3n, 'PROVER_CONFUSED'],
    ['whose child sends too much', 4n, 'PROVER_CONFUSED'],
    ['whose child gives a reason that there is not', 5n, 'PROVER_CONFUSED'],
    ['whose child takes memory outside its heap without end', 6n, 'MEMORY_EXCEEDED'],
  ] as const)('%s is invalid, and the next one is made', async (_, act, cause) => {
    const service = pool({ memoryMiBMax: 400 });
    const bad = service.submit(ask({ act }));
    const good = service.submit(ask());
    expect(await end(bad)).toEqual(['invalid', cause]);
    expect(await end(good)).toEqual(['verified', null]);
  });

  it('goes on beside one that hangs and one whose child ends', async () => {
    const service = pool({ processes: 3 });
    const hangs = service.submit(ask({ act: 2n }));
    const ends = service.submit(ask({ act: 1n }));
    const good = [1, 2, 3, 4].map(() => service.submit(ask({ ms: 20n })));
    for (const job of good) expect(await end(job)).toEqual(['verified', null]);
    expect(await end(ends)).toEqual(['invalid', 'PROVER_ENDED']);
    expect(hangs.state).toBe('proving');
    service.cancel(hangs);
  });

  it('that does not verify is invalid, and its child is replaced', async () => {
    const answers = [['ZK-G16-011 PROOF_INVALID'], []];
    const verifier = { failuresOf: async () => answers.shift() ?? [], close: async () => undefined };
    const service = pool({ verifier });
    const job = service.submit(ask());
    await expect(job.done).rejects.toThrow('ZK-G16-011 PROOF_INVALID');
    expect([job.state, job.cause]).toEqual(['invalid', 'PROOF_INVALID']);
    // The first proof of its child.
    expect((await service.submit(ask()).done).proof).toBe('1');
  });

  it('is not returned when nobody could verify it', async () => {
    const verifier = { failuresOf: () => Promise.reject(new Error('gone')), close: async () => undefined };
    expect(await end(pool({ verifier }).submit(ask()))).toEqual(['invalid', 'VERIFIER_ENDED']);
  });

  it('expires in a child and in the queue, each with its cause', async () => {
    const service = pool();
    const hangs = service.submit(ask({ act: 2n }, { deadlineMs: 900 }));
    const waits = service.submit(ask({}, { deadlineMs: 700 }));
    expect(await end(waits)).toEqual(['expired', 'DEADLINE_IN_QUEUE']);
    expect(await end(hangs)).toEqual(['expired', 'DEADLINE_IN_PROOF']);
    expect(await end(service.submit(ask()))).toEqual(['verified', null]);
  });

  it('is cancelled in a child and in the queue, and by a shutdown', async () => {
    const service = pool();
    const [runs, waits, last] = [ask({ act: 2n }), ask(), ask({ act: 2n })].map((each) =>
      service.submit(each),
    );
    if (runs === undefined || waits === undefined || last === undefined) throw new Error('three jobs');
    service.cancel(waits);
    service.cancel(runs);
    expect(await end(waits)).toEqual(['cancelled', 'CANCELLED_BY_CALLER']);
    expect(await end(runs)).toEqual(['cancelled', 'CANCELLED_BY_CALLER']);
    await service.close();
    expect(await end(last)).toEqual(['cancelled', 'SHUTDOWN']);
  });

  it('goes before what is less urgent', async () => {
    const service = pool();
    const first = service.submit(ask({ ms: 20n }));
    const batch = service.submit(ask({}, { priority: 'batch' }));
    const interactive = service.submit(ask({}, { priority: 'interactive' }));
    const made = await Promise.all([first, batch, interactive].map(({ done }) => done));
    expect(made.map(({ proof }) => proof)).toEqual(['1', '3', '2']);
  });

  it('goes to the child that has its circuit loaded', async () => {
    const service = pool({ processes: 2 });
    const other = { ...small, files: { ...small.files, zkeyDigest: 'sha256:other' } };
    await Promise.all([
      service.submit(ask({ ms: 50n })).done,
      service.submit(ask({ ms: 50n }, { circuit: other })).done,
    ]);
    const again = [other, small, other].map((each) => () => service.submit(ask({}, { circuit: each })).done);
    const orders: string[] = [];
    for (const submit of again) orders.push((await submit()).proof);
    expect(orders).toEqual(['2', '2', '3']);
  });
});

describe('a proof that cannot fit is refused with the estimate, before anything starts:', () => {
  const nowhere = pathToFileURL(join(folder, 'absent.mjs'));

  it.each([
    ['TOO_MANY_CONSTRAINTS', { constraintsMax: 1_530 }, 'circuit has 1531 constraints, limit 1530'],
    ['TOO_MUCH_MEMORY', { memoryMiBMax: 100 }, 'limit 100 MiB a proof'],
    ['TOO_LITTLE_TIME', { deadlineMs: 20 }, 'limit 20 ms for this proof'],
  ] as const)('%s', (cause, options, text) => {
    const failure = refusal(() => pool({ ...options, script: nowhere }).submit(ask({}, { circuit })));
    expect(failure.proofCause).toBe(cause);
    expect(failure.message).toContain(text);
    expect(failure.message).toMatch(/estimate \(formula\): 1531 constraints, \d+ MiB, \d+\.\d s$/);
    expect(failure).toMatchObject({ code: 'CIRCUIT_LIMIT_EXCEEDED', retryable: false });
  });

  it('QUEUE_FULL and QUEUE_TOO_LONG, which pass', () => {
    const service = pool({ queueMax: 2 });
    for (let count = 0; count < 2; count += 1) service.submit(ask({ act: 2n }));
    const { durationMs } = service.estimate(small);
    const soon = refusal(() => service.submit(ask({}, { deadlineMs: durationMs + 1 })));
    expect([soon.proofCause, soon.retryable]).toEqual(['QUEUE_TOO_LONG', true]);
    service.submit(ask());
    const full = refusal(() => service.submit(ask()));
    expect([full.proofCause, full.retryable]).toEqual(['QUEUE_FULL', true]);
  });

  it('CLOSED', async () => {
    const service = pool();
    await service.close();
    expect(refusal(() => service.submit(ask())).proofCause).toBe('CLOSED');
  });

  it('and proofs that were made replace the formula', async () => {
    const service = pool();
    expect(service.estimate(small).basis).toBe('formula');
    await service.submit(ask()).done;
    expect(service.estimate(small)).toEqual({
      constraints: 1_531,
      memoryMiB: 1,
      durationMs: 2,
      basis: 'measured',
    });
  });
});
