import type { Page } from 'playwright-core';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { databaseUrl } from '../../apps/cli/src/stack/database-url.js';
import { startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { Database } from '../../apps/orchestrator/src/database/database.js';
import { chromiumPath, startChromium } from '../browser/chromium.js';
import { CONSOLE_RUNS, fillConsole } from './console-rows.js';
import { type Figure, median } from './figures.js';

const LOOKS = 9;
const TENANT = 'bench';

/** The overview of many runs in a browser: from navigation until its cards and its last table are there. None without a browser. */
export async function measureOverview(installation: Installation): Promise<Figure[]> {
  if (chromiumPath === null) {
    process.stdout.write('overview: no Chromium here, nothing measured\n');
    return [];
  }
  const stack = await startStack(installation, () => undefined);
  try {
    const operator = installation.keys.read('operator') ?? undefined;
    const key = await tenantKey(stack.address.grpc, operator, TENANT, everyTenantRole);
    const database = await Database.open(databaseUrl(installation));
    await fillConsole(database, TENANT).finally(() => database.close());
    const looks = await look(`${stack.address.http}/console/`, key);
    const note = `${CONSOLE_RUNS} runs, signed in, page loaded anew`;
    return [
      {
        name: 'overview in a browser, first look',
        value: looks[0] ?? Number.NaN,
        unit: 'ms',
        samples: 1,
        note: 'nothing cached',
      },
      {
        name: 'overview in a browser, interactive, p50',
        value: median(looks),
        unit: 'ms',
        target: 1_500,
        samples: looks.length,
        note,
      },
    ];
  } finally {
    await stack.stop();
  }
}

async function look(url: string, key: string): Promise<number[]> {
  const browser = await startChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1_360, height: 900 } });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('navigation').waitFor();
    const looks: number[] = [];
    for (let index = 0; index < LOOKS; index += 1) {
      await page.goto(url);
      looks.push(await interactiveMs(page));
    }
    return looks;
  } finally {
    await browser.close();
  }
}

/** By the page's own clock, which begins with the navigation. */
async function interactiveMs(page: Page): Promise<number> {
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.locator('main table tbody tr').last().waitFor();
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
  const ms = await page.evaluate<number>('performance.now()');
  const shown = await page.locator('main .cards .big').first().textContent();
  const expected = CONSOLE_RUNS.toLocaleString('en');
  if (shown !== expected) throw new Error(`the overview has ${shown} runs, expected ${expected}`);
  return ms;
}
