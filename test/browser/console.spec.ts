import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvals } from './stories/approvals.js';
import { ledgers } from './stories/ledgers.js';
import { policies } from './stories/policies.js';
import { records } from './stories/records.js';
import { roles } from './stories/roles.js';
import { runStories } from './stories/runs.js';
import { signIns } from './stories/sign-in.js';
import { look, openPage, signIn, startSuite, stopSuite, suite } from './suite.js';

/** One reader's way through the console of a real stack, from the key to a verified run. Stories go on from each other. */
beforeAll(startSuite);
afterAll(stopSuite);

signIns();

describe('the console', () => {
  it('shows every page to who signed in, without a serious violation of accessibility', async () => {
    const { seen, stack } = suite();
    const { page } = seen;
    await signIn(seen, await stack.key('demo'));
    for (const name of [
      'Overview',
      'Trends',
      'Approvals',
      'Transparency log',
      'Workers',
      'Ledgers',
      'Policies',
      'Retention and holds',
      'Reports',
      'Access log',
      'Runs',
    ]) {
      await openPage(seen, name);
      expect({ name, violations: await look(seen, name.toLowerCase().replaceAll(' ', '-')) }).toEqual({
        name,
        violations: [],
      });
      expect({ name, alerts: await page.getByRole('alert').allTextContents() }).toEqual({ name, alerts: [] });
    }
  });

  it('says what each machine is made of, how old that is, and that simulated hardware is simulated', async () => {
    const { seen } = suite();
    await openPage(seen, 'Workers');
    const machines = seen.page.locator('h2', { hasText: 'Machines' }).locator('xpath=following::table[1]');
    const rows = await machines.locator('tbody tr').allInnerTexts();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/Simulated[\s\S]*intel-tdx[\s\S]*not known[\s\S]*hour old/);
    expect(rows.join('')).toContain('gpu 0 driver SIMULATED');
    await openPage(seen, 'Runs');
  });

  it('draws levels, ends and worker time by day, each beside the same numbers, and no date where no vendor gives one', async () => {
    const { seen } = suite();
    const { page } = seen;
    await openPage(seen, 'Trends');
    const pictures = page.locator('figure.chart');
    for (const [index, numbers] of ['Simulated', 'Succeeded', 'In an enclave (TEE)'].entries()) {
      const picture = pictures.nth(index);
      expect(await picture.locator('svg .recharts-bar-rectangle path').count()).toBeGreaterThan(0);
      await picture.locator('summary').click();
      expect(await picture.locator('thead').textContent()).toContain(numbers);
      expect(await picture.locator('tbody tr').count()).toBeGreaterThan(0);
    }
    expect(await page.getByText('Of no connected worker a vendor gives a date.').isVisible()).toBe(true);
    expect(await look(seen, 'trends-numbers')).toEqual([]);
    await page.getByLabel('From (UTC)').fill('2020-01-01');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('INVALID_REQUEST');
    await openPage(seen, 'Runs');
  });

  it('checks in the browser that the log of one size is the beginning of another, and refuses sizes that are none', async () => {
    const { seen } = suite();
    const { page } = seen;
    await openPage(seen, 'Transparency log');
    await page.getByRole('button', { name: 'Ask for a proof' }).click();
    await page.locator('[data-consistent=true]').waitFor();
    expect(await look(seen, 'log-consistency')).toEqual([]);
    await page.getByLabel('Larger size').fill('999999999');
    await page.getByRole('button', { name: 'Ask for a proof' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.locator('[data-consistent]').count()).toBe(0);
    await openPage(seen, 'Runs');
  });

  it('gives a report over a period in each form, and says why it gives none', async () => {
    const { page } = suite().seen;
    await page.getByRole('navigation').getByRole('link', { name: 'Reports', exact: true }).click();
    for (const [format, file, begins] of [
      ['PDF', 'sealflow-ai-act.pdf', '%PDF-1'],
      ['OSCAL', 'sealflow-ai-act.oscal.json', '{"assessment-results":'],
      ['CSV', 'sealflow-ai-act.csv', ''],
      ['HTML', 'sealflow-ai-act.html', '<!doctype html>'],
    ] as const) {
      const [taken] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Download ${format}` }).click(),
      ]);
      expect(taken.suggestedFilename()).toBe(file);
      expect(
        readFileSync(await taken.path(), 'utf8')
          .replaceAll(/\s/g, '')
          .toLowerCase(),
      ).toMatch(new RegExp(`^${begins.replaceAll(' ', '').toLowerCase()}.`));
    }
    await page.getByLabel('From (UTC)').fill('2020-01-01');
    await page.getByRole('button', { name: 'Download JSON' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('INVALID_REQUEST');
    await page.getByRole('navigation').getByRole('link', { name: 'Runs', exact: true }).click();
  });

  it('prints what is read and not what is pressed', async () => {
    const { page } = suite().seen;
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('heading', { level: 1, name: 'Runs' }).isVisible()).toBe(true);
    for (const part of ['.side', '.filters', '.skip'])
      expect({ part, shown: await page.locator(part).first().isVisible() }).toEqual({ part, shown: false });
    await page.emulateMedia({ media: null });
  });
});

runStories();
approvals();
policies();
ledgers();
records();
roles();

describe('the reader of all these pages', () => {
  it('asked no other origin for anything, and its policy stopped nothing', () => {
    const { seen } = suite();
    expect({ foreign: seen.foreign, errors: seen.errors }).toEqual({ foreign: [], errors: [] });
  });
});
