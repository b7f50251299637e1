import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { Wire } from '../../chaos/wire.js';
import { look, pageOf, suite } from '../suite.js';

/** From the list of runs to a verdict that this browser came to, and what is given to somebody else. */
export function runStories(): void {
  describe('a run', () => {
    it('is verified in the browser by the trust file of the reader, and never shows simulated hardware as good', async () => {
      const { seen, stack, trustFile, runId } = suite();
      const { page } = seen;
      await page.getByRole('link', { name: runId }).click();
      await page.locator('input[type=file]').first().setInputFiles(trustFile('trust', stack.trust));
      const verify = page.getByRole('button', { name: 'Verify in this browser' });
      const loadedMs = performance.now();
      await verify.click();
      await page.locator('[data-outcome=verified]').waitFor();
      // The page itself says how long the verdict alone took; here is all that a reader waits for.
      const tookMs = Math.round(performance.now() - loadedMs);
      console.log(
        `verification from the served console: ${tookMs} ms from the click to the verdict, with the load of the verifier and of the bundle`,
      );
      expect(await page.locator('.verdict').getAttribute('class')).toBe('verdict simulated');
      expect(await look(seen, 'run')).toEqual([]);
    });

    it('has a page for each step, with the bytes behind it to take away', async () => {
      const { seen } = suite();
      const { page } = seen;
      await page.getByRole('tab', { name: /^Steps/ }).click();
      await page.getByRole('button', { name: 'score', exact: true }).click();
      await page.getByRole('heading', { name: 'Step score' }).waitFor();
      const row = page.getByRole('row').filter({ hasText: 'Signed statement (DSSE)' });
      const [taken] = await Promise.all([
        page.waitForEvent('download'),
        row.getByRole('button', { name: /^Download/ }).click(),
      ]);
      expect(taken.suggestedFilename()).toBe('score.statement.json');
      expect(digestOf(readFileSync(await taken.path()))).toBe(await row.locator('code').textContent());
      expect(await look(seen, 'step')).toEqual([]);
    });

    it('is redacted for an outsider, and shows what they will see', async () => {
      const { seen } = suite();
      const { page } = seen;
      await page.getByRole('tab', { name: 'Disclosure' }).click();
      await page.getByRole('button', { name: 'Public' }).click();
      await page.getByRole('heading', { name: 'What they will see: Public' }).waitFor();
      // What is withheld may be simulated: nothing of it is shown as good.
      expect(await page.locator('.verdict.good').count()).toBe(0);
      expect(await look(seen, 'disclosure')).toEqual([]);
      await page.getByRole('tab', { name: 'Reports' }).click();
      expect(await look(seen, 'run-reports')).toEqual([]);
    });

    it('that goes on is shown as it goes, and has its evidence when it ends', async () => {
      const { seen, story, stack } = suite();
      const { page } = seen;
      const prepared = await story.prepare();
      stack.freeze('fhe-service');
      const run = await story.create(prepared);
      await page.getByRole('link', { name: '← Runs' }).click();
      await page.getByLabel('Find by id').fill(run.runId);
      await page.getByLabel('Find by id').press('Enter');
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByText('The evidence bundle is written when the run ends').waitFor();
      await page.locator('main .actions .badge', { hasText: 'Running' }).first().waitFor();
      stack.thaw('fhe-service');
      await page.getByRole('button', { name: 'Verify in this browser' }).waitFor();
      await page.getByText('Ended: as it was stored').waitFor();
      expect(await page.locator('main .actions .badge').first().textContent()).toBe('Succeeded');
      expect(await look(seen, 'run-ended')).toEqual([]);
    });

    it('whose connection is lost while it goes on says so, and goes on from the event that it saw last', async () => {
      const { browser, story, stack, url } = suite();
      const wire = await Wire.open('browser to orchestrator');
      wire.leadTo(url.replace('http://', ''));
      const origin = `http://${wire.address}`;
      const { page } = await pageOf(browser, origin);
      await page.goto(`${origin}/`);
      await page.getByLabel('API key').fill(await stack.key('demo'));
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('navigation').waitFor();
      // It waits for a person, so that what happens meanwhile is for the story to say.
      const run = await story.create(await story.prepare({ applicant: 'review' }));
      await run.reached('review', 'AWAITING_APPROVAL');
      await page.goto(`${origin}/console/runs/${run.runId}`);
      await page.getByText('Live', { exact: true }).waitFor();
      wire.set('cut');
      await page.getByText('Connection lost; trying again').waitFor();
      await run.handle.cancel('the applicant withdrew');
      const [again] = await Promise.all([
        page.waitForRequest((request) => request.url().endsWith(`${run.runId}/events`)),
        wire.set('open'),
      ]);
      expect(await again.headerValue('last-event-id')).toMatch(/^\S+$/);
      await page.getByText('Ended: as it was stored').waitFor();
      const timeline = page.locator('h2', { hasText: 'Timeline' }).locator('xpath=following::table[1]');
      const shown = await timeline.textContent();
      await page.reload();
      await page.getByText('Ended: as it was stored').waitFor();
      expect(shown).toBe(await timeline.textContent());
      await page.context().close();
      await wire.close();
    });
  });
}
