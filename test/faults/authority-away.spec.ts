import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundleVerdict, encodeTrustFile, verifyBundle } from '#evidence';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
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
    story = await CreditStory.open(stack, 4);
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

  it('is followed by another: the log of the stack carries an old bundle on', async () => {
    const run = await story.apply();
    await expectSettledOnce(story, run);
    await expectSettledOnce(story, await story.apply());
    const file = join(stack.home, 'old.evidence.json');
    writeFileSync(file, await run.handle.bundle());
    const heir = await TsaServer.start('heir.example');
    const trust = { ...stack.trust, timestampAuthorities: [heir.trusted], tsaQuorum: 1 };
    const trustFile = join(stack.home, 'heir.json');
    writeFileSync(trustFile, encodeTrustFile(trust));
    const log = `${stack.address.http}/log`;
    const said = await sealflow('renew', file, '--log', log, '--tsa', heir.url, '--trust', trustFile);
    await heir.stop();
    expect(said).toMatch(/stamped by heir\.example at .*\nrenewed/);
    const { outcome, asOf } = await verifyBundle(readFileSync(file), trust, { at: null });
    expect({ outcome, authorities: asOf?.authorities }).toEqual({
      outcome: 'verified',
      authorities: ['heir.example'],
    });
  });
});

/** Its authority runs in this process, which must go on meanwhile. */
async function sealflow(...args: readonly string[]): Promise<string> {
  const program = join(projectRoot, 'dist/apps/cli/main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
  return stdout;
}
