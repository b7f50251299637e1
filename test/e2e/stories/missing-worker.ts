import { describe, expect, it } from 'vitest';
import { builtinText } from '#workflow';
import { until } from '../../support/until.js';
import { refused } from '../refused.js';
import { suite } from '../suite.js';

/** Told late: the worker does not come back. */
export function missingWorker(): void {
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
        async () =>
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
