import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundleVerdict, verifyBundle } from '#evidence';
import { CreditStory } from '../support/credit-story.js';
import { expectSettledOnce } from '../support/expect-run.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { TsaServer } from '../support/tsa-server.fixture.js';
import { until } from '../support/until.js';

describe('a timestamp authority that goes away and comes back', () => {
  let tsa: TsaServer;
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    tsa = await TsaServer.start();
    process.env['SEALFLOW_TSA_URLS'] = tsa.url;
    stack = await startTestStack();
    story = await CreditStory.open(stack, 2);
  });
  afterAll(async () => {
    delete process.env['SEALFLOW_TSA_URLS'];
    await stack.stop();
    await tsa.stop();
    rmSync(stack.installation.postgresHome, { recursive: true, force: true });
  });

  /** As somebody judges it who wants to know the time from the authority. */
  async function judge(bundle: Uint8Array): Promise<Pick<BundleVerdict, 'outcome' | 'reason' | 'asOf'>> {
    const trust = { ...stack.trust, timestampAuthorities: [tsa.trusted], tsaQuorum: 1 };
    const { outcome, reason, asOf } = await verifyBundle(bundle, trust, { at: null });
    return { outcome, reason, asOf };
  }

  it('stamps the checkpoint of a run, and the bundle says so', async () => {
    const run = await story.apply();
    await expectSettledOnce(story, run);
    expect(await judge(await run.handle.bundle())).toMatchObject({
      outcome: 'verified',
      asOf: { source: 'timestamp', authorities: ['tsa.example'] },
    });
  });

  it('holds up no run while it is away; the bundle is completed after it and the orchestrator are back', async () => {
    tsa.behaviour = 'away';
    const run = await story.apply();
    await expectSettledOnce(story, run);
    expect(await judge(await run.handle.bundle())).toMatchObject({
      outcome: 'incomplete',
      reason: 'TIMESTAMP_PENDING',
    });
    await stack.restart('orchestrator', 'SIGKILL');
    tsa.behaviour = 'honest';
    const verdict = await until('the bundle is completed', async () => {
      const judged = await judge(await run.handle.bundle());
      return judged.outcome === 'verified' ? judged : null;
    });
    expect(verdict.asOf).toMatchObject({ source: 'timestamp', authorities: ['tsa.example'] });
  });
});
