import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinText } from '#workflow';
import { PageLedgerStory, told } from '../support/page-ledger-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

const RUN_MS = 300_000;

describe('a key enclave that is lost with its disk', () => {
  let stack: TestStack;
  let story: PageLedgerStory;

  beforeAll(async () => {
    stack = await startTestStack();
    story = await PageLedgerStory.found(stack, 4, 1_000n);
  });
  afterAll(() => stack.stop());

  async function runOf(workflow: 'ledger-recover' | 'ledger-rotate', step: string, inputs: object) {
    const planned = await story.client.plan({
      definition: builtinText(workflow),
      parameters: { [step]: { ledger: story.ledger.pin.ledger } },
    });
    const options = { deadlineMs: RUN_MS, requestId: randomUUID() };
    const run = await story.client.create(await story.client.prepare(planned, { ...inputs }, options));
    return run.wait();
  }

  it('loses no balance: what waits is applied once its holders brought it back', async () => {
    expect((await story.settle(await story.transfer(0, 1, 250n))).map(told)).toEqual(['applied']);
    await stack.kill('tee-worker', 'SIGKILL');
    for (const name of readdirSync(stack.home)) {
      if (name.startsWith('ledger.sealed.')) rmSync(join(stack.home, name));
    }
    await stack.start('tee-worker');

    const waiting = await story.ledger.submit([await story.transfer(1, 2, 1_250n)]);
    await until('the new enclave says that it does not know the ledger', async () => {
      for await (const { reason } of story.ledger.batches()) if (reason === 'LEDGER_UNKNOWN') return true;
      return false;
    });
    const tooFew = await runOf('ledger-recover', 'recover', { shares: await story.handedShares(1) });
    expect(tooFew.state).toBe('RUN_STATE_FAILED');
    const recovered = await runOf('ledger-recover', 'recover', { shares: await story.handedShares(2) });
    expect(recovered).toMatchObject({ state: 'RUN_STATE_SUCCEEDED' });

    for await (const outcomes of story.ledger.outcomes([waiting])) {
      expect(outcomes.map(told)).toEqual(['applied']);
    }
    const rest = await story.settle(
      await story.transfer(1, 0, 1n),
      await story.transfer(2, 0, 2_250n),
      await story.transfer(2, 0, 1n),
    );
    expect(rest.map(told)).toEqual(['INSUFFICIENT', 'applied', 'INSUFFICIENT']);
  });

  it('goes on under keys of a new epoch, and takes no intent of the old one', async () => {
    const old = await story.transfer(0, 3, 5n);
    const rotated = await runOf('ledger-rotate', 'rotate', {});
    expect(rotated).toMatchObject({ state: 'RUN_STATE_SUCCEEDED' });
    expect(await story.ledger.head()).toMatchObject({ event: 'rotate', epoch: 2 });
    expect((await story.settle(old)).map(told)).toEqual(['EPOCH_WRONG']);
    expect((await story.settle(await story.transfer(0, 3, 5n))).map(told)).toEqual(['applied']);
  });
});
