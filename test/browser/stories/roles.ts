import { describe, expect, it } from 'vitest';
import { tenantKey } from '../../../apps/cli/src/stack/tenant-key.js';
import { pageOf, settled, signIn, suite } from '../suite.js';

const readers = [
  'Overview',
  'Runs',
  'Approvals',
  'Transparency log',
  'Workers',
  'Ledgers',
  'Policies',
] as const;
const [first, ...others] = readers;
/** Of whoever may read usage and workers too. */
const watchers = [first, 'Trends', ...others];
const holds = 'Retention and holds';

/** Every role sees what it may, and is told so where it may not. */
export function roles(): void {
  describe('a role', () => {
    it.each<[role: string, pages: readonly string[], refused: string | null]>([
      ['submitter', [...watchers, holds], '/reports'],
      ['approver', readers, '/access'],
      ['compliance', [...watchers, holds, 'Reports', 'Access log'], null],
      ['auditor', [...watchers, holds, 'Reports', 'Access log'], null],
    ])('%s sees its pages, each of which the server lets it read', async (role, pages, refused) => {
      const { browser, url, stack } = suite();
      const operator = stack.installation.keys.read('operator') ?? undefined;
      const key = await tenantKey(stack.address.grpc, operator, 'demo', [role], stack.address.tls);
      const seen = await pageOf(browser, url);
      const { page } = seen;
      await signIn(seen, key);
      const links = page.getByRole('navigation').getByRole('link');
      const names = await links.allTextContents();
      expect([...names].sort()).toEqual([...pages, 'Verify a file'].sort());
      for (const name of pages) {
        await links.filter({ hasText: new RegExp(`^${name}$`) }).click();
        await page.getByRole('heading', { level: 1, name }).waitFor();
        await settled(page);
        expect({ name, alerts: await page.getByRole('alert').allTextContents() }).toEqual({
          name,
          alerts: [],
        });
      }
      if (refused !== null) {
        await page.goto(`${url}/console${refused}`);
        // A page that only asks at a press of a button is none that shows anything.
        const press = page.getByRole('button', { name: 'Download JSON' });
        const alert = page.getByRole('alert');
        await press.or(alert).first().waitFor();
        if (await press.isVisible()) await press.click();
        await alert.waitFor();
        expect(await alert.textContent()).toContain('ROLE_MISSING');
      }
      expect({ foreign: seen.foreign, errors: seen.errors }).toEqual({ foreign: [], errors: [] });
      await page.context().close();
    });

    it('model-owner may read no page of runs, and is told', async () => {
      const { browser, url, stack } = suite();
      const operator = stack.installation.keys.read('operator') ?? undefined;
      const key = await tenantKey(stack.address.grpc, operator, 'demo', ['model-owner'], stack.address.tls);
      const seen = await pageOf(browser, url);
      await signIn(seen, key);
      await seen.page.getByRole('alert').first().waitFor();
      expect(await seen.page.getByRole('alert').first().textContent()).toContain('ROLE_MISSING');
      await seen.page.context().close();
    });

    it('of the platform is of no tenant: its key opens no console of one', async () => {
      const { browser, url, stack } = suite();
      const seen = await pageOf(browser, url);
      await seen.page.goto(`${url}/`);
      await seen.page.getByLabel('API key').fill(stack.installation.keys.read('operator') ?? '');
      await seen.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await seen.page.getByRole('alert').waitFor();
      expect(await seen.page.getByRole('alert').textContent()).toContain('TENANT_MISSING');
      await seen.page.context().close();
    });
  });
}
