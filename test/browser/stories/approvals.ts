import { describe, expect, it } from 'vitest';
import { CreditStory } from '../../support/credit-story.js';
import { look, openPage, suite } from '../suite.js';

/** A person decides in the browser, with a key that no script of the page can read. */
export function approvals(): void {
  describe('a decision of a person', () => {
    let publicKey = '';
    let runId = '';

    it('needs a key, which the browser makes and keeps', async () => {
      const { seen } = suite();
      const { page } = seen;
      await openPage(seen, 'Approvals');
      await page.getByRole('button', { name: 'Make a key' }).click();
      await page.getByText('Public key', { exact: true }).waitFor();
      publicKey = (await page.locator('dl.facts code').first().textContent()) ?? '';
      expect(Buffer.from(publicKey, 'base64')).toHaveLength(32);
      const kept = await page.evaluate<{ extractable: boolean; refused: string }>(readKept);
      expect(kept).toEqual({ extractable: false, refused: 'InvalidAccessError' });
      await page.reload();
      await page.getByText(publicKey).waitFor();
    });

    it('by a key that the plan does not list is not offered', async () => {
      const { seen, story } = suite();
      const run = await story.create(await story.prepare({ applicant: 'review' }));
      await run.reached('review', 'AWAITING_APPROVAL');
      await seen.page.goto(`${suite().url}/console/approvals/${run.runId}/review`);
      await seen.page.getByText('The plan of this run does not list your key').waitFor();
      expect(await seen.page.getByRole('button', { name: 'Sign and hand in' }).count()).toBe(0);
      await run.handle.cancel('not decided here');
    });

    it('is signed in the browser, lets the run go on, and lies in its evidence', async () => {
      const { seen, stack, trustFile } = suite();
      const { page } = seen;
      const trust = { ...stack.trust, approvers: [...stack.trust.approvers, publicKey] };
      const story = await CreditStory.open(
        { client: () => stack.client(), query: stack.query.bind(stack), trust },
        1,
      );
      const run = await story.create(await story.prepare({ applicant: 'review' }));
      runId = run.runId;
      await run.reached('review', 'AWAITING_APPROVAL');
      await openPage(seen, 'Approvals');
      expect(await look(seen, 'approvals')).toEqual([]);
      await page.getByRole('link', { name: new RegExp(`^Decide.*${runId}`) }).click();
      expect(await page.locator('[data-value]').textContent()).toBe('review');
      await page.getByLabel('Approve').check();
      await page.getByLabel('Your name, as the evidence has it').fill('Ada Officer');
      await page.getByLabel('Why').fill('CANARY-REASON stable income');
      expect(await look(seen, 'decision')).toEqual([]);
      await page.getByRole('button', { name: 'Sign and hand in' }).click();
      await page.locator('[data-decided]').waitFor();
      expect(await look(seen, 'decision-made')).toEqual([]);
      expect((await run.ended).state).toBe('RUN_STATE_SUCCEEDED');
      await page.getByRole('link', { name: 'Go to the run' }).click();
      const other = page.getByRole('button', { name: 'Choose another' });
      if ((await other.count()) > 0) await other.click();
      await page.locator('input[type=file]').first().setInputFiles(trustFile('decided', trust));
      await page.getByRole('button', { name: 'Verify in this browser' }).click();
      await page.locator('[data-outcome=verified]').waitFor();
      await page.getByRole('tab', { name: /^Steps/ }).click();
      await page.getByRole('button', { name: 'review', exact: true }).click();
      expect(await page.getByText('Ada Officer').count()).toBeGreaterThan(0);
      const bundle = Buffer.from(await run.handle.bundle()).toString('utf8');
      expect(bundle).not.toContain('CANARY-REASON');
    });

    it('is made once: the step does not wait any more', async () => {
      const { seen, url } = suite();
      await seen.page.goto(`${url}/console/approvals/${runId}/review`);
      await seen.page.getByText('This step does not wait for a decision any more.').waitFor();
    });
  });
}

/** What a script of the page finds of the key, and what it is told when it asks for it. */
const readKept = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('sealflow-approver', 1);
  opening.onsuccess = () => {
    const asking = opening.result.transaction('keys').objectStore('keys').get('demo');
    asking.onsuccess = () => {
      const { privateKey } = asking.result;
      crypto.subtle.exportKey('pkcs8', privateKey).then(
        () => resolve({ extractable: privateKey.extractable, refused: '' }),
        (error) => resolve({ extractable: privateKey.extractable, refused: error.name }),
      );
    };
    asking.onerror = () => reject(asking.error);
  };
})`;
