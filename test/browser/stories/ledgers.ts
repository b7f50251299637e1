import type { Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PageLedgerStory, told } from '../../support/page-ledger-story.js';
import { look, openPage, suite } from '../suite.js';

/** A history that anybody holds against itself, in the page, without a key. */
export function ledgers(): void {
  describe('a ledger of pages', () => {
    it('is replayed in the browser: receipts from the founding on, and each addition made again', async () => {
      const { seen, stack } = suite();
      const { page } = seen;
      const story = await PageLedgerStory.found(stack, 2, 1_000n);
      const name = story.founded.pin.ledger;
      for (const amount of [10n, 20n])
        expect((await story.settle(await story.transfer(0, 1, amount))).map(told)).toEqual(['applied']);
      await openPage(seen, 'Ledgers');
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('button', { name: 'Replay', exact: true }).click();
      await page.locator('[data-replay]').waitFor();
      expect(await page.locator('[data-replay]').textContent()).toMatch(
        /^3 receipts continue each other from the founding on, and [1-9][0-9]* additions of 2 versions gave/,
      );
      expect(await page.getByText('What this replay does not show').count()).toBe(1);
      expect(await look(seen, 'ledger')).toEqual([]);
    });

    it('is found out when a ciphertext is another, or a receipt is left out', async () => {
      const { seen } = suite();
      const { page } = seen;
      const again = async (): Promise<string | null> => {
        await page.getByRole('button', { name: 'Replay', exact: true }).click();
        await page.locator('[data-replay=broken]').waitFor();
        return page.locator('[data-replay]').textContent();
      };
      await page.route('**/ciphertexts/*', async (route) => {
        const response = await route.fetch();
        const body = await response.body();
        body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
        await route.fulfill({ response, body });
      });
      expect(await again()).toContain('CIPHERTEXT_MISSING');
      await page.unroute('**/ciphertexts/*');
      await page.route('**/receipts?*', dropSecond);
      await page.route('**/receipts', dropSecond);
      expect(await again()).toContain('LEDGER_CHAIN_BROKEN');
      expect(await look(seen, 'ledger-broken')).toEqual([]);
      await page.unroute('**/receipts?*');
      await page.unroute('**/receipts');
    });
  });
}

/** An operator who keeps one version to themselves. */
async function dropSecond(route: Route): Promise<void> {
  const response = await route.fetch();
  const answer = (await response.json()) as { receipts: unknown[] };
  await route.fulfill({
    response,
    json: { ...answer, receipts: answer.receipts.filter((_, at) => at !== 1) },
  });
}
