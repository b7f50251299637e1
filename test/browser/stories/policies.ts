import { describe, expect, it } from 'vitest';
import { look, openPage, suite } from '../suite.js';

/** Two versions of a policy, and what the stored runs would be worth under the other one. */
export function policies(): void {
  describe('policies', () => {
    it('show what differs between a version and the policy of the reader, rule by rule', async () => {
      const { seen, stack, trustFile } = suite();
      const [first, ...others] = stack.trust.policy.measurements;
      const stricter = { ...stack.trust, policy: { ...stack.trust.policy, measurements: others } };
      await openPage(seen, 'Policies');
      // The trust file of a reader is kept for as long as the page is open.
      const other = seen.page.getByRole('button', { name: 'Choose another' });
      if ((await other.count()) > 0) await other.click();
      await seen.page.locator('input[type=file]').setInputFiles(trustFile('stricter', stricter));
      await seen.page.getByRole('heading', { name: /rules? differs?$/ }).waitFor();
      expect(
        await seen.page
          .getByRole('row')
          .filter({ hasText: `measurements[${first?.name}]` })
          .count(),
      ).toBe(1);
    });

    it('judge stored runs again under both, and list those that fare otherwise with their reasons', async () => {
      const { seen, runId } = suite();
      await seen.page.getByRole('button', { name: 'Judge stored runs under both' }).click();
      await seen.page.locator('[data-judged]').waitFor();
      const row = seen.page.getByRole('row').filter({ hasText: runId });
      expect(await row.textContent()).toMatch(/Holds, simulated.*Would fail.*MEASUREMENT_UNKNOWN/);
      expect(await look(seen, 'policies-what-if')).toEqual([]);
    });

    it('say which runs they judged', async () => {
      const { seen, runId } = suite();
      await seen.page.getByRole('link', { name: /^[0-9]+ runs?$/ }).click();
      await seen.page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      await seen.page.getByRole('link', { name: runId }).waitFor();
    });
  });
}
