import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signCharter } from '#client';
import { builtinText } from '#workflow';
import { planBuiltin, prepareRun } from '../../../apps/cli/src/demo/credit-run.js';
import { openingAccounts } from '../../../apps/cli/src/demo/parties.js';
import { until } from '../../support/until.js';
import { WatchedRun } from '../../support/watched-run.js';
import { refused } from '../refused.js';
import { sealflow } from '../sealflow-command.js';
import { suite } from '../suite.js';

/** Told late: the worker that goes does not come back. */
export function workers(): void {
  describe('a lease that cannot be given out', () => {
    it('does not hold up the leases of others', async () => {
      const { client, stack, parties } = suite();
      await stack.query(
        `insert into sealflow.leases (lease, run_id, task_id, attempt, operation, state, deadline)
         values ('orphan', 'no run', 'open', 1, 'ledger.open.authorize', 'queued', now() + interval '1 hour')`,
      );
      const ledger = `demo-${randomBytes(6).toString('hex')}`;
      const charter = signCharter({ ledger, accounts: openingAccounts(parties) }, parties.bankSeed);
      const planned = await planBuiltin(client, 'ledger-open', { open: { ledger } });
      const run = await WatchedRun.create(client, await prepareRun(client, planned, { charter }));
      expect(await run.ended).toMatchObject({ state: 'RUN_STATE_SUCCEEDED' });
      await stack.query("delete from sealflow.leases where lease = 'orphan'");
    });
  });

  describe('a worker that an operator takes out of service', () => {
    it('is offered to nobody until it is put back', async () => {
      const { client, parties } = suite();
      const plan = () =>
        client.plan({
          definition: builtinText('ledger-open'),
          parameters: { open: { ledger: parties.ledger } },
        });
      const drained = await sealflow([
        'worker',
        'drain',
        'fhe-service-0',
        '--reason',
        'a new disk',
        '--wait',
      ]);
      expect(drained.out).toMatch(/^workers\/fhe-service-0 {2}DRAINED {2}0 leases/);
      await refused('ROUTE_UNSATISFIABLE', plan);
      expect((await sealflow(['worker', 'list', '--filter', 'drained = true'])).out).toContain(
        'fhe-service-0',
      );
      const back = await sealflow(['worker', 'undrain', 'workers/fhe-service-0', '--json']);
      expect(JSON.parse(back.out)).toMatchObject({ name: 'workers/fhe-service-0', drained: false });
      await plan();
      const nobody = await sealflow(['worker', 'drain', 'nobody']);
      expect(nobody.code).not.toBe(0);
      expect(nobody.err).toContain('NOT_FOUND');
    });
  });

  describe('a step that no connected worker can run', () => {
    it('is refused when it is planned, with the route that is missing', async () => {
      const { client, stack, parties } = suite();
      await stack.kill('fhe-service', 'SIGTERM');
      const plan = () =>
        client.plan({
          definition: builtinText('ledger-open'),
          parameters: { open: { ledger: parties.ledger } },
        });
      await until(
        'the orchestrator knows',
        () =>
          plan().then(
            () => false,
            () => true,
          ),
        5_000,
      );
      const error = await refused('ROUTE_UNSATISFIABLE', plan);
      expect(error.message).toContain('no connected worker offers ledger.open.apply');
    });
  });
}
