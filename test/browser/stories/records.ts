import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { look, openPage, suite } from '../suite.js';

/** What an auditor draws, and what keeps runs from being deleted. */
export function records(): void {
  describe('a sample of runs', () => {
    it('is drawn by its seed, and whoever has the list draws it again', async () => {
      const { seen } = suite();
      const { page } = seen;
      await openPage(seen, 'Runs');
      const ids = await page.locator('.rows tbody code').allTextContents();
      await page.getByText('Draw a sample').click();
      await page.getByLabel('Seed').fill('audit-2026');
      await page.getByLabel('Runs', { exact: true }).fill('2');
      await page.getByRole('button', { name: 'Draw', exact: true }).click();
      await page.locator('[data-drawn="2"]').waitFor();
      const rank = (id: string) => createHash('sha256').update(`audit-2026\n${id}`).digest('hex');
      const expected = [...ids].sort((one, other) => (rank(one) < rank(other) ? -1 : 1)).slice(0, 2);
      expect(await page.locator('details.card tbody tr td:first-child').allTextContents()).toEqual(expected);
      expect(await look(seen, 'sample')).toEqual([]);
    });
  });

  describe('a rule of retention', () => {
    it('is set and removed with a reason each, and one that deletes evidence before its inputs is refused', async () => {
      const { seen } = suite();
      const { page } = seen;
      await openPage(seen, 'Retention and holds');
      const setting = page.getByRole('form', { name: 'Set a rule' });
      await setting.getByLabel('Class').fill('trial-30d');
      await setting.getByLabel('Workflow').fill('workflow-of-nobody');
      await setting.getByLabel('Days of payloads').fill('40');
      await setting.getByLabel('Days of evidence').fill('30');
      await setting.getByLabel('Why').fill('policy 12');
      await setting.getByRole('button', { name: 'Set' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('INVALID_REQUEST');
      await setting.getByLabel('Days of payloads').fill('30');
      await setting.getByLabel('Days of evidence').fill('');
      await setting.getByRole('button', { name: 'Set' }).click();
      const row = page.getByRole('row').filter({ hasText: 'workflow-of-nobody' });
      await row.getByText('trial-30d', { exact: true }).waitFor();
      expect(await row.textContent()).toContain('30for ever');
      expect(await look(seen, 'rules')).toEqual([]);
      await row.getByRole('button', { name: 'Remove' }).click();
      const removing = page.getByRole('form', { name: 'Remove the rule trial-30d' });
      await removing.getByLabel('Why').fill('was a trial');
      await removing.getByRole('button', { name: 'Remove' }).click();
      await row.waitFor({ state: 'detached' });
    });
  });

  describe('a hold', () => {
    it('is placed on a run with its reason and lifted with another, and what is wrong is said', async () => {
      const { seen, runId } = suite();
      const { page } = seen;
      await openPage(seen, 'Retention and holds');
      const placing = page.getByRole('form', { name: 'Place a hold' });
      await placing.getByLabel('Run').fill('01JD0000000000000000000000');
      await placing.getByLabel('Why').fill('litigation 7');
      await placing.getByRole('button', { name: 'Place' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('NOT_FOUND');
      await placing.getByLabel('Run').fill(runId);
      await placing.getByRole('button', { name: 'Place' }).click();
      const row = page.getByRole('row').filter({ hasText: runId });
      await row.getByText('litigation 7').waitFor();
      expect(await look(seen, 'holds')).toEqual([]);
      await row.getByRole('button', { name: 'Lift' }).click();
      const lifting = page.getByRole('form', { name: /^Lift hold/ });
      await lifting.getByLabel('Why').fill('settled');
      await lifting.getByRole('button', { name: 'Lift' }).click();
      await row
        .getByText(/^\d{4}-\d\d-\d\d/)
        .nth(1)
        .waitFor();
      expect(await row.getByRole('button', { name: 'Lift' }).count()).toBe(0);
    });
  });
}
