import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTrustFile } from '#evidence';
import { CreditStory } from '../support/credit-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { picture, pictures, type Seen, seriousViolations, startChromium, watchedPage } from './chromium.js';

/** One reader's way through the console of a real stack, from the key to a verified run. Tests go on from each other. */
let browser: Browser;
let stack: TestStack;
let seen: Seen;
let trustFile: string;

beforeAll(async () => {
  [browser, stack] = await Promise.all([startChromium(), startTestStack()]);
  const story = await CreditStory.open(stack, 1);
  await (await story.apply()).ended;
  trustFile = join(pictures, 'trust.json');
  writeFileSync(trustFile, encodeTrustFile(stack.trust));
  seen = await watchedPage(
    await browser.newContext({ viewport: { width: 1360, height: 900 } }),
    stack.address.http,
  );
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe('the console', () => {
  it('refuses a key that is none, by the reason of the server', async () => {
    await seen.page.goto(`${stack.address.http}/`);
    await seen.page.getByLabel('API key').fill('sf_none');
    await seen.page.getByRole('button', { name: 'Sign in' }).click();
    await seen.page.getByRole('alert').waitFor();
    expect(await seen.page.getByRole('alert').textContent()).toMatch(/CREDENTIAL_[A-Z]+/);
    expect(await seriousViolations(seen.page)).toEqual([]);
    await picture(seen.page, 'sign-in');
  });

  it('shows every page to who signed in, without a serious violation of accessibility', async () => {
    const { page } = seen;
    await page.getByLabel('API key').fill(await stack.key('demo'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    for (const name of [
      'Overview',
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
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
      expect({ name, violations: await seriousViolations(page) }).toEqual({ name, violations: [] });
      expect({ name, alerts: await page.getByRole('alert').allTextContents() }).toEqual({ name, alerts: [] });
      await picture(page, name.toLowerCase().replaceAll(' ', '-'));
      await page.emulateMedia({ colorScheme: 'dark' });
      expect({ name, dark: await seriousViolations(page) }).toEqual({ name, dark: [] });
      await picture(page, `${name.toLowerCase().replaceAll(' ', '-')}-dark`);
      await page.emulateMedia({ colorScheme: null });
    }
  });

  it('gives a report over a period in each form, and says why it gives none', async () => {
    const { page } = seen;
    await page.getByRole('navigation').getByRole('link', { name: 'Reports', exact: true }).click();
    for (const [format, file, begins] of [
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
      ).toMatch(new RegExp(`^${begins.replaceAll(' ', '')}.`));
    }
    await page.getByLabel('From (UTC)').fill('2020-01-01');
    await page.getByRole('button', { name: 'Download JSON' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('INVALID_REQUEST');
    await page.getByRole('navigation').getByRole('link', { name: 'Runs', exact: true }).click();
  });

  it('prints what is read and not what is pressed', async () => {
    const { page } = seen;
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('heading', { level: 1, name: 'Runs' }).isVisible()).toBe(true);
    for (const part of ['.side', '.filters', '.skip'])
      expect({ part, shown: await page.locator(part).first().isVisible() }).toEqual({ part, shown: false });
    await page.emulateMedia({ media: null });
  });

  it('verifies a run in the browser by the trust file of the reader, and never shows simulated hardware as good', async () => {
    const { page } = seen;
    const row = page.locator('.rows tbody tr', { hasText: 'credit' }).filter({ hasText: 'Succeeded' });
    await row.getByRole('link').first().click();
    await page.locator('input[type=file]').first().setInputFiles(trustFile);
    await page.getByRole('button', { name: 'Verify in this browser' }).click();
    await page.locator('[data-outcome=verified]').waitFor();
    expect(await page.locator('.verdict').getAttribute('class')).toBe('verdict simulated');
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'run');
    await page.getByRole('tab', { name: /^Steps/ }).click();
    await page.getByRole('button', { name: 'score', exact: true }).click();
    await page.getByRole('heading', { name: 'Step score' }).waitFor();
    await picture(page, 'step');
  });

  it('redacts for an outsider and shows what they will see', async () => {
    const { page } = seen;
    await page.getByRole('tab', { name: 'Disclosure' }).click();
    await page.getByRole('button', { name: 'Public' }).click();
    await page.getByRole('heading', { name: 'What they will see: Public' }).waitFor();
    // What is withheld may be simulated: nothing of it is shown as good.
    expect(await page.locator('.verdict.good').count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, 'disclosure');
    await page.getByRole('tab', { name: 'Reports' }).click();
    await picture(page, 'reports');
  });

  it('asked no other origin for anything, and its policy stopped nothing', () => {
    expect({ foreign: seen.foreign, errors: seen.errors }).toEqual({ foreign: [], errors: [] });
  });
});
