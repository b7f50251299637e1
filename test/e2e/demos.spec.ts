import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttackCase } from '../../apps/cli/src/attack/attack-case.js';
import { attackTable } from '../../apps/cli/src/attack/attack-table.js';
import { runAgentDemo } from '../../apps/cli/src/demo/agent/agent-demo.js';
import { agentAttackers } from '../../apps/cli/src/demo/agent/attackers.js';
import { runAuctionDemo } from '../../apps/cli/src/demo/auction/auction-demo.js';
import { claimAttackers } from '../../apps/cli/src/demo/claim/attackers.js';
import { runClaimDemo } from '../../apps/cli/src/demo/claim/claim-demo.js';
import type { DemoAttacker } from '../../apps/cli/src/demo/frame/show-attackers.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { DemoReport } from '../support/demo-report.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

/*
 * The demos beside that of the main job, one after the other on one stack, and their files in the hands of somebody who
 * has nothing else.
 */
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

/**
 * Of the attackers of a demo those whom the attack pack does not play: it makes the same cases, and examples.spec.ts asks
 * it for their codes.
 */
function besidesPack<S>(prefix: string, attackers: readonly DemoAttacker<S>[]): readonly DemoAttacker<S>[] {
  return attackers
    .map(([attacker, cases]): DemoAttacker<S> => {
      const inPack = ({ name, expected }: AttackCase<S>): boolean =>
        attackTable.some((each) => each.name === `${prefix}-${name}` && each.expected === expected);
      return [attacker, cases.filter((each) => !inPack(each))];
    })
    .filter(([, cases]) => cases.length > 0);
}

function sealflow(...args: readonly string[]) {
  const cli = join(projectRoot, 'apps/cli/bin/sealflow.js');
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  return { status, stdout };
}

interface ShownBundle {
  readonly bundlePath: string;
  readonly verdict: string;
}

/** Of a demo that ran: every bundle by the command that a stranger runs, with the ciphertexts where they lie beside it. */
function verifiedOffline(report: DemoReport): void {
  const bundles = report.facts.get('bundles') as readonly ShownBundle[];
  expect(bundles.length).toBeGreaterThan(1);
  const newest = bundles.at(-1)?.bundlePath ?? '';
  const trust = stack.installation.trustPath;
  const verified = sealflow('verify', newest, '--trust', trust, '--ciphertexts', dirname(newest));
  expect(verified).toMatchObject({ status: 0, stdout: expect.stringContaining('REPLAYED') });
}

describe('the auction demo', () => {
  const report = new DemoReport();

  it('sells at the second price, between equal bids at that bid, and never to who has not the money', async () => {
    expect(await runAuctionDemo(stack.running, report), report.lines.join('\n')).toBe(true);
    expect(report.facts.get('lots')).toMatchObject([
      { lot: 'band-a', price: 73_194_826_551n, unfunded: ['upstart'] },
      { lot: 'band-b', winner: 'south', price: 47_902_615_384n, unfunded: [] },
    ]);
  });

  it('has attackers that are stopped, each by the reason that is meant for it', () => {
    expect(report.stopped()).toEqual([
      ...['NO_PLAINTEXT', 'NOT_CLOSER', 'NOT_OWNER', 'INSUFFICIENT', 'ANSWER_REFUSED'],
      'STEP_SIGNATURE_INVALID',
    ]);
  });

  it('leaves files that verify, and a ledger that is replayed from its founding on', () => {
    verifiedOffline(report);
    const [founding] = report.facts.get('bundles') as readonly ShownBundle[];
    const folder = dirname(founding?.bundlePath ?? '');
    const replayed = sealflow('ledger', 'replay', folder, '--ciphertexts', folder, '--json');
    expect(replayed.status, replayed.stdout).toBe(0);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ outcome: 'REPLAYED', findings: [] });
  });
});

describe('the claim demo', () => {
  const report = new DemoReport();

  it('pays what was proved to the cent, and denies each kind of bad claim by its rule', async () => {
    expect(
      await runClaimDemo(stack.running, report, besidesPack('claim', claimAttackers)),
      report.lines.join('\n'),
    ).toBe(true);
    expect(report.facts.get('paid')).toMatchObject({
      state: 'SUCCEEDED',
      insurerCents: 24_496n,
      patientCents: 14_124n,
      appliedCents: 8_000n,
    });
    expect(report.facts.get('balances')).toEqual({ hospital: 24_496n, 'deductible-met': 50_000n });
    expect((report.facts.get('denied') as readonly { rule: string }[]).map(({ rule }) => rule)).toEqual([
      ...['member-unknown', 'code-unlisted', 'code-repeated', 'pair-conflict', 'units-exceeded'],
      ...['fee-above-schedule', 'total-mismatch'],
    ]);
  }, 600_000);

  it('has attackers that are stopped, each by the reason that is meant for it, here or in the pack', () => {
    expect(report.stopped()).toEqual(['STEP_SIGNATURE_INVALID']);
    expect(claimAttackers.flatMap(([, cases]) => cases.map(({ expected }) => expected))).toEqual([
      ...['NO_PLAINTEXT', 'NULLIFIER_SPENT', 'NULLIFIER_SPENT', 'DECISION_NOT_PROVEN', 'INSUFFICIENT'],
      'STEP_SIGNATURE_INVALID',
    ]);
  });

  it('leaves files that verify', () => {
    verifiedOffline(report);
  });
});

describe('the agent demo', () => {
  const report = new DemoReport();

  it('pays to the unit what the attested worker signed, over gRPC and over HTTP, and nothing else', async () => {
    expect(
      await runAgentDemo(stack.running, report, besidesPack('call', agentAttackers)),
      report.lines.join('\n'),
    ).toBe(true);
    expect(report.facts.get('call')).toMatchObject({
      ...{ promptTokens: 812, completionTokens: 447, chargeMicros: 781 },
      ...{ released: 39_219n, state: 'SETTLED' },
    });
    expect(report.facts.get('x402')).toMatchObject({
      status: 200,
      settlement: { success: true, amount: '781' },
    });
    expect(report.facts.get('balances')).toEqual({ budget: 98_438n, seller: 1_562n, stranger: 0n });
    expect(report.facts.get('spending')).toEqual({ outcome: 'within' });
  }, 600_000);

  it('has attackers that are stopped, each by the reason that is meant for it, here or in the pack', () => {
    expect(report.stopped()).toEqual([
      ...['INSUFFICIENT', 'DELEGATE_LIMIT', 'DELEGATE_NOT_ALLOWED', 'DELEGATE_EXPIRED'],
      ...['RESERVATION_UNKNOWN', 'STEP_SIGNATURE_INVALID'],
    ]);
    expect(agentAttackers.flatMap(([, cases]) => cases.map(({ expected }) => expected))).toEqual([
      ...['NO_PLAINTEXT', 'INSUFFICIENT', 'DELEGATE_LIMIT', 'DELEGATE_NOT_ALLOWED', 'DELEGATE_EXPIRED'],
      ...['MODEL_NOT_LISTED', 'CHARGE_ABOVE_TERMS', 'RESERVATION_UNKNOWN'],
      ...['REPLAYED', 'CACHED_ANSWER', 'PAYMENT_ID_CONFLICT', 'STEP_SIGNATURE_INVALID'],
    ]);
  });

  it('leaves files that verify', () => {
    verifiedOffline(report);
  });
});
