import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, leafHash, utf8, verifyInclusion } from '#canonical';
import { type GetLogProofResponse__Output, type ListEvidenceAccessResponse__Output, unary } from '#contracts';
import { leafEntry, parseLogProof } from '#evidence';
import { CreditStory } from '../support/credit-story.js';
import { expectLogWhole } from '../support/expect-log.js';
import { expectSettledOnce } from '../support/expect-run.js';
import { Replica } from '../support/replica.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

const ROUNDS = 6;
const LEAVES_A_ROUND = 6_000;
const RUNS = 3;
/** Of the sequencer, see log-store.ts: seen in pg_locks, it says that a batch is half done. */
const LOG_LOCK = 7_230_011;

describe('kill -9 while the log is sequenced', () => {
  let stack: TestStack;
  let second: Replica;
  const leaves = new Map<string, Uint8Array>();

  beforeAll(async () => {
    stack = await startTestStack();
    second = new Replica(stack, 'orchestrator-1');
    await second.start();
  });
  afterAll(async () => {
    await second.kill();
    await stack.stop();
  });

  async function queue(round: string): Promise<void> {
    const rows = Array.from({ length: LEAVES_A_ROUND }, (_, at) => {
      const subject = `leaf ${round} ${at}`;
      return { subject, entry: leafEntry(digestOf(utf8(subject))) };
    });
    for (const { subject, entry } of rows) leaves.set(subject, entry);
    await stack.query(
      'insert into sealflow.log_queue (subject, entry) select * from unnest($1::text[], $2::bytea[])',
      [rows.map(({ subject }) => subject), rows.map(({ entry }) => Buffer.from(entry))],
    );
  }

  const waiting = async (): Promise<number> => {
    const [row] = await stack.query<{ count: string }>('select count(*) from sealflow.log_queue');
    return Number(row?.count);
  };

  const isHalfDone = async (): Promise<boolean> => {
    const rows = await stack.query(
      `select 1 from pg_locks where locktype = 'advisory' and objid = $1 and granted`,
      [LOG_LOCK],
    );
    return rows.length > 0;
  };

  it('loses no leaf, doubles none, and leaves one consistent tree, whichever of two replicas dies', async () => {
    let killedHalfDone = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await queue(String(round));
      await until('a replica sequences', isHalfDone);
      if (round % 3 !== 1) await stack.kill('orchestrator');
      if (round % 3 !== 0) await second.kill();
      if ((await waiting()) > 0) killedHalfDone += 1;
      if (round % 3 !== 1) await stack.start('orchestrator');
      if (round % 3 !== 0) await second.start();
    }
    await until('every leaf has its place', async () => (await waiting()) === 0);
    await expectLogWhole(stack, leaves);
    // Otherwise nothing was broken and the test says nothing.
    expect(killedHalfDone).toBeGreaterThan(0);
  });

  it('ends every run that was in flight, each with one leaf and a bundle that verifies', async () => {
    await second.kill();
    const story = await CreditStory.open(stack, RUNS);
    const runs = [];
    for (let index = 0; index < RUNS; index += 1) runs.push(await story.apply());
    await runs[0]?.moment('settle.apply', 'DISPATCHED');
    await queue('with runs');
    await until('the log is sequenced', isHalfDone);
    await stack.restart('orchestrator');
    for (const run of runs) await expectSettledOnce(story, run);
    await until('every leaf has its place', async () => (await waiting()) === 0);
    await expectLogWhole(stack, leaves);
  });

  it('has logged who fetched the bundles, and proves a run anew under the newest checkpoint', async () => {
    const client = stack.client();
    const { evidence } = client.services;
    const [row] = await stack.query<{ run_id: string }>(
      'select run_id from sealflow.runs order by created_at desc limit 1',
    );
    const run = `tenants/demo/runs/${row?.run_id}`;
    const list = () =>
      unary<ListEvidenceAccessResponse__Output>(
        (options, callback) =>
          evidence.listEvidenceAccess({ parent: 'tenants/demo', run }, options, callback),
        { deadlineMs: 5_000 },
      );
    const { accesses } = await list();
    expect(accesses.map(({ action }) => action)).toEqual(['download-bundle', 'get-bundle']);
    const proof = await unary<GetLogProofResponse__Output>(
      (options, callback) => evidence.getLogProof({ run }, options, callback),
      { deadlineMs: 5_000 },
    );
    const { index, path, checkpoint } = parseLogProof(proof.proof);
    const { size, root } = checkpoint;
    expect(verifyInclusion({ leafHash: leafHash(proof.leaf), index, size, path, root })).toBe(true);
    const [newest] = await until('the access has its place', async () => {
      const { accesses: now } = await list();
      return now[0]?.action === 'get-log-proof' && now[0].leafIndex !== undefined ? now : null;
    });
    expect(newest).toMatchObject({ run, actor: expect.stringMatching(/^key:/) });
  });
});
